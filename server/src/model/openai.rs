//! Answers from any endpoint that speaks OpenAI's protocol.
//!
//! The request and its headers are async-openai's. Its stream is not used: it can't tell an
//! answer's end from a connection that broke, it tries again only where a refusal is JSON, and it
//! logs what it can't read.

mod chunk;
mod failure;
mod fit;
mod refusal;
mod request;
mod standing;
mod stream;
mod thoughts;
mod window;

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use app::error::AppError;
use async_openai::config::{Config as _, OpenAIConfig};
use async_trait::async_trait;
use futures::TryStreamExt;
use http::HeaderValue;
use rand::Rng;
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep, timeout_at};

pub use self::standing::Standing;
use self::{failure::Failure, request::Request, standing::Work};
use super::{
    address::{Guard, Reach},
    endpoint,
    llm::{self, AnswerRequest, Llm, Markup, Piece, Pieces, Prices, TokenCount, quarters},
    queue::Queue,
    task::{Completion, Task},
};
use crate::config::Endpoint;

/// How long to wait for an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// To the first piece of the answer, further attempts included. A model on a small machine
    /// takes this long to read the sources.
    pub first_token: Duration,
    pub between_tokens: Duration,
    /// For what may follow a finished answer: the tokens it took.
    pub after_end: Duration,
    pub total: Duration,
    /// Before the second attempt; doubled before each further one.
    pub back_off: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_token: Duration::from_secs(45),
            between_tokens: Duration::from_secs(20),
            after_end: Duration::from_secs(2),
            total: Duration::from_secs(300),
            back_off: Duration::from_millis(250),
        }
    }
}

/// So often is an endpoint asked that is busy, fails or can't be reached.
const ATTEMPTS: u32 = 4;

/// A language model behind an endpoint.
pub struct OpenAi {
    http: reqwest::Client,
    config: OpenAIConfig,
    model: String,
    patience: Patience,
    about: About,
    identity: String,
}

/// What is to be known of a model besides where it is.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// As it is asked for and shown, where that isn't its endpoint's name for it.
    pub name: Option<String>,
    pub prices: Option<Prices>,
    /// Outside of the organisation.
    pub is_external: bool,
    /// How many tokens it can read and write together.
    pub context_tokens: Option<u32>,
    /// How many answers it writes at once; `None` for any number.
    pub at_once: Option<usize>,
    /// How far requests may go; `None` where whoever owns the machine says where it is.
    pub reach: Option<Reach>,
    /// What is known of it from before.
    pub standing: Arc<Standing>,
}

impl OpenAi {
    /// # Errors
    /// Where the key can't be sent as a header.
    pub fn new(endpoint: &Endpoint, patience: Patience, about: About) -> anyhow::Result<Self> {
        endpoint::install_tls();
        let key = endpoint.api_key.as_ref().map_or("", |key| key.expose_secret());
        ensure!(HeaderValue::from_str(key).is_ok(), "the API key holds characters that can't be sent");
        // Redirects are not followed: where the key and the passages go is the administrator's
        // word alone.
        let mut http = reqwest::Client::builder()
            .connect_timeout(patience.connect)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(reach) = about.reach {
            // A proxy would look names up itself.
            http = http.dns_resolver(Guard(reach)).no_proxy();
        }
        let http = http.build().context("could not set up the HTTP client")?;
        // Everything is set, if to nothing: what is not, the library takes from `OPENAI_…`
        // variables, and those are none of this endpoint's business.
        let config = OpenAIConfig::new()
            .with_api_base(&endpoint.base_url)
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let name = about.name.as_ref().unwrap_or(&endpoint.model);
        let identity = format!("{name} {} {}", endpoint.model, endpoint.base_url);
        about.standing.queue.limit(about.at_once);
        Ok(Self { http, config, model: endpoint.model.clone(), patience, about, identity })
    }

    /// Asks with as much of the request as the model has room for, and with less where it says that
    /// this is too much.
    async fn open_fitted(
        &self,
        whole: &AnswerRequest,
        until: Instant,
    ) -> Result<(Request, reqwest::Response), AppError> {
        /// Where the endpoint doesn't say what would fit, this comes down to a third.
        const ATTEMPTS: u32 = 4;
        let mut attempt = 1;
        loop {
            let request = Request::new(&self.model, &self.fitted(whole))?;
            match self.open(&request, until).await {
                Err(Failure::TooLong(overflow)) if attempt < ATTEMPTS => {
                    self.about.standing.window.overflowed(request.prompt_tokens, overflow);
                }
                opened => return Ok((request, opened?)),
            }
            attempt += 1;
        }
    }

    fn fitted(&self, whole: &AnswerRequest) -> AnswerRequest {
        let room = self.about.standing.window.room(self.about.context_tokens);
        fit::fitted(whole.clone(), room)
    }

