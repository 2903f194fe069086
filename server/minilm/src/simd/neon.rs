//! Advanced SIMD of 64-bit Arm: eight registers of 4 lanes.

use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;

use super::{Kernel, LANES, Simd};

/// The proof that this processor has Advanced SIMD.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

impl Neon {
    pub(crate) fn detect() -> Option<Self> {
        is_aarch64_feature_detected!("neon").then_some(Self(()))
    }

    pub(crate) fn enter(self, kernel: impl Kernel) {
        #[target_feature(enable = "neon")]
        fn with_features(simd: Neon, kernel: impl Kernel) {
            kernel.run(simd);
        }
        // SAFETY: `self` exists, so `detect` has seen the feature.
        unsafe { with_features(self, kernel) }
    }
}

/// The array of what an expression gives for each of the eight registers.
macro_rules! registers {
    (|$i:ident| $value:expr) => {
        // SAFETY: the methods below take a `Neon`, which exists only where `detect` has seen the feature.
        // Pointers come from references to 4 lanes, which is as much as is read or written through them.
        unsafe {
            [
                {
                    let $i = 0;
                    $value
                },
                {
                    let $i = 1;
                    $value
                },
                {
                    let $i = 2;
                    $value
                },
                {
                    let $i = 3;
                    $value
                },
                {
                    let $i = 4;
                    $value
                },
                {
                    let $i = 5;
                    $value
                },
                {
                    let $i = 6;
                    $value
                },
                {
                    let $i = 7;
                    $value
                },
            ]
        }
    };
}

impl Simd for Neon {
    type Floats = [float32x4_t; 8];
    type Ints = [int32x4_t; 8];

    // 3 rows of 8 sums, the weights and the activations: 26 to 28 of 32 registers.
    const FP32_TILE_ROWS: usize = 3;
    const INT8_TILE_ROWS: usize = 3;
    const ACTIVATION_ZERO: i32 = 128;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        registers!(|_i| vdupq_n_f32(value))
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Floats {
        let from = from.as_chunks::<4>().0;
        registers!(|i| vld1q_f32(from[i].as_ptr()))
    }

    #[inline(always)]
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]) {
        let to = to.as_chunks_mut::<4>().0;
        registers!(|i| vst1q_f32(to[i].as_mut_ptr(), values[i]));
    }

    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vaddq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vsubq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vmulq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vdivq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        registers!(|i| vfmaq_f32(c[i], a[i], b[i]))
    }

    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vminq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| vmaxq_f32(a[i], b[i]))
    }

    #[inline(always)]
    fn abs(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| vabsq_f32(a[i]))
    }

    #[inline(always)]
    fn round(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| vrndnq_f32(a[i]))
    }

    // The exponent of a float, biased by 127, stands above its 23 bits of fraction.
    #[inline(always)]
    fn power_of_two(self, n: Self::Floats) -> Self::Floats {
        registers!(|i| {
            let exponent = vaddq_s32(vcvtnq_s32_f32(n[i]), vdupq_n_s32(127));
            vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent))
        })
    }

    #[inline(always)]
    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints {
        let from = from.as_chunks::<4>().0;
        registers!(|i| vld1q_s32(from[i].as_ptr()))
    }

    #[inline(always)]
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints {
        let from = from.as_chunks::<4>().0;
        registers!(|i| vreinterpretq_s32_s8(vld1q_s8(from[i].as_ptr().cast())))
    }

    #[inline(always)]
    fn to_floats(self, a: Self::Ints) -> Self::Floats {
        registers!(|i| vcvtq_f32_s32(a[i]))
    }

    #[inline(always)]
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES] {
        let mut ints = [0i32; LANES];
        let to = ints.as_chunks_mut::<4>().0;
        registers!(|i| vst1q_s32(to[i].as_mut_ptr(), vcvtnq_s32_f32(a[i])));
        ints.map(|int| (int - Self::ACTIVATION_ZERO) as u8)
    }

    // Without the dot product of Armv8.2, which Rust does not offer yet: products of 16 bits, of which a pair
    // still fits (2 · 128 · 127 = 32512), added up by twos.
    #[inline(always)]
    fn dot(self, sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints {
        let activations = i32::from_ne_bytes(activations);
        registers!(|i| {
            let activations = vreinterpretq_s8_s32(vdupq_n_s32(activations));
            let weights = vreinterpretq_s8_s32(weights[i]);
            let low = vmull_s8(vget_low_s8(activations), vget_low_s8(weights));
            let high = vmull_high_s8(activations, weights);
            vpadalq_s16(sums[i], vpaddq_s16(low, high))
        })
    }
}
