//! Writing an answer: search, stream, check, store.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use app::{
    answer::{AnswerEvent, AnswerState, AnswerTimes, CacheUse, CheckedSentence, Usage},
    error::AppError,
};
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use super::{
    AnswerService,
    abstention::{self, Abstention},
    accept::Accepted,
    citations::CitationFilter,
    close::{self, Closing},
    follow_up,
    gate::Gate,
    log,
    offer::Offer,
    prompt, review,
    running::Admission,
    verdict::{self, Passages},
};
use crate::{
    error::Error,
    model::llm::{AnswerRequest, Piece, Pieces, TokenCount},
};

/// Why writing ended before its end.
enum Halt {
    /// By the asker, or because nobody is left to read it.
    Stopped,
    /// The message was deleted, or withdrawn with a document.
    Gone,
    Failed(AppError),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<anyhow::Error> for Halt {
    fn from(error: anyhow::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<AppError> for Halt {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// An answer as far as it has come.
struct Draft<'a> {
    service: &'a AnswerService,
    accepted: &'a Accepted,
    /// What the reader has seen.
    text: String,
    tokens: TokenCount,
    times: AnswerTimes,
    /// Text not yet in the log: events are kept to about twenty a second.
    unlogged: String,
    logged: Option<Instant>,
}

const LOGGED_EVERY: Duration = Duration::from_millis(50);

/// What an answer came to.
struct Judged {
    abstained: bool,
    sentences: Vec<CheckedSentence>,
}

impl AnswerService {
    /// Writes the answer to an accepted question, whatever happens to it on the way.
    pub(super) async fn write(self, accepted: Accepted, admission: Admission) {
        let mut draft = Draft {
            service: &self,
            accepted: &accepted,
            text: String::new(),
            tokens: TokenCount::default(),
            times: AnswerTimes::default(),
            unlogged: String::new(),
            logged: None,
        };
        let composed = AssertUnwindSafe(draft.compose(admission.stop())).catch_unwind().await;
        // The panic itself was reported by its hook.
        let composed = composed.unwrap_or(Err(Halt::Failed(AppError::Internal)));
        if let Err(error) = draft.close(composed).await {
            let message = accepted.message_id;
            tracing::error!(%message, error = format!("{error:#}"), "Could not store how an answer ended");
        }
    }
}

impl Draft<'_> {
    /// The path of a question.
    async fn compose(&mut self, stop: &CancellationToken) -> Result<Judged, Halt> {
        let accepted = self.accepted;
        self.log(&self.meta()).await?;

        let standalone = follow_up::standalone(accepted.question.as_str(), &accepted.history);
        let offer = until(stop, self.offer(&standalone)).await??;
        if offer.is_empty() {
            return self.abstain(Abstention::NothingFound).await;
        }

        let passages = Passages::new(&offer.offered(), accepted.model.markup());
        let request = AnswerRequest {
            question: accepted.question.as_str().to_owned(),
            standalone,
            history: accepted.history.clone(),
            sources: offer.offered(),
        };
        let pieces = until(stop, accepted.model.answer(request)).await??;
        self.stream(pieces, &offer, &passages, stop).await?;

        let sentences = passages.check(&self.text, self.service.embedder.as_ref()).await;
        if verdict::is_baseless(&sentences) {
            return self.abstain(Abstention::NotAnswered).await;
        }
        Ok(Judged { abstained: false, sentences })
    }

    fn meta(&self) -> AnswerEvent {
        AnswerEvent::Meta {
            conversation_id: self.accepted.conversation_id,
            message_id: self.accepted.message_id,
            model: self.accepted.model.name().to_owned(),
            prompt_version: prompt::VERSION.to_owned(),
            cache: CacheUse::Miss,
        }
    }

    /// Finds sources and stores which were offered. Found again where a document was replaced or
    /// deleted in between, so that nothing deleted is ever offered.
    async fn offer(&mut self, query: &str) -> Result<Offer, Halt> {
        const ATTEMPTS: usize = 3;
        let accepted = self.accepted;
        for _ in 0..ATTEMPTS {
            let offer =
                Offer::find(&self.service.search, accepted.asker, query, &accepted.collections).await?;
            self.times.search = self.elapsed();
            let mut transaction = self.service.db.begin().await.map_err(Error::from)?;
            if !offer.store(&mut transaction, accepted.asker, accepted.message_id).await? {
                continue;
            }
            let event = AnswerEvent::Sources { sources: offer.sources() };
            log::append(&mut transaction, accepted.message_id, &event).await?.ok_or(Halt::Gone)?;
            transaction.commit().await.map_err(Error::from)?;
            self.service.running.tell(accepted.message_id);
            return Ok(offer);
        }
        let message = "The documents are changing just now. Ask again in a moment.".to_owned();
        Err(AppError::Unavailable { message }.into())
    }

    /// Shows the pieces of the answer as they come.
    async fn stream(
        &mut self,
        mut pieces: Pieces,
        offer: &Offer,
        passages: &Passages,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let mut filter = CitationFilter::new(offer.entries.len() as u32, self.accepted.model.markup());
        let mut gate = Gate::new(passages);
        let ended = self.pass_on(&mut pieces, &mut filter, &mut gate, stop).await;
        match &ended {
            Ok(()) => {
                let rest = gate.pass(filter.finish());
                self.show(&rest);
                self.show(&gate.finish());
            }
            // It broke off: what there is of it is kept, and marked as broken off.
            Err(Halt::Stopped | Halt::Failed(AppError::Model { .. })) => {
                let rest = format!("{}{}", gate.release(), filter.finish());
                self.show(&rest);
            }
            Err(Halt::Gone | Halt::Failed(_)) => self.unlogged.clear(),
        }
        self.log_text().await?;
        ended
    }

    async fn pass_on(
        &mut self,
        pieces: &mut Pieces,
        filter: &mut CitationFilter,
        gate: &mut Gate<'_>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let mut rights = tokio::time::interval(log::RIGHTS_CHECKED_EVERY);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Halt::Stopped),
                _ = rights.tick() => self.check_rights().await?,
                () = tokio::time::sleep_until(self.log_due()), if !self.unlogged.is_empty() => self.log_text().await?,
                piece = pieces.next() => match piece {
                    Some(Ok(Piece::Text(text))) => {
                        let shown = gate.pass(filter.push(&text));
                        self.show(&shown);
                    }
                    Some(Ok(Piece::Usage(tokens))) => self.tokens = tokens,
                    Some(Err(error)) => return Err(error.into()),
                    None => return Ok(()),
                },
            }
        }
    }

