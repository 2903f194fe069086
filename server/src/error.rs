//! Failures: expected ones in words, the rest with their causes.

use std::{borrow::Cow, io};

use app::error::AppError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a service answers when it can't do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Expected: the reader is told as it is.
    #[error(transparent)]
    App(#[from] AppError),
    /// Not expected: logged with its causes; the reader learns only that it happened.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// The boundary: what is not expected is logged here, once, and leaves as [`AppError::Internal`].
impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::App(error) => error,
            Error::Internal(error) => {
                if database_code(&error).is_some_and(|code| code == UNSTORABLE_CHARACTER) {
                    let message = "Leave out the character U+0000: no text can hold it.".into();
                    return Self::Invalid { field: None, message };
                }
                tracing::error!(error = format!("{error:#}"), "Request failed");
                if is_full_disk(&error) { Self::StorageFull } else { Self::Internal }
            }
        }
    }
}

// Of Postgres' error codes, appendix A of its manual.
/// `disk_full`
const DISK_FULL: &str = "53100";
/// `character_not_in_repertoire`: of what a Rust string can hold, that is U+0000 alone.
const UNSTORABLE_CHARACTER: &str = "22021";

/// Whether a disk is full: ours, or the database's.
fn is_full_disk(error: &anyhow::Error) -> bool {
    let is_ours = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| is_full(error.kind()))
    };
    database_code(error).is_some_and(|code| code == DISK_FULL) || error.chain().any(is_ours)
}

/// What the database calls its failure, where it is one of the database.
fn database_code(error: &anyhow::Error) -> Option<Cow<'_, str>> {
    error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()?.as_database_error()?.code())
}

/// Whether nothing more can be written.
pub(crate) fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether the database went away, stopped or was started anew: the same may pass in a moment.
pub(crate) fn is_lost_connection(error: &anyhow::Error) -> bool {
    /// Of Postgres' error codes, appendix A of its manual: what an operator, or a crash, did to it.
    const OPERATOR_INTERVENTION: &str = "57P";
    error.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
        Some(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| code.starts_with(OPERATOR_INTERVENTION))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_database_that_went_away_is_told_from_one_that_refuses() {
        let wrapped = |error: sqlx::Error| -> anyhow::Error {
            let error = Err::<(), _>(error).context("could not store").unwrap_err();
            Error::Internal(error).into()
        };
        assert!(is_lost_connection(&wrapped(sqlx::Error::PoolTimedOut)));
        assert!(is_lost_connection(&wrapped(io::Error::from(io::ErrorKind::BrokenPipe).into())));
        assert!(!is_lost_connection(&wrapped(sqlx::Error::RowNotFound)));
    }
}