    /// Asks until the endpoint takes the request, as often and as long as patience lasts.
    async fn open(&self, request: &Request, until: Instant) -> Result<reqwest::Response, Failure> {
        let mut attempt = 1;
        loop {
            let failure = match timeout_at(until, self.send(&request.body)).await {
                Ok(Ok(response)) => return Ok(response),
                Ok(Err(failure)) => failure,
                Err(_) => return Err(self.noted(Failure::TimedOut, request.work)),
            };
            let wait = failure.retry_after.unwrap_or_else(|| self.back_off(attempt));
            let worth_it = failure.may_pass && attempt < ATTEMPTS && Instant::now() + wait < until;
            if !worth_it {
                return Err(self.noted(failure.failure, request.work));
            }
            sleep(wait).await;
            attempt += 1;
        }
    }

    /// One attempt, to the response's head.
    async fn send(&self, body: &[u8]) -> Result<reqwest::Response, failure::Attempt> {
        let response = self
            .http
            .post(self.config.url("/chat/completions"))
            .headers(self.config.headers())
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(body.to_vec())
            .send()
            .await;
        match response {
            Ok(response) if response.status().is_success() => Ok(response),
            Ok(response) => Err(failure::of_response(response).await),
            Err(error) => Err(failure::of_sending(&error)),
        }
    }

    /// Whoever chooses a model has seen to what must stay inside; here is where it would leave.
    fn check_place(&self, stays_inside: bool) -> Result<(), Failure> {
        if self.about.is_external && stays_inside { Err(Failure::Outside) } else { Ok(()) }
    }

    /// Notes what the failure says of the endpoint.
    fn noted(&self, failure: Failure, work: Work) -> Failure {
        if failure.is_absence() {
            self.about.standing.health(work).failed(std::time::Instant::now());
        }
        failure
    }

    /// Half of it to all of it, by chance: those who were refused together don't come back together.
    fn back_off(&self, attempt: u32) -> Duration {
        let longest = self.patience.back_off * 2_u32.pow(attempt - 1);
        longest.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

#[async_trait]
impl Llm for OpenAi {
    fn name(&self) -> &str {
        self.about.name.as_ref().unwrap_or(&self.model)
    }

    fn identity(&self) -> &str {
        &self.identity
    }

    fn may_be_asked(&self) -> bool {
        self.about.standing.health(Work::Answer).may_be_asked(std::time::Instant::now())
    }

    fn may_be_given_tasks(&self) -> bool {
        self.about.standing.health(Work::Task).may_be_asked(std::time::Instant::now())
    }

    fn is_external(&self) -> bool {
        self.about.is_external
    }

    fn queue(&self) -> Option<&Arc<Queue>> {
        Some(&self.about.standing.queue)
    }

    fn markup(&self) -> Markup {
        Markup::Markdown
    }

    fn prices(&self) -> Option<Prices> {
        self.about.prices
    }

    fn guess(&self, request: &AnswerRequest) -> TokenCount {
        /// More than most answers have.
        const COMPLETION: u32 = 1_000;
        TokenCount { prompt: fit::guessed_tokens(&self.fitted(request)), completion: COMPLETION }
    }

    fn guess_task(&self, task: &Task) -> TokenCount {
        TokenCount { prompt: fit::tokens_of(&task.messages), completion: task.longest }
    }

    async fn complete(&self, task: Task) -> Result<Completion, AppError> {
        self.check_place(task.stays_inside)?;
        let (begun, standing) = (Instant::now(), self.about.standing.clone());
        let request = Request::of_task(&self.model, &task)?;
        let patience = Patience { first_token: task.patience, total: task.patience, ..self.patience };
        let response = self.open(&request, begun + task.patience).await.inspect_err(|failure| {
            if let Failure::TooLong(overflow) = failure {
                standing.window.overflowed(request.prompt_tokens, *overflow);
            }
        })?;
        let mut pieces = stream::pieces(response, &request, begun, patience, standing.clone());
        let mut done = Completion { text: String::new(), tokens: TokenCount::default() };
        while let Some(piece) = pieces.try_next().await? {
            match piece {
                Piece::Text(text) => done.text.push_str(&text),
                Piece::Thought => done.text.clear(),
                Piece::Usage(tokens) => done.tokens = tokens,
                Piece::Estimate(_) => {}
            }
            // Dropping the pieces ends the work behind them.
            if llm::guessed_tokens(quarters(&done.text)) > task.longest {
                return Err(Failure::Garbled.into());
            }
        }
        Ok(done)
    }

    async fn answer(&self, request: AnswerRequest) -> Result<Pieces, AppError> {
        self.check_place(request.stays_inside)?;
        let begun = Instant::now();
        let (request, response) = self.open_fitted(&request, begun + self.patience.first_token).await?;
        Ok(stream::pieces(response, &request, begun, self.patience, self.about.standing.clone()))
    }
}
