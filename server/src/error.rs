//! Failures: expected ones in words, the rest with their causes.

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
                tracing::error!(error = format!("{error:#}"), "Request failed");
                Self::Internal
            }
        }
    }
}
