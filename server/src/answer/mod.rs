//! Answers: search, prompt, stream, citations, verdict, and the log of it all.
//!
//! The path of a question: [`accept`] stores it as a message, [`write`] finds sources ([`offer`]),
//! has a model write from them, has a [`proofreader`] set its citations right before they are shown,
//! and has every sentence checked ([`verdict`]). Each step is an event in the [`log`], which
//! pages ([`live`]) and API clients follow; [`close`] ends it. While a server writes an answer it
//! holds its [`lease`].

mod abstention;
mod accept;
mod cache;
pub(crate) mod citations;
mod close;
mod conversation;
pub(crate) mod denial;
mod feedback;
mod follow_up;
mod gate;
mod hand_over;
mod lease;
mod ledger;
mod live;
mod log;
mod message;
mod offer;
pub(crate) mod opposite;
mod parts;
pub(crate) mod prompt;
mod proofreader;
mod question;
mod rehearse;
mod render;
mod review;
mod rewriting;
mod running;
mod scope;
mod stop;
pub(crate) mod verdict;
mod withdraw;
mod write;

use std::sync::Arc;

use app::{
    account::User,
    answer::{AnswerEvent, Ask, Asked, Feedback, Message},
    conversation::{Conversation, ConversationName},
    cost::{Budget, CostPeriod, CostReport, NewBudget},
    error::AppError,
    list::{Page, PageRequest},
    model::{LanguageModel, ModelRule, ModelSettings},
    ports::Answers,
    review::{HandOver, Resolution, Review, ReviewState},
};
use async_trait::async_trait;
use futures::Stream;
use sqlx::PgPool;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use self::log::Appender;
pub(crate) use self::{close::problem, ledger::seconds_to_midnight};
pub use self::{rehearse::Rehearsal, running::Running, withdraw::withdraw};
use crate::{
    error::Result,
    model::{Embedder, catalogue::Catalogue, registry::Models},
    search::SearchService,
};

/// Answers questions and keeps the conversations. Cheap to clone.
#[derive(Clone)]
pub struct AnswerService {
    db: PgPool,
    search: SearchService,
    embedder: Arc<dyn Embedder>,
    models: Models,
    catalogue: Catalogue,
    running: Running,
    log: Appender,
    writing: TaskTracker,
}

impl AnswerService {
    pub fn new(
        db: PgPool,
        search: SearchService,
        embedder: Arc<dyn Embedder>,
        catalogue: Catalogue,
        running: Running,
    ) -> Self {
        let models = catalogue.models().clone();
        let log = Appender::start(db.clone(), running.clone());
        Self { db, search, embedder, models, catalogue, running, log, writing: TaskTracker::new() }
    }

    /// Waits for the shutdown, and then until every answer is stored as far as it has come.
    pub async fn finish_at_the_end(self) {
        self.running.shutdown().cancelled().await;
        self.writing.close();
        self.writing.wait().await;
    }

    /// Stores a question and begins to write its answer in the background; the token stops it.
    ///
    /// # Errors
    /// What is wrong with the question; [`AppError::NotFound`] for a conversation or a collection
    /// that isn't the asker's to know; [`AppError::Limited`].
    pub async fn begin(&self, asker: &User, ask: Ask) -> Result<(Asked, CancellationToken)> {
        let (accepted, admission) = self.accept(asker, ask).await?;
        let begun = (accepted.asked(), admission.stop().clone());
        self.writing.spawn(self.clone().write(accepted, admission));
        Ok(begun)
    }

    /// The events of the asker's own `message` with their numbers: those written already, then
    /// each as it is written, to the last.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the message isn't the asker's own.
    pub async fn follow(
        &self,
        asker: &User,
        message: Uuid,
    ) -> Result<impl Stream<Item = Result<(i32, AnswerEvent)>> + Send + 'static> {
        message::check_own(&self.db, asker.id, message).await?;
        Ok(log::follow(self.db.clone(), &self.running, asker.id, message, 0))
    }
}

