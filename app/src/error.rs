//! Failures in words: all that a reader may see of what went wrong.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

/// A failure that the reader is told of. Whatever else went wrong is [`AppError::Internal`], and
/// its causes stand in the log alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    #[error("Sign in to go on.")]
    SignInNeeded,
    #[error("The e-mail address or the password is wrong.")]
    WrongCredentials,
    #[error("Too many attempts. Wait {wait_seconds} seconds and try again.")]
    TooManyAttempts { wait_seconds: u32 },
    /// Nothing is wrong with the request but that there were too many of its kind; in words.
    #[error("{message}")]
    Limited { code: String, message: String, wait_seconds: u32 },
    /// The thing does not exist, or the reader may not know that it does.
    #[error("There is nothing here, or nothing that you may see.")]
    NotFound,
    /// The reader's role does not allow the action; that it exists is no secret.
    #[error("Your role doesn't allow this. Ask an administrator.")]
    Forbidden,
    #[error("The request came from another site and was refused.")]
    CrossSite,
    /// The input is wrong. `field` names the form field where there is one.
    #[error("{message}")]
    Invalid { field: Option<String>, message: String },
    /// The change does not fit the state of things: a name is taken, a step is over.
    #[error("{message}")]
    Conflict { message: String },
    #[error("{message}")]
    TooLarge { message: String },
    /// The body of a request came to a halt, or nearly.
    #[error("What was sent came too slowly, so it was ended. Try again.")]
    TooSlow,
    #[error(
        "The collection is full: it may hold {megabytes} MB of files. Remove some, or ask your administrator."
    )]
    OverQuota { megabytes: u64 },
    #[error("{message}")]
    UnsupportedType { message: String },
    /// Something that the server needs is not there now; trying again may help.
    #[error("{message}")]
    Unavailable { message: String },
    /// The model's endpoint failed. `code` is stable: `model_timeout`, `model_failed`, …
    #[error("{message}")]
    Model { code: String, message: String },
    #[error("There is no room left to store this.")]
    StorageFull,
    #[error("Something went wrong on our side. It has been logged; please try again.")]
    Internal,
}

impl AppError {
    /// Wrong input in the form field `field`.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: Some(field.to_owned()), message: message.into() }
    }

    /// A change that does not fit the state of things.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The stable word of a problem object.
    pub fn code(&self) -> &str {
        match self {
            Self::SignInNeeded => "sign_in_needed",
            Self::WrongCredentials => "wrong_credentials",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::Invalid { .. } => "invalid",
            Self::Conflict { .. } => "conflict",
            Self::TooLarge { .. } => "too_large",
            Self::TooSlow => "too_slow",
            Self::OverQuota { .. } => "over_quota",
            Self::UnsupportedType { .. } => "unsupported_type",
            Self::Unavailable { .. } => "unavailable",
            Self::Model { code, .. } | Self::Limited { code, .. } => code,
            Self::StorageFull => "storage_full",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status it answers with.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInNeeded | Self::WrongCredentials => 401,
            Self::TooManyAttempts { .. } | Self::Limited { .. } => 429,
            Self::NotFound => 404,
            Self::Forbidden | Self::CrossSite => 403,
            Self::Invalid { .. } => 422,
            Self::Conflict { .. } => 409,
            Self::TooSlow => 408,
            Self::TooLarge { .. } | Self::OverQuota { .. } => 413,
            Self::UnsupportedType { .. } => 415,
            Self::Unavailable { .. } => 503,
            Self::Model { .. } => 502,
            Self::StorageFull => 507,
            Self::Internal => 500,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::Unavailable { message: "The server can't be reached. Check your connection.".into() }
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::Invalid { field: None, message: "Something in the form is missing or wrong.".into() }
            }
            _ => Self::Internal,
        }
    }
}
