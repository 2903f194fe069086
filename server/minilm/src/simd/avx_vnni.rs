//! AVX2 with VNNI: as AVX2, but with an int8 dot product of its own.

use std::arch::x86_64::*;

use super::avx2::Avx2;
use super::{Kernel, LANES, Simd};

/// The proof that this processor has AVX2, FMA and AVX-VNNI.
#[derive(Clone, Copy)]
pub(crate) struct AvxVnni(Avx2);

impl AvxVnni {
    pub(crate) fn detect() -> Option<Self> {
        if is_x86_feature_detected!("avxvnni") { Avx2::detect().map(Self) } else { None }
    }

    pub(crate) fn enter(self, kernel: impl Kernel) {
        #[target_feature(enable = "avx2,fma,avxvnni")]
        fn with_features(simd: AvxVnni, kernel: impl Kernel) {
            kernel.run(simd);
        }
        // SAFETY: `self` exists, so `detect` has seen all three features.
        unsafe { with_features(self, kernel) }
    }
}

impl Simd for AvxVnni {
    type Floats = <Avx2 as Simd>::Floats;
    type Ints = <Avx2 as Simd>::Ints;

    const FP32_TILE_ROWS: usize = Avx2::FP32_TILE_ROWS;
    // 3 rows of 4 sums, the weights and the activations: 14 of 16 registers.
    const INT8_TILE_ROWS: usize = 3;
    const ACTIVATION_ZERO: i32 = 0;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Floats {
        self.0.splat(value)
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Floats {
        self.0.load(from)
    }

    #[inline(always)]
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]) {
        self.0.store(values, to);
    }

    #[inline(always)]
    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.add(a, b)
    }

    #[inline(always)]
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.sub(a, b)
    }

    #[inline(always)]
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.mul(a, b)
    }

    #[inline(always)]
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.div(a, b)
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats {
        self.0.mul_add(a, b, c)
    }

    #[inline(always)]
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.min(a, b)
    }

    #[inline(always)]
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats {
        self.0.max(a, b)
    }

    #[inline(always)]
    fn abs(self, a: Self::Floats) -> Self::Floats {
        self.0.abs(a)
    }

    #[inline(always)]
    fn round(self, a: Self::Floats) -> Self::Floats {
        self.0.round(a)
    }

    #[inline(always)]
    fn power_of_two(self, n: Self::Floats) -> Self::Floats {
        self.0.power_of_two(n)
    }

    #[inline(always)]
    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints {
        self.0.load_ints(from)
    }

    #[inline(always)]
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints {
        self.0.load_quads(from)
    }

    #[inline(always)]
    fn to_floats(self, a: Self::Ints) -> Self::Floats {
        self.0.to_floats(a)
    }

    #[inline(always)]
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES] {
        // Bytes of `Avx2` are less 128, which is the same as with the highest bit turned over.
        self.0.to_bytes(a).map(|byte| byte ^ 0x80)
    }

    #[inline(always)]
    fn dot(self, mut sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints {
        let activations = i32::from_ne_bytes(activations);
        for (sum, weights) in sums.iter_mut().zip(weights) {
            // SAFETY: `self` exists only where `detect` has seen the features.
            *sum = unsafe { _mm256_dpbusd_avx_epi32(*sum, _mm256_set1_epi32(activations), weights) };
        }
        sums
    }
}
