//! AVX2 with FMA: four registers of 8 lanes.

use std::arch::x86_64::*;

use super::{Kernel, LANES, Simd};

/// The proof that this processor has AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has_all.then_some(Self(()))
    }

    pub(crate) fn enter(self, kernel: impl Kernel) {
        #[target_feature(enable = "avx2,fma")]
        fn with_features(simd: Avx2, kernel: impl Kernel) {
            kernel.run(simd);
        }
        // SAFETY: `self` exists, so `detect` has seen both features.
        unsafe { with_features(self, kernel) }
    }
}

/// The array of what an expression gives for each of the four registers.
macro_rules! registers {
    (|$i:ident| $value:expr) => {
        // SAFETY: the methods below take an `Avx2`, which exists only where `detect` has seen the features.
        // Pointers come from references to 8 lanes, which is as much as is read or written through them.
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
            ]
        }
    };
}

impl Simd for Avx2 {
    type Floats = [__m256; 4];
    type Ints = [__m256i; 4];

    // More sums than fit 16 registers with what lies between; measured, as 3 rows of int8 are: the panel's
    // weights come from the second cache, and each row more to use them for gains more than the spilling costs.
    const FP32_TILE_ROWS: usize = 4;
    const INT8_TILE_ROWS: usize = 3;
    const ACTIVATION_ZERO: i32 = 128;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        registers!(|_i| _mm256_set1_ps(value))
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Floats {
        let from = from.as_chunks::<8>().0;
        registers!(|i| _mm256_loadu_ps(from[i].as_ptr()))
    }

    #[inline(always)]
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]) {
        let to = to.as_chunks_mut::<8>().0;
        registers!(|i| _mm256_storeu_ps(to[i].as_mut_ptr(), values[i]));
    }

    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_add_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_sub_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_mul_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_div_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_fmadd_ps(a[i], b[i], c[i]))
    }

    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_min_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_max_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn abs(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_andnot_ps(_mm256_set1_ps(-0.0), a[i]))
    }

    #[inline(always)]
    fn round(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a[i]))
    }

    // The exponent of a float, biased by 127, stands above its 23 bits of fraction.
    #[inline(always)]
    fn power_of_two(self, n: Self::Floats) -> Self::Floats {
        registers!(|i| {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n[i]), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        })
    }

    #[inline(always)]
    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints {
        let from = from.as_chunks::<8>().0;
        registers!(|i| _mm256_loadu_si256(from[i].as_ptr().cast()))
    }

    #[inline(always)]
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints {
        let from = from.as_chunks::<8>().0;
        registers!(|i| _mm256_loadu_si256(from[i].as_ptr().cast()))
    }

    #[inline(always)]
    fn to_floats(self, a: Self::Ints) -> Self::Floats {
        registers!(|i| _mm256_cvtepi32_ps(a[i]))
    }

    #[inline(always)]
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES] {
        let mut ints = [0i32; LANES];
        let to = ints.as_chunks_mut::<8>().0;
        registers!(|i| _mm256_storeu_si256(to[i].as_mut_ptr().cast(), _mm256_cvtps_epi32(a[i])));
        ints.map(|int| (int - Self::ACTIVATION_ZERO) as u8)
    }

    // `maddubs` wants an unsigned factor, so the sign of the activation moves to the weight. Its pairs stay
    // within 16 bits: at most 2 · 128 · 127 = 32512.
    #[inline(always)]
    fn dot(self, sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints {
        let activations = i32::from_ne_bytes(activations);
        registers!(|i| {
            let activations = _mm256_set1_epi32(activations);
            let weights = _mm256_sign_epi8(weights[i], activations);
            let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(activations), weights);
            _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        })
    }
}
