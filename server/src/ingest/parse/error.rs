//! Why a file could not be read, in words for the person who uploaded it.

use serde::{Deserialize, Serialize};

/// Why a file could not be read. `Display` is the sentence for the reader, [`Self::code`] the
/// stable word for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParseError {
    #[error("The file is empty: it has no bytes at all.")]
    EmptyFile,
    #[error("{what} can't be read yet. Footnote reads PDF, Word (.docx), HTML, Markdown and plain text.")]
    UnsupportedType { what: String },
    #[error(
        "The file is named like {named} but its content is {really}. Give it its right ending, or save it again as {named}."
    )]
    WrongType { named: String, really: String },
    #[error("The file is protected by a password. Remove the password and upload it again.")]
    NeedsPassword,
    #[error(
        "The PDF holds only pictures of pages, without a text layer. Run text recognition (OCR) over it and upload it again."
    )]
    NoTextLayer,
    #[error("The file is damaged: {why}. Try to save it again from the program it came from.")]
    Damaged { why: String },
    #[error("The file is too large to read: {why}.")]
    TooLarge { why: String },
    #[error("Reading the file took too long, so it was stopped.")]
    TookTooLong,
    #[error("Reading the file needed too much memory, so it was stopped.")]
    UsedTooMuchMemory,
    #[error("The program that reads this kind of file crashed on it. The file may be damaged.")]
    ParserCrashed,
    #[error("There is no text in the file.")]
    NoText,
    /// Not the file's fault: the parser could not be started, or its parts are missing.
    #[error("The file could not be read because of a problem on the server. Try again later.")]
    ParserUnavailable,
}

impl ParseError {
    /// The stable word for programs, in `snake_case`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::UnsupportedType { .. } => "unsupported_type",
            Self::WrongType { .. } => "wrong_type",
            Self::NeedsPassword => "needs_password",
            Self::NoTextLayer => "no_text_layer",
            Self::Damaged { .. } => "damaged",
            Self::TooLarge { .. } => "too_large",
            Self::TookTooLong => "took_too_long",
            Self::UsedTooMuchMemory => "used_too_much_memory",
            Self::ParserCrashed => "parser_crashed",
            Self::NoText => "no_text",
            Self::ParserUnavailable => "parser_unavailable",
        }
    }

    /// Whether the same file may be read at another time: the machine was busy or broken, rather
    /// than the file wrong.
    pub fn may_pass_later(&self) -> bool {
        matches!(self, Self::TookTooLong | Self::ParserUnavailable)
    }

    pub(super) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged { why: why.into() }
    }
}
