//! Thirty-two lanes at a time, on whatever the processor has.
//!
//! Every kernel of this crate is written once, over the operations of [`Simd`]; an instruction set is one
//! implementation of that trait. A value of an implementing type is a *proof*: it is only made after the
//! processor was seen to have the instructions (see [`Cpu::of`]), which is what makes the `unsafe` intrinsics
//! behind the trait's safe methods sound. Those files, and [`Cpu::run`]'s callees, hold all the `unsafe` of the
//! arithmetic.
//!
//! How the intrinsics end up inlined: a kernel enters through [`Cpu::run`], whose callee carries the
//! `#[target_feature]`; all below it is `#[inline(always)]`. A kernel therefore keeps vector operations out of
//! closures, which would be compiled without the features.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx_vnni;
#[cfg(target_arch = "aarch64")]
mod neon;
mod plain;

use std::fmt;

/// Lanes of a vector, and so the width of a panel of a matrix. It is the size of an attention head, and a
/// multiple of the register width of every instruction set.
pub(crate) const LANES: usize = 32;

/// What the kernels need of an instruction set: arithmetic on vectors of [`LANES`] lanes.
pub(crate) trait Simd: Copy {
    /// 32 floats, in as many registers as that takes.
    type Floats: Copy;
    /// 32 signed 32-bit integers, or 32 times four bytes.
    type Ints: Copy;

    /// Rows of an fp32 tile: as many as there are registers to hold their sums.
    const FP32_TILE_ROWS: usize;
    /// Rows of an int8 tile.
    const INT8_TILE_ROWS: usize;
    /// What [`Simd::to_bytes`] takes off a quantised activation to fit it into the byte that
    /// [`Simd::dot`] wants: 0 where that is unsigned, 128 where it is signed.
    const ACTIVATION_ZERO: i32;

    fn splat(self, value: f32) -> Self::Floats;
    fn load(self, from: &[f32; LANES]) -> Self::Floats;
    fn store(self, values: Self::Floats, to: &mut [f32; LANES]);

    fn add(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn sub(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn mul(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn div(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a * b + c`, rounded once where the processor can.
    fn mul_add(self, a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats;
    fn min(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn max(self, a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn abs(self, a: Self::Floats) -> Self::Floats;
    /// To the nearest integer, ties to even.
    fn round(self, a: Self::Floats) -> Self::Floats;
    /// 2ⁿ for integral `n` in -126..=127.
    fn power_of_two(self, n: Self::Floats) -> Self::Floats;

    fn load_ints(self, from: &[i32; LANES]) -> Self::Ints;
    fn load_quads(self, from: &[[i8; 4]; LANES]) -> Self::Ints;
    fn to_floats(self, a: Self::Ints) -> Self::Floats;
    /// Integral floats in 0..=255 as bytes, each less [`Simd::ACTIVATION_ZERO`].
    fn to_bytes(self, a: Self::Floats) -> [u8; LANES];
    /// Adds to each lane of `sums` the dot product of the four activations (bytes of [`Simd::to_bytes`]) with
    /// the lane's four weights. Exact: weights lie in -127..=127.
    fn dot(self, sums: Self::Ints, activations: [u8; 4], weights: Self::Ints) -> Self::Ints;
}

/// A computation written over [`Simd`]. Implementations of `run` and all they call are `#[inline(always)]`.
pub(crate) trait Kernel {
    fn run<S: Simd>(self, simd: S);
}

/// The sets of vector instructions that the model can compute with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// No particular instructions: plain Rust, as the compiler makes of it for the target's baseline.
    Plain,
    /// 64-bit Arm's Advanced SIMD.
    Neon,
    /// AVX2 with FMA (x86-64 since about 2013).
    Avx2,
    /// AVX2 with its int8 dot product (Intel's client processors since 2021, AMD since 2024).
    AvxVnni,
    /// AVX-512 with its int8 dot product (Intel's server processors since 2019, AMD since 2022).
    Avx512Vnni,
}

impl InstructionSet {
    /// All that this processor has, the fastest first.
    pub fn available() -> Vec<Self> {
        use InstructionSet::{Avx2, Avx512Vnni, AvxVnni, Neon, Plain};
        let all = [Avx512Vnni, AvxVnni, Avx2, Neon, Plain];
        all.into_iter().filter(|set| Cpu::of(*set).is_some()).collect()
    }

    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::available()[0]
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "plain",
            Self::Neon => "NEON",
            Self::Avx2 => "AVX2",
            Self::AvxVnni => "AVX-VNNI",
            Self::Avx512Vnni => "AVX-512 VNNI",
        })
    }
}

/// An instruction set that this processor was seen to have.
#[derive(Clone, Copy)]
pub(crate) enum Cpu {
    Plain(plain::Plain),
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(avx_vnni::AvxVnni),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
}

impl Cpu {
    /// The proof that this processor has the set, if it has.
    pub(crate) fn of(set: InstructionSet) -> Option<Self> {
        match set {
            InstructionSet::Plain => Some(Self::Plain(plain::Plain)),
            #[cfg(target_arch = "aarch64")]
            InstructionSet::Neon => neon::Neon::detect().map(Self::Neon),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => avx2::Avx2::detect().map(Self::Avx2),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::AvxVnni => avx_vnni::AvxVnni::detect().map(Self::AvxVnni),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512Vnni => avx512::Avx512::detect().map(Self::Avx512),
            _ => None,
        }
    }

    pub(crate) fn instruction_set(self) -> InstructionSet {
        match self {
            Self::Plain(_) => InstructionSet::Plain,
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => InstructionSet::Neon,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => InstructionSet::Avx2,
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => InstructionSet::AvxVnni,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => InstructionSet::Avx512Vnni,
        }
    }

    /// Runs the kernel, compiled for this instruction set.
    pub(crate) fn run(self, kernel: impl Kernel) {
        match self {
            Self::Plain(simd) => kernel.run(simd),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(simd) => simd.enter(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.enter(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(simd) => simd.enter(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.enter(kernel),
        }
    }

    /// Bytes less this are what the set's dot product takes; see [`Simd::ACTIVATION_ZERO`].
    pub(crate) fn activation_zero(self) -> i32 {
        match self {
            Self::Plain(_) => plain::Plain::ACTIVATION_ZERO,
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => neon::Neon::ACTIVATION_ZERO,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => avx2::Avx2::ACTIVATION_ZERO,
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => avx_vnni::AvxVnni::ACTIVATION_ZERO,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => avx512::Avx512::ACTIVATION_ZERO,
        }
    }
}

/// Every instruction set of this processor, to test a kernel on.
#[cfg(test)]
pub(crate) fn every_cpu() -> Vec<Cpu> {
    InstructionSet::available().into_iter().filter_map(Cpu::of).collect()
}
