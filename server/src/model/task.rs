//! What a model may be asked to do besides writing answers: something short, that there is another way
//! to do, or that can be left undone.

use std::time::Duration;

use super::llm::TokenCount;
use crate::answer::prompt::PromptMessage;

/// A short piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub(crate) messages: Vec<PromptMessage>,
    /// Nothing of this may leave the organisation.
    pub stays_inside: bool,
    /// How long anybody waits for it, further attempts included.
    pub patience: Duration,
    /// In tokens. What is longer is not what was asked for, and is broken off.
    pub longest: u32,
}

/// What came of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    /// What was read and written, in the model's own tokens where it counts them.
    pub tokens: TokenCount,
}
