//! How a job ends that isn't done.

use crate::error::Error;
use crate::ingest::parse::ParseError;

/// Why a job was not done.
#[derive(Debug)]
pub(in crate::ingest) enum Failure {
    /// The file is to blame.
    File(ParseError),
    /// The version was replaced or removed, or another worker has it now.
    ClaimLost,
    /// The database crashed, and forgot what an earlier step had stored.
    Forgotten,
    /// The queue was paused, and the job makes way.
    Paused,
    /// The server is to blame.
    Unexpected(anyhow::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Unexpected(error)
    }
}
