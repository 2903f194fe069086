//! The model as a whole.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::thread;

use crate::checkpoint::Checkpoint;
use crate::embeddings::Embeddings;
use crate::encoder::{Layer, Scratch};
use crate::matrix::Matrix;
use crate::simd::{Cpu, InstructionSet, LANES};
use crate::{DIMENSIONS, LoadError, Tokenizer};

const LAYERS: usize = 6;

/// The numeric mode that the products of weights are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 8-bit integers: weights quantised for each output, activations for each token. Several times as fast, a
    /// quarter of the memory, and within 1 % of fp32 in cosine.
    #[default]
    Int8,
    /// 32-bit floats, as the model was trained.
    Fp32,
}

/// How to load a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub precision: Precision,
    /// The instruction set to compute with; `None` for the best that the processor has.
    pub instructions: Option<InstructionSet>,
}

/// all-MiniLM-L6-v2, ready to embed. Shared by all workers; each brings its own [`Scratch`].
pub struct Model {
    cpu: Cpu,
    precision: Precision,
    tokenizer: Tokenizer,
    embeddings: Embeddings,
    layers: Vec<Layer>,
}

impl Model {
    /// Reads `tokenizer.json` and `model.safetensors` in the folder, and quantises the weights where asked to.
    ///
    /// # Errors
    ///
    /// Where a file is missing or is not this model's, and where the processor lacks the instructions asked for.
    pub fn load(folder: &Path, options: Options) -> Result<Self, LoadError> {
        let Options { precision, instructions } = options;
        let instructions = instructions.unwrap_or(InstructionSet::best());
        let cpu = Cpu::of(instructions).ok_or(LoadError::Instructions(instructions))?;
        let checkpoint = Checkpoint::open(folder)?;

        let (tokenizer, layers) = thread::scope(|scope| {
            let tokenizer = scope.spawn(|| Tokenizer::load(folder));
            let layers: Vec<_> = (0..LAYERS)
                .map(|layer| {
                    scope.spawn({
                        let checkpoint = &checkpoint;
                        move || Layer::load(cpu, precision, checkpoint, layer)
                    })
                })
                .collect();
            (finished(tokenizer), layers.into_iter().map(finished).collect::<Result<_, _>>())
        });

        let (tokenizer, layers) = (tokenizer?, layers?);
        Ok(Self { cpu, precision, tokenizer, embeddings: Embeddings::load(checkpoint)?, layers })
    }

    /// The text as a vector of length 1, whose dot product with another's is their cosine. Of a text longer than
    /// [`crate::MAX_TOKENS`], the beginning.
    pub fn embed(&self, text: &str, scratch: &mut Scratch) -> [f32; DIMENSIONS] {
        let ids = self.tokenizer.ids(text);
        scratch.set_tokens(ids.len());
        self.embeddings.look_up(self.cpu, &ids, &mut scratch.hidden);
        for layer in &self.layers {
            layer.forward(self.cpu, scratch);
        }
        direction_of_mean(&scratch.hidden)
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    pub fn precision(&self) -> Precision {
        self.precision
    }

    pub fn instructions(&self) -> InstructionSet {
        self.cpu.instruction_set()
    }
}

/// What a thread of the load came to; its panic, if it panicked, is ours.
fn finished<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The mean of the rows, brought to length 1. (The sum, as the length is set anyway.)
fn direction_of_mean(hidden: &Matrix) -> [f32; DIMENSIONS] {
    let mut sums = [0.0; DIMENSIONS];
    for (panel, sums) in sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        for row in hidden.panel(panel) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
    let length = sums.iter().map(|sum| sum * sum).sum::<f32>().sqrt();
    sums.map(|sum| sum / length)
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Int8 => "int8",
            Self::Fp32 => "fp32",
        })
    }
}

/// It is none of the numeric modes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither int8 nor fp32")]
pub struct UnknownPrecision;

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "int8" => Ok(Self::Int8),
            "fp32" => Ok(Self::Fp32),
            _ => Err(UnknownPrecision),
        }
    }
}
