//! What goes wrong at an endpoint, in words for the reader. They tell nothing of the request, the
//! key or the URL, nor of what the endpoint said about them.

use std::time::{Duration, SystemTime};

use app::error::AppError;
use http::{StatusCode, header};

use super::refusal::{self, Overflow, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("The model did not answer in time. Please try again.")]
    TimedOut,
    #[error("The model is too busy at the moment. Please try again in a minute.")]
    RateLimited,
    #[error(
        "The model's service refused the request. An administrator should check its address, name and key."
    )]
    Refused,
    #[error("The question and what was found for it are more than this model can read.")]
    TooLong(Overflow),
    #[error("These documents are not to be sent to this model.")]
    Outside,
    #[error("The model declined to answer this question.")]
    Declined,
    #[error("The model's service can't be reached. Please try again later.")]
    Unreachable,
    #[error("The model is still being loaded. Please try again in a minute.")]
    Loading,
    #[error("The model's service failed. Please try again later.")]
    Failed,
    #[error("The model's service sent something that is no answer. Please try again later.")]
    Garbled,
    #[error("The model broke off before its answer was finished. Please try again.")]
    CutOff,
}

impl Failure {
    /// Whether others would be failed by it just the same, whatever they ask.
    pub(super) fn is_absence(self) -> bool {
        matches!(
            self,
            Self::TimedOut
                | Self::RateLimited
                | Self::Unreachable
                | Self::Loading
                | Self::Failed
                | Self::Garbled
        )
    }

    /// The stable word of the problem object.
    fn code(self) -> &'static str {
        match self {
            Self::TimedOut => "model_timeout",
            Self::RateLimited => "model_rate_limited",
            Self::Refused | Self::Declined | Self::Outside => "model_refused",
            Self::Loading => "model_loading",
            Self::Unreachable | Self::Failed | Self::Garbled => "model_failed",
            Self::CutOff => "model_cut_off",
            Self::TooLong(_) => "model_window",
        }
    }
}

impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        Self::Model { code: failure.code().to_owned(), message: failure.to_string() }
    }
}

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) failure: Failure,
    /// Another attempt may do better.
    pub(super) may_pass: bool,
    /// How long the endpoint asks to wait before.
    pub(super) retry_after: Option<Duration>,
}

/// Of a response that is no success; of its body no more is taken than whether the
/// prompt was too long, or the model isn't there yet.
pub(super) async fn of_response(response: reqwest::Response) -> Attempt {
    let status = response.status();
    tracing::warn!(status = status.as_u16(), "The model's endpoint refused a request");
    let failure = match status {
        StatusCode::TOO_MANY_REQUESTS => Failure::RateLimited,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Failure::TimedOut,
        status if status.is_server_error() => Failure::Failed,
        _ => Failure::Refused,
    };
    let retry_after = response.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| read_retry_after(value.to_str().ok()?.trim()));
    let may_say_more = matches!(failure, Failure::Refused | Failure::Failed);
    let said = if may_say_more { refusal::read(response).await } else { None };
    match said {
        Some(Refusal::TooLong(overflow)) => {
            Attempt { failure: Failure::TooLong(overflow), may_pass: false, retry_after: None }
        }
        Some(Refusal::Loading) => Attempt { failure: Failure::Loading, may_pass: true, retry_after },
        None => Attempt { failure, may_pass: failure != Failure::Refused, retry_after },
    }
}

/// Seconds, or the date until which to wait.
fn read_retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Of a request that got no response.
pub(super) fn of_sending(error: &reqwest::Error) -> Attempt {
    // The error names the URL, which may hold secrets; its kind is enough.
    tracing::warn!(
        connect = error.is_connect(),
        timeout = error.is_timeout(),
        "The model's endpoint gave no answer"
    );
    let failure =
        if error.is_timeout() && !error.is_connect() { Failure::TimedOut } else { Failure::Unreachable };
    Attempt { failure, may_pass: true, retry_after: None }
}
