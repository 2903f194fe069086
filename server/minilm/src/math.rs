//! Functions of vectors that no processor has an instruction for.

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

use crate::simd::{LANES, Simd};

/// eˣ to about 2 units in the last place for x ≥ -87, below which it is taken as e⁻⁸⁷.
///
/// Cephes `expf`: x = n·ln 2 + r, so eˣ = 2ⁿ·eʳ, with ln 2 in two parts so that r loses no bits, and a
/// polynomial for eʳ.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::Floats) -> S::Floats {
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const POLYNOMIAL: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];

    let x = simd.max(x, simd.splat(-87.0));
    let n = simd.round(simd.mul(x, simd.splat(LOG2_E)));
    let r = simd.mul_add(n, simd.splat(-LN_2_HIGH), x);
    let r = simd.mul_add(n, simd.splat(-LN_2_LOW), r);
    let p = polynomial(simd, r, &POLYNOMIAL);
    let exp_r = simd.add(simd.mul_add(p, simd.mul(r, r), r), simd.splat(1.0));
    simd.mul(exp_r, simd.power_of_two(n))
}

/// The Gaussian error linear unit, x·Φ(x), as BERT has it: with the exact Φ, not the approximation by tanh.
///
/// The error function is Abramowitz and Stegun's 7.1.26, off by at most 1.5e-7.
#[inline(always)]
pub(crate) fn gelu<S: Simd>(simd: S, x: S::Floats) -> S::Floats {
    const P: f32 = 0.327_591_1;
    const POLYNOMIAL: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];

    let one = simd.splat(1.0);
    let magnitude = simd.abs(x);
    let z = simd.mul(magnitude, simd.splat(FRAC_1_SQRT_2));
    let t = simd.div(one, simd.mul_add(z, simd.splat(P), one));
    let p = simd.mul(polynomial(simd, t, &POLYNOMIAL), t);
    let tail = simd.mul(p, exp(simd, simd.mul(z, simd.sub(simd.splat(0.0), z))));
    let erf = simd.sub(one, tail);
    // x·Φ(x) = (x + x·erf(x/√2))/2, and erf is odd: x·erf(x/√2) = |x|·erf(|x|/√2).
    simd.mul(simd.splat(0.5), simd.mul_add(magnitude, erf, x))
}

/// Horner's scheme, the highest coefficient first.
#[inline(always)]
fn polynomial<S: Simd>(simd: S, x: S::Floats, coefficients: &[f32]) -> S::Floats {
    let mut value = simd.splat(coefficients[0]);
    for coefficient in &coefficients[1..] {
        value = simd.mul_add(value, x, simd.splat(*coefficient));
    }
    value
}

/// The sum of the lanes.
#[inline(always)]
pub(crate) fn sum<S: Simd>(simd: S, values: S::Floats) -> f32 {
    let mut lanes = [0.0; LANES];
    simd.store(values, &mut lanes);
    // By halves, so that several lanes are added at once.
    let mut width = LANES / 2;
    while width > 0 {
        let (low, high) = lanes.split_at_mut(width);
        for (a, b) in low.iter_mut().zip(high) {
            *a += *b;
        }
        width /= 2;
    }
    lanes[0]
}

/// The smallest lane.
#[inline(always)]
pub(crate) fn smallest<S: Simd>(simd: S, values: S::Floats) -> f32 {
    let mut lanes = [0.0; LANES];
    simd.store(values, &mut lanes);
    lanes.into_iter().fold(f32::INFINITY, f32::min)
}

/// The largest lane.
#[inline(always)]
pub(crate) fn largest<S: Simd>(simd: S, values: S::Floats) -> f32 {
    let mut lanes = [0.0; LANES];
    simd.store(values, &mut lanes);
    lanes.into_iter().fold(f32::NEG_INFINITY, f32::max)
}
