use std::path::PathBuf;

use crate::InstructionSet;

/// Why the model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing or not readable.
    #[error("could not read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The tokenizer's description is not one of this model.
    #[error("{} is not the tokenizer of this model: {reason}", path.display())]
    Tokenizer { path: PathBuf, reason: String },
    /// The weights are not those of this model.
    #[error("{} does not hold the weights of this model: {reason}", path.display())]
    Weights { path: PathBuf, reason: String },
    /// An instruction set was asked for that this processor has not.
    #[error("this processor does not have {0}")]
    Instructions(InstructionSet),
}
