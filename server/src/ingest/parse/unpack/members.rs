//! The parent's side: the files of an archive, as the child hands them out.

use super::{MOST_BYTES, Unpacked};
use crate::ingest::parse::child::{End, Heard, Outcome, Working, blameless};
use crate::ingest::parse::sandbox::Task;
use crate::ingest::parse::{ParseError, ParseRequest};

/// An archive that is being taken apart.
pub(in crate::ingest) struct Members(Working);

/// The next of an archive.
pub(in crate::ingest) enum Next {
    Told(Unpacked),
    /// Of the file that was told of last.
    Bytes(Vec<u8>),
}

/// What a child may say of files beside their bytes.
const TALK: u64 = 16 * 1024 * 1024;

impl Members {
    /// Begins with the files of an archive, each of at most `largest` bytes.
    pub(in crate::ingest) async fn of(request: &ParseRequest, largest: u64) -> Result<Self, ParseError> {
        let task = Task::Unpack { path: request.path.clone(), largest };
        blameless(Working::begin(request, task, MOST_BYTES + TALK).await.map(Ok)).map(Self)
    }

    pub(in crate::ingest) async fn next(&mut self) -> Result<Next, ParseError> {
        blameless(self.hear().await)
    }

    async fn hear(&mut self) -> Outcome<Next> {
        Ok(match self.0.hear().await? {
            Heard::Bytes(bytes) => Ok(Next::Bytes(bytes)),
            Heard::Message(message) => {
                serde_json::from_slice(&message).map(Next::Told).map_err(|_| ParseError::ParserCrashed)
            }
            Heard::Ended(End::GaveUp { complaint }) => anyhow::bail!("the parser gave up: {complaint}"),
            Heard::Ended(End::Failed(why)) => Err(why),
            Heard::Ended(End::Well) => Err(ParseError::ParserCrashed),
        })
    }
}
