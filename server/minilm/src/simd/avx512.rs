//! AVX-512 with VNNI: two registers of 16 lanes, and an unsigned-by-signed int8 dot product.

use std::arch::x86_64::*;

use super::{Kernel, LANES, Simd};

/// The proof that this processor has AVX-512 F, BW, DQ, VL and VNNI.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni");
        has_all.then_some(Self(()))
    }

    pub(crate) fn enter(self, kernel: impl Kernel) {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
        fn with_features(simd: Avx512, kernel: impl Kernel) {
            kernel.run(simd);
        }
        // SAFETY: `self` exists, so `detect` has seen all of these features.
        unsafe { with_features(self, kernel) }
    }
}

/// The array of what an expression gives for each of the two registers.
macro_rules! registers {
    (|$i:ident| $value:expr) => {
        // SAFETY: the methods below take an `Avx512`, which exists only where `detect` has seen the features.
        // Pointers come from references to 16 lanes, which is as much as is read or written through them.
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
            ]
        }
    };
}

impl Simd for Avx512 {
    type Floats = [__m512; 2];
    type Ints = [__m512i; 2];

    // 12 rows of 2 sums, 2 registers of weights and one activation: 27 of 32 registers.
    const FP32_TILE_ROWS: usize = 12;
    const INT8_TILE_ROWS: usize = 12;
    const ACTIVATION_ZERO: i32 = 0;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        registers!(|_i| _mm512_set1_ps(value))
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Floats {
        let from = from.as_chunks::<16>().0;
        registers!(|i| _mm512_loadu_ps(from[i].as_ptr()))
    }

    #[inline(always)]
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]) {
        let to = to.as_chunks_mut::<16>().0;
        registers!(|i| _mm512_storeu_ps(to[i].as_mut_ptr(), values[i]));
    }

    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_add_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_sub_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_mul_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_div_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_fmadd_ps(a[i], b[i], c[i]))
    }

    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_min_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_max_ps(a[i], b[i]))
    }

    #[inline(always)]
    fn abs(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_abs_ps(a[i]))
    }

    #[inline(always)]
    fn round(self, a: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_roundscale_ps::<_MM_FROUND_TO_NEAREST_INT>(a[i]))
    }

    #[inline(always)]
    fn power_of_two(self, n: Self::Floats) -> Self::Floats {
        registers!(|i| _mm512_scalef_ps(_mm512_set1_ps(1.0), n[i]))
    }

    #[inline(always)]
    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints {
        let from = from.as_chunks::<16>().0;
        registers!(|i| _mm512_loadu_si512(from[i].as_ptr().cast()))
    }

    #[inline(always)]
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints {
        let from = from.as_chunks::<16>().0;
        registers!(|i| _mm512_loadu_si512(from[i].as_ptr().cast()))
    }

    #[inline(always)]
    fn to_floats(self, a: Self::Ints) -> Self::Floats {
        registers!(|i| _mm512_cvtepi32_ps(a[i]))
    }

    #[inline(always)]
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES] {
        let mut bytes = [0; LANES];
        let to = bytes.as_chunks_mut::<16>().0;
        registers!(|i| {
            let narrowed = _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a[i]));
            _mm_storeu_si128(to[i].as_mut_ptr().cast(), narrowed);
        });
        bytes
    }

    #[inline(always)]
    fn dot(self, sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints {
        let activations = i32::from_ne_bytes(activations);
        registers!(|i| _mm512_dpbusd_epi32(sums[i], _mm512_set1_epi32(activations), weights[i]))
    }
}