    /// Whose right to a source was taken gets no more of the answer.
    async fn check_rights(&self) -> Result<(), Halt> {
        let accepted = self.accepted;
        match log::may_read_on(&self.service.db, accepted.asker, accepted.message_id).await? {
            true => Ok(()),
            false => Err(AppError::NotFound.into()),
        }
    }

    /// No answer: the text says so, after what was already shown, if anything was.
    async fn abstain(&mut self, why: Abstention) -> Result<Judged, Halt> {
        let sentence = abstention::sentence(why, self.accepted.question.as_str());
        let space = if self.text.is_empty() { "" } else { "\n\n" };
        self.show(&format!("{space}{sentence}"));
        self.log_text().await?;
        Ok(Judged { abstained: true, sentences: Vec::new() })
    }

    fn show(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.text.is_empty() {
            self.times.first_token = self.elapsed();
        }
        self.text.push_str(text);
        self.unlogged.push_str(text);
    }

    /// When the text not yet in the log should be: at once where none is.
    fn log_due(&self) -> tokio::time::Instant {
        let due = self.logged.map_or_else(Instant::now, |logged| logged + LOGGED_EVERY);
        due.into()
    }

    async fn log_text(&mut self) -> Result<(), Halt> {
        if self.unlogged.is_empty() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.unlogged);
        self.log(&AnswerEvent::Delta { text }).await?;
        self.logged = Some(Instant::now());
        Ok(())
    }

    async fn log(&self, event: &AnswerEvent) -> Result<(), Halt> {
        let message = self.accepted.message_id;
        let mut connection = self.service.db.acquire().await.map_err(Error::from)?;
        log::append(&mut connection, message, event).await?.ok_or(Halt::Gone)?;
        self.service.running.tell(message);
        Ok(())
    }

    /// Milliseconds since the question came.
    fn elapsed(&self) -> f64 {
        self.accepted.at.elapsed().as_secs_f64() * 1000.0
    }

    /// Stores how it ended, and says so to those who follow.
    async fn close(&mut self, composed: Result<Judged, Halt>) -> anyhow::Result<()> {
        let service = self.service;
        self.times.total = self.elapsed();
        let (state, judged, error) = match composed {
            Ok(judged) => (AnswerState::Done, judged, None),
            Err(Halt::Gone) => return Ok(()),
            Err(Halt::Stopped) if service.running.shutdown().is_cancelled() => {
                (AnswerState::Failed, self.as_it_stands(), Some(close::restarted()))
            }
            Err(Halt::Stopped) => (AnswerState::Stopped, self.as_it_stands(), None),
            Err(Halt::Failed(error)) => (AnswerState::Failed, self.as_it_stands(), Some(error)),
        };
        let cost_usd = self.accepted.model.prices().map(|prices| prices.cost(self.tokens));
        let closing = Closing {
            state,
            answer: self.text.clone(),
            abstained: judged.abstained,
            sentences: judged.sentences,
            error,
            usage: Usage {
                prompt_tokens: self.tokens.prompt,
                completion_tokens: self.tokens.completion,
                cost_usd,
            },
            times: self.times.clone(),
        };
        self.report(state);
        let doubtful = state == AnswerState::Done && review::is_doubtful(&closing.sentences);
        close::close(&service.db, self.accepted.message_id, closing).await?;
        if doubtful {
            review::open(&service.db, self.accepted.message_id, review::Cause::Unsupported).await?;
        }
        service.running.tell(self.accepted.message_id);
        Ok(())
    }

    fn report(&self, state: AnswerState) {
        let (accepted, times) = (self.accepted, &self.times);
        let model = accepted.model.name().to_owned();
        tracing::info!(
            message = %accepted.message_id, model, ?state,
            search_ms = times.search.round(), first_token_ms = times.first_token.round(), total_ms = times.total.round(),
            prompt_tokens = self.tokens.prompt, completion_tokens = self.tokens.completion,
            "Answer ended"
        );
        metrics::counter!("footnote_answers_total", "model" => model.clone(), "state" => close::word(state))
            .increment(1);
        metrics::histogram!("footnote_answer_first_token_seconds").record(times.first_token / 1000.0);
        metrics::histogram!("footnote_answer_seconds").record(times.total / 1000.0);
        for (kind, tokens) in [("prompt", self.tokens.prompt), ("completion", self.tokens.completion)] {
            metrics::counter!("footnote_tokens_total", "model" => model.clone(), "kind" => kind)
                .increment(tokens.into());
        }
    }

    /// An answer that broke off is not judged.
    fn as_it_stands(&self) -> Judged {
        Judged { abstained: false, sentences: Vec::new() }
    }
}

/// Waits for `work`, but not past the moment when the answer is to stop.
async fn until<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Result<T, Halt> {
    stop.run_until_cancelled(work).await.ok_or(Halt::Stopped)
}
