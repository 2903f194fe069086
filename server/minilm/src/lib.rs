//! The sentence embedding model all-MiniLM-L6-v2, on the CPU, in int8 or fp32.
//!
//! ```no_run
//! # fn main() -> Result<(), minilm::LoadError> {
//! let model = minilm::Model::load("model".as_ref(), minilm::Options::default())?;
//! let mut scratch = minilm::Scratch::default();
//! let vector = model.embed("How many days of leave do I have?", &mut scratch);
//! # Ok(())
//! # }
//! ```
//!
//! A text is tokenised ([`Tokenizer`]), looked up (`embeddings`), taken through six layers (`encoder`: linear
//! layers, attention, normalisation), and averaged over its tokens (`model`). One text at a time, without
//! padding: workers side by side beat batches, and threads inside one text.
//!
//! The arithmetic is written once, over 32 lanes (`simd`), and compiled for each set of vector instructions; which
//! of them to use is found out when the model is loaded.

mod attention;
mod checkpoint;
mod embeddings;
mod encoder;
mod error;
mod linear;
mod math;
mod matrix;
mod model;
mod norm;
mod simd;
mod tokenizer;

pub use encoder::Scratch;
pub use error::LoadError;
pub use model::{Model, Options, Precision, UnknownPrecision};
pub use simd::InstructionSet;
pub use tokenizer::Tokenizer;

/// Length of an embedding.
pub const DIMENSIONS: usize = 384;

/// Word pieces of a text that are read, the two markers included: what the model was trained on as a sentence
/// model (`max_seq_length` of its `sentence_bert_config.json`).
pub const MAX_TOKENS: usize = 256;
