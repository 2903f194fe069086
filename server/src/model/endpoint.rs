//! Endpoints that speak OpenAI's protocol: how to reach one, and what went wrong in words.

use std::time::Duration;

use anyhow::{Context, ensure};
use async_openai::{Client, config::OpenAIConfig, error::OpenAIError};
use http::HeaderValue;
use secrecy::ExposeSecret;

use crate::config::Endpoint;

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an endpoint may send nothing at all. A slow model can think for a while before it says a word.
const SILENCE: Duration = Duration::from_secs(60);

/// A client of the endpoint. Without anybody's doing it tries three more times, at growing intervals or when the
/// endpoint says so, where it is busy (429), fails (5xx) or can't be reached; whoever asks sets the time limit.
///
/// # Errors
/// Where the key can't be sent as a header.
pub fn client(endpoint: &Endpoint) -> anyhow::Result<Client<OpenAIConfig>> {
    install_tls();
    let key = endpoint.api_key.as_ref().map_or("", |key| key.expose_secret());
    ensure!(HeaderValue::from_str(key).is_ok(), "the API key holds characters that can't be sent");

    // Redirects are not followed: where the key and the texts go is the administrator's word alone.
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .context("could not set up the HTTP client")?;
    // Everything is set, if to nothing: what is not, the library takes from `OPENAI_…` variables, and those are
    // none of this endpoint's business.
    let config = OpenAIConfig::new()
        .with_api_base(&endpoint.base_url)
        .with_api_key(key)
        .with_org_id("")
        .with_project_id("");
    Ok(Client::build(http, config))
}

/// Says whose cryptography TLS uses. Once for the process; more often does no harm.
pub fn install_tls() {
    // An error says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What went wrong at an endpoint. It tells nothing of the request, the key or the URL, nor what the endpoint says
/// about them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("the model's endpoint did not answer in time")]
    TimedOut,
    #[error("the model's endpoint can't be reached")]
    Unreachable,
    #[error("the model's endpoint is too busy")]
    Busy,
    /// `code` is the endpoint's word for it, such as `invalid_api_key`.
    #[error("the model's endpoint refused ({status}{})", code.as_ref().map(|code| format!(", {code}")).unwrap_or_default())]
    Refused { status: u16, code: Option<String> },
    #[error("the model's endpoint failed ({status})")]
    Failed { status: u16 },
    #[error("the connection to the model's endpoint broke")]
    Broken,
    #[error("the model's endpoint gave an answer that can't be used: {0}")]
    Unusable(String),
}

impl EndpointError {
    /// Whether the endpoint as a whole is away, whatever it was asked.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable | Self::Failed { .. } | Self::Broken)
    }

    /// Whether the same request may go well later, with nobody's doing.
    pub fn may_pass(&self) -> bool {
        self.is_absence() || *self == Self::Busy
    }
}

impl From<OpenAIError> for EndpointError {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::Reqwest(error) if error.is_timeout() => Self::TimedOut,
            OpenAIError::Reqwest(error) if error.is_connect() => Self::Unreachable,
            OpenAIError::Reqwest(_) | OpenAIError::StreamError(_) => Self::Broken,
            OpenAIError::ApiError(answer) => match answer.status_code.as_u16() {
                429 => Self::Busy,
                status @ 500.. => Self::Failed { status },
                status => Self::Refused { status, code: answer.api_error.code.filter(|code| is_word(code)) },
            },
            OpenAIError::JSONDeserialize(..) => Self::Unusable("it is not the JSON it should be".into()),
            OpenAIError::InvalidArgument(_)
            | OpenAIError::FileSaveError(_)
            | OpenAIError::FileReadError(_) => Self::Unusable("it could not even be asked".into()),
        }
    }
}

/// Whether it is one of the protocol's codes, and not a sentence with who knows what in it.
fn is_word(code: &str) -> bool {
    code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
