//! Writing an answer: search, stream, check, store.

mod again;
mod aid;
mod choose;
mod end;
mod find;
mod read;
mod second;
mod stream;
mod turn;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use app::{
    answer::{AnswerEvent, AnswerTimes, CacheUse, CheckedSentence, CorrectedCitation},
    error::AppError,
    model::{Aid, ModelRole},
};
use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::{
    AnswerService,
    abstention::{self, Abstention},
    accept::Accepted,
    cache,
    ledger::Spending,
    offer::Offer,
    prompt,
    running::Admission,
    verdict::{self, Passages},
};
use crate::{
    error::Error,
    model::llm::{AnswerRequest, Llm, TokenCount, guessed_tokens},
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
    /// What the question asks, each part so that it can be understood by itself.
    parts: Vec<String>,
    /// What the reader has seen.
    text: String,
    /// Who answers: the model asked for, or who stands in for it.
    model: Arc<dyn Llm>,
    /// What else is to be told of the answer.
    notice: Option<String>,
    spent: Spent,
    /// The models that helped, and what they took.
    aided_by: Vec<Aid>,
    aid_spent: Vec<Spending>,
    /// The models that failed, by identity.
    tried: Vec<String>,
    /// Nothing of what was found and said may leave.
    stays_inside: bool,
    /// How likely it is that the sources carry an answer, where that is known.
    confidence: Option<f64>,
    times: AnswerTimes,
    /// What it may be given again by; `None` where it is itself given again.
    key: Option<cache::Key>,
    is_given_again: bool,
    /// Text not yet in the log.
    unlogged: String,
    logged: Option<Instant>,
}

/// What the model took, as far as it is known.
#[derive(Default)]
struct Spent {
    /// Of the prompt, once the model has taken it.
    guessed_prompt: u32,
    /// In quarters of a token.
    written: usize,
    /// As the model counted, at the end.
    counted: Option<TokenCount>,
}

impl Spent {
    fn tokens(&self) -> TokenCount {
        let guess = || match self.guessed_prompt {
            0 => TokenCount::default(),
            prompt => TokenCount { prompt, completion: guessed_tokens(self.written) },
        };
        self.counted.unwrap_or_else(guess)
    }
}

/// What an answer came to. One that broke off is not judged.
#[derive(Default)]
struct Judged {
    abstained: bool,
    sentences: Vec<CheckedSentence>,
    /// The marks that were set right before they were shown.
    corrected: Vec<CorrectedCitation>,
}

impl AnswerService {
    /// Writes the answer to an accepted question, whatever happens to it on the way.
    pub(super) async fn write(self, accepted: Accepted, admission: Admission) {
        let mut draft = Draft {
            service: &self,
            accepted: &accepted,
            parts: accepted.parts.clone(),
            text: String::new(),
            model: accepted.model.clone(),
            notice: None,
            spent: Spent::default(),
            aided_by: Vec::new(),
            aid_spent: Vec::new(),
            tried: Vec::new(),
            stays_inside: false,
            confidence: None,
            times: AnswerTimes::default(),
            key: None,
            is_given_again: false,
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
        self.read_follow_up(stop).await?;
        let parts = self.parts.clone();
        let found = until(stop, self.look(&parts)).await?;
        if let Ok((offer, asked)) = &found
            && !offer.is_empty()
        {
            self.prefer(offer).await?;
            let models = self.identities();
            let key = asked.of(&models, &accepted.history, self.service.vector(offer));
            if let Some(judged) = self.give_again(offer, &key).await? {
                return Ok(judged);
            }
            self.key = Some(key).filter(|_| self.tried.is_empty());
            self.reserve(&self.request(offer)).await?;
        }
        self.log(self.meta(CacheUse::Miss)).await?;
        let (found, _) = found?;
        let offer = until(stop, self.offer(found, &parts)).await??;
        if offer.is_empty() {
            return self.abstain(Abstention::NothingFound).await;
        }

        let passages = Passages::new(&offer.offered(), self.model.markup());
        self.stays_inside = self.must_stay_inside(&offer).await?;
        let request = self.request(&offer);
        let corrected = self.ask(&request, &passages, stop).await?;

        let findings = passages.findings(&self.text, self.service.embedder.as_ref()).await;
        let sentences = self.look_again(findings, &request.sources, stop).await?;
        if verdict::is_baseless(&sentences) {
            return self.abstain(Abstention::NotAnswered).await;
        }
        Ok(Judged { sentences, corrected, ..Judged::default() })
    }

    fn request(&self, offer: &Offer) -> AnswerRequest {
        let accepted = self.accepted;
        AnswerRequest {
            question: accepted.question.as_str().to_owned(),
            parts: self.parts.iter().map(|part| accepted.scope.without_names(part)).collect(),
            history: accepted.history.clone(),
            stays_inside: self.stays_inside,
            sources: offer.offered(),
        }
    }

    /// Has the model answer, or, as long as one fails before its first word, the next.
    async fn ask(
        &mut self,
        request: &AnswerRequest,
        passages: &Passages,
        stop: &CancellationToken,
    ) -> Result<Vec<CorrectedCitation>, Halt> {
        loop {
            let answered = self.ask_one(request, passages, stop).await;
            let failed_at_once =
                matches!(answered, Err(Halt::Failed(AppError::Model { .. }))) && self.spent.written == 0;
            if !failed_at_once || !self.stand_in() {
                return answered;
            }
            self.reserve(request).await?;
        }
    }

    async fn ask_one(
        &mut self,
        request: &AnswerRequest,
        passages: &Passages,
        stop: &CancellationToken,
    ) -> Result<Vec<CorrectedCitation>, Halt> {
        let _turn = self.await_turn(stop).await?;
        let guess = self.model.guess(request);
        let pieces = until(stop, self.model.answer(request.clone())).await??;
        self.spent.guessed_prompt = guess.prompt;
        self.stream(pieces, passages, stop).await
    }

    fn meta(&self, cache: CacheUse) -> AnswerEvent {
        AnswerEvent::Meta {
            conversation_id: self.accepted.conversation_id,
            message_id: self.accepted.message_id,
            model: self.model.name().to_owned(),
            prompt_version: prompt::VERSION.to_owned(),
            cache,
            read_as: self.read_as(),
            notice: self.notice.clone(),
            narrowed_to: self.accepted.scope.named.clone(),
            aided_by: self.aided_by.clone(),
        }
    }

    /// What tells those that write this answer and check it from any others.
    fn identities(&self) -> Vec<String> {
        let mut models = vec![self.model.identity().to_owned()];
        models.extend(self.service.models.identities(ModelRole::Check));
        models
    }

    /// No answer: the text says so, after what was already shown, if anything was.
    async fn abstain(&mut self, why: Abstention) -> Result<Judged, Halt> {
        let sentence = abstention::sentence(why, self.accepted.question.as_str());
        let space = if self.text.is_empty() { "" } else { "\n\n" };
        self.show(&format!("{space}{sentence}"));
        self.log_text().await?;
        Ok(Judged { abstained: true, ..Judged::default() })
    }

    /// Milliseconds since the question came.
    fn elapsed(&self) -> f64 {
        self.accepted.at.elapsed().as_secs_f64() * 1000.0
    }
}

/// Waits for `work`, but not past the moment when the answer is to stop.
async fn until<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Result<T, Halt> {
    stop.run_until_cancelled(work).await.ok_or(Halt::Stopped)
}
