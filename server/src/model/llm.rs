//! What an answerer is: it is given the whole question and writes an answer, piece by piece.

use std::sync::Arc;

use app::error::AppError;
use async_trait::async_trait;
use futures::stream::BoxStream;
use uuid::Uuid;

use super::{
    queue::Queue,
    task::{Completion, Task},
};

/// What an answerer writes, and nothing else, where the sources don't answer the question.
pub const NO_ANSWER: &str = "[no answer]";

/// All that an answerer is given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerRequest {
    /// As it was asked.
    pub question: String,
    /// What it asks, each part so that it can be understood by itself; mostly one.
    pub parts: Vec<String>,
    /// Earlier questions and answers of the conversation, oldest first.
    pub history: Vec<Turn>,
    /// Nothing of this may leave the organisation.
    pub stays_inside: bool,
    /// The passages that may be cited, best first; numbered from 1 in this order.
    pub sources: Vec<OfferedSource>,
}

/// An earlier question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub question: String,
    /// Without citation marks.
    pub answer: String,
}

/// A passage that an answer may cite.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfferedSource {
    pub title: String,
    pub heading_path: Vec<String>,
    /// The passage, word for word.
    pub text: String,
    /// What stands before and after it in its document, under the same heading.
    pub before: String,
    pub after: String,
    /// Passages of one document have the same.
    pub document: Uuid,
    /// Where it begins in its document.
    pub start: i32,
    /// When its document was last changed, as in "24 Nov 2026".
    pub date: String,
    /// Its document is an older edition of that of the source with this number.
    pub superseded_by: Option<u32>,
    /// Cosine similarity to the question, where the search by meaning found it.
    pub similarity: Option<f64>,
}

/// A piece of an answer on its way.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(String),
    /// All text before was the model thinking aloud, which shows only now.
    Thought,
    /// How likely it is that the sources carry an answer, from those who can tell; comes at most once.
    Estimate(f64),
    /// What was read and written, in the model's own tokens; comes at most once, at the end.
    Usage(TokenCount),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenCount {
    pub prompt: u32,
    pub completion: u32,
}

/// The pieces of an answer. Dropping it ends the work behind it.
pub type Pieces = BoxStream<'static, Result<Piece, AppError>>;

/// How an answerer's text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    Markdown,
    /// Quotations, in which every character stands for itself.
    Plain,
}

/// How many tokens so many [`quarters`] of a token are.
pub(crate) fn guessed_tokens(quarters: usize) -> u32 {
    u32::try_from(quarters.div_ceil(4)).unwrap_or(u32::MAX)
}

/// How long a text is, in quarters of a token, for where nobody counts: English has about four
/// characters a token, other alphabets about two, Chinese about one.
pub(crate) fn quarters(text: &str) -> usize {
    let quarters = |c: char| match c {
        '\0'..='\x7f' => 1,
        '\u{80}'..='\u{2e7f}' => 2,
        _ => 4,
    };
    text.chars().map(quarters).sum()
}

/// What the tokens of a model cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// US dollars for a million tokens.
    pub prompt: f64,
    pub completion: f64,
}

impl Prices {
    /// In US dollars.
    pub fn cost(self, tokens: TokenCount) -> f64 {
        const MILLION: f64 = 1e6;
        (self.prompt * f64::from(tokens.prompt) + self.completion * f64::from(tokens.completion)) / MILLION
    }
}

/// Writes answers.
#[async_trait]
pub trait Llm: Send + Sync {
    /// The model's name, as it is stored and shown.
    fn name(&self) -> &str;

    /// What tells this model from any other, also from one that had its name before.
    fn identity(&self) -> &str {
        self.name()
    }

    /// Outside of the organisation: what stays inside isn't sent to it.
    fn is_external(&self) -> bool {
        false
    }

    /// `false` while it has been failing, and another that can be asked should be.
    fn may_be_asked(&self) -> bool {
        true
    }

    /// Where questions wait that it can't be asked yet; `None` where it answers any number at once.
    fn queue(&self) -> Option<&Arc<Queue>> {
        None
    }

    fn markup(&self) -> Markup;

    /// `None` where they aren't known.
    fn prices(&self) -> Option<Prices>;

    /// What answering will take at a guess, so that it can be reserved; nothing where it is free.
    fn guess(&self, _request: &AnswerRequest) -> TokenCount {
        TokenCount::default()
    }

    /// As [`Self::may_be_asked`], for tasks: they have less patience, and fail where answers don't.
    fn may_be_given_tasks(&self) -> bool {
        false
    }

    /// What a task will take at a guess.
    fn guess_task(&self, _task: &Task) -> TokenCount {
        TokenCount::default()
    }

    /// Does a task, within its patience.
    ///
    /// # Errors
    /// [`AppError::Model`] in words. As it stands here, for those who only quote, always.
    async fn complete(&self, _task: Task) -> Result<Completion, AppError> {
        let message = "This model does nothing but answer.".to_owned();
        Err(AppError::Model { code: "model_refused".to_owned(), message })
    }

    /// Begins an answer. Its sentences cite sources as `[1]`; it is
    /// [`NO_ANSWER`] alone where the sources don't answer.
    ///
    /// # Errors
    /// [`AppError::Model`] in words, here or in the stream.
    async fn answer(&self, request: AnswerRequest) -> Result<Pieces, AppError>;
}
