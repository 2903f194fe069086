//! Plain Rust: what every processor can do, and what the other instruction sets are tested against.

use super::{LANES, Simd};

/// No proof is needed.
#[derive(Clone, Copy)]
pub(crate) struct Plain;

/// 1.5 · 2²³: a float of this size has no bits left for a fraction. What is added to it stands in its lowest
/// bits as an integer, in two's complement; a cast would check each lane for its range.
const NO_FRACTION: f32 = 12_582_912.0;

/// Applies an operation to each lane.
macro_rules! lanes {
    (|$($lane:ident in $vector:ident),+| $result:expr) => {{
        let mut results = [Default::default(); LANES];
        for (i, result) in results.iter_mut().enumerate() {
            $(let $lane = $vector[i];)+
            *result = $result;
        }
        results
    }};
}

impl Simd for Plain {
    type Floats = [f32; LANES];
    type Ints = [i32; LANES];

    const FP32_TILE_ROWS: usize = 1;
    const INT8_TILE_ROWS: usize = 1;
    const ACTIVATION_ZERO: i32 = 128;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Floats {
        *from
    }

    #[inline(always)]
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]) {
        *to = values;
    }

    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| x + y)
    }

    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| x - y)
    }

    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| x * y)
    }

    #[inline(always)]
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| x / y)
    }

    // Not `f32::mul_add`, which without hardware for it is a slow function call.
    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b, z in c| x * y + z)
    }

    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| if x < y { x } else { y })
    }

    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        lanes!(|x in a, y in b| if x > y { x } else { y })
    }

    #[inline(always)]
    fn abs(self, a: Self::Floats) -> Self::Floats {
        lanes!(|x in a| f32::abs(x))
    }

    // The processor rounds the fraction away, ties to even. Exact up to 2²², beyond every value rounded here;
    // `round_ties_even` would be a call for each lane.
    #[inline(always)]
    fn round(self, a: Self::Floats) -> Self::Floats {
        lanes!(|x in a| (x + NO_FRACTION) - NO_FRACTION)
    }

    // The exponent of a float, biased by 127, stands above its 23 bits of fraction.
    #[inline(always)]
    fn power_of_two(self, n: Self::Floats) -> Self::Floats {
        lanes!(|x in n| f32::from_bits((x + 127.0 + NO_FRACTION).to_bits() << 23))
    }

    #[inline(always)]
    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints {
        *from
    }

    #[inline(always)]
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints {
        lanes!(|quad in from| i32::from_le_bytes(quad.map(|weight| weight as u8)))
    }

    #[inline(always)]
    fn to_floats(self, a: Self::Ints) -> Self::Floats {
        lanes!(|x in a| x as f32)
    }

    #[inline(always)]
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES] {
        lanes!(|x in a| (x - Self::ACTIVATION_ZERO as f32 + NO_FRACTION).to_bits() as u8)
    }

    #[inline(always)]
    fn dot(self, sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints {
        // In 16 bits, which two products fit (2 · 128 · 127 = 32512), and without checks for the overflow that
        // can't be: so the compiler can work on several lanes at once.
        let [a, b, c, d] = activations.map(|byte| i16::from(byte as i8));
        lanes!(|sum in sums, quad in weights| {
            let (low, high) = (quad as i16, (quad >> 16) as i16);
            let ab = (low << 8 >> 8).wrapping_mul(a).wrapping_add((low >> 8).wrapping_mul(b));
            let cd = (high << 8 >> 8).wrapping_mul(c).wrapping_add((high >> 8).wrapping_mul(d));
            sum.wrapping_add(i32::from(ab)).wrapping_add(i32::from(cd))
        })
    }
}
