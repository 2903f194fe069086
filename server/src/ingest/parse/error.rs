//! Why a file could not be read, in words for the person who uploaded it.

use serde::{Deserialize, Serialize};

/// Why a file could not be read. `Display` is the sentence for the reader, [`Self::code`] the
/// stable word for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParseError {
    #[error("The file is empty: it has no bytes at all.")]
    EmptyFile,
    #[error(
        "{what} can't be read. Footnote reads PDF, Office and OpenDocument files, RTF, e-books (EPUB), web pages, Markdown, plain text, tables (CSV), JSON, XML, e-mail and mail folders (mbox), pictures of text, and ZIP archives of these."
    )]
    UnsupportedType { what: String },
    #[error(
        "The file is named like {named} but its content is {really}. Give it its right ending, or save it again as {named}."
    )]
    WrongType { named: String, really: String },
    #[error("The file is protected by a password. Remove the password and upload it again.")]
    NeedsPassword,
    /// Encrypted for somebody, rather than behind a password.
    #[error("The file is encrypted for its recipient. Save it decrypted and upload it again.")]
    Encrypted,
    /// A scan or a picture.
    #[error(
        "The file is a picture of text, without a text layer. Reading it needs OCR, which isn't installed on this server. Your administrator can install Tesseract."
    )]
    NeedsOcr,
    #[error("The file is damaged: {why}. Try to save it again from the program it came from.")]
    Damaged { why: String },
    #[error("The file is too large to read: {why}.")]
    TooLarge { why: String },
    /// Packed better than documents pack: unpacking it could take all there is.
    #[error("The file is too large to read: its packed content unpacks to far more than a document holds.")]
    Bomb,
    #[error("The file holds more documents than can be read as one. Upload them in smaller parts.")]
    HoldsTooMuch,
    /// Of an archive, whose files are more than the collection may still hold.
    #[error("The collection is full: the files in the archive don't fit into what it may still hold.")]
    OverQuota,
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
            Self::Encrypted => "encrypted",
            Self::NeedsOcr => "needs_ocr",
            Self::Damaged { .. } => "damaged",
            Self::TooLarge { .. } | Self::Bomb => "too_large",
            Self::HoldsTooMuch => "holds_too_much",
            Self::OverQuota => "over_quota",
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

    /// Whether it concerns a whole file although one of the documents within it caused it.
    pub(super) fn is_beyond_all(&self) -> bool {
        matches!(self, Self::HoldsTooMuch | Self::Bomb)
    }

    pub(in crate::ingest) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged { why: why.into() }
    }
}