#[async_trait]
impl Answers for AnswerService {
    async fn ask(&self, asker: &User, ask: Ask) -> Result<Asked, AppError> {
        let (asked, _) = self.begin(asker, ask).await?;
        Ok(asked)
    }

    async fn stop(&self, asker: &User, message: Uuid) -> Result<(), AppError> {
        Ok(self.stop_answer(asker.id, message).await?)
    }

    async fn message(&self, asker: &User, message: Uuid) -> Result<Message, AppError> {
        Ok(message::own(&self.db, &self.models, asker.id, message).await?)
    }

    async fn conversations(
        &self,
        asker: &User,
        page: PageRequest,
    ) -> Result<Page<ConversationName>, AppError> {
        Ok(self.list_conversations(asker.id, &page).await?)
    }

    async fn conversation(&self, asker: &User, id: Uuid) -> Result<Conversation, AppError> {
        Ok(self.load_conversation(asker.id, id).await?)
    }

    async fn rename_conversation(&self, asker: &User, id: Uuid, title: String) -> Result<(), AppError> {
        Ok(self.change_title(asker.id, id, &title).await?)
    }

    async fn delete_conversation(&self, asker: &User, id: Uuid) -> Result<(), AppError> {
        Ok(self.remove_conversation(asker.id, id).await?)
    }

    async fn rate(&self, asker: &User, message: Uuid, feedback: Feedback) -> Result<(), AppError> {
        Ok(self.keep_feedback(asker.id, message, feedback).await?)
    }

    async fn hand_over(&self, asker: &User, message: Uuid, words: HandOver) -> Result<(), AppError> {
        Ok(self.put_on_the_desk(asker.id, message, words).await?)
    }

    async fn reviews(
        &self,
        reviewer: &User,
        state: Option<ReviewState>,
        page: PageRequest,
    ) -> Result<Page<Review>, AppError> {
        Ok(self.list_reviews(reviewer, state, &page).await?)
    }

    async fn resolve_review(
        &self,
        reviewer: &User,
        id: Uuid,
        resolution: Resolution,
    ) -> Result<Review, AppError> {
        Ok(self.resolve(reviewer, id, resolution).await?)
    }

    fn models(&self) -> Vec<String> {
        self.models.names()
    }

    async fn language_models(&self, actor: &User) -> Result<Vec<LanguageModel>, AppError> {
        Ok(self.catalogue.list(actor).await?)
    }

    async fn add_model(&self, actor: &User, settings: ModelSettings) -> Result<LanguageModel, AppError> {
        Ok(self.catalogue.add(actor, settings).await?)
    }

    async fn change_model(
        &self,
        actor: &User,
        id: Uuid,
        settings: ModelSettings,
    ) -> Result<LanguageModel, AppError> {
        Ok(self.catalogue.change(actor, id, settings).await?)
    }

    async fn remove_model(&self, actor: &User, id: Uuid) -> Result<(), AppError> {
        Ok(self.catalogue.remove(actor, id).await?)
    }

    async fn model_rule(&self, actor: &User, collection: Uuid) -> Result<ModelRule, AppError> {
        Ok(self.catalogue.rule(actor, collection).await?)
    }

    async fn set_model_rule(
        &self,
        actor: &User,
        collection: Uuid,
        rule: ModelRule,
    ) -> Result<ModelRule, AppError> {
        Ok(self.catalogue.set_rule(actor, collection, rule).await?)
    }

    async fn costs(&self, actor: &User, period: CostPeriod) -> Result<CostReport, AppError> {
        Ok(self.cost_report(actor, &period).await?)
    }

    async fn budgets(&self, actor: &User) -> Result<Vec<Budget>, AppError> {
        Ok(self.list_budgets(actor).await?)
    }

    async fn set_budget(&self, actor: &User, new: NewBudget) -> Result<Budget, AppError> {
        Ok(self.put_budget(actor, &new).await?)
    }

    async fn remove_budget(&self, actor: &User, id: Uuid) -> Result<(), AppError> {
        Ok(self.drop_budget(actor, id).await?)
    }
}
