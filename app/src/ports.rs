//! What the pages need of the server: three ports, implemented on the services that hold the
//! logic. Each method decides for itself whether the acting user may do or see the thing;
//! what they may not know of is [`AppError::NotFound`].

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use uuid::Uuid;

use crate::{
    account::{ApiToken, Group, Invitation, NewApiToken, NewUser, User, UserChange},
    answer::{Ask, Asked, Feedback, Message},
    conversation::{Conversation, ConversationName},
    cost::{Budget, CostPeriod, CostReport, NewBudget},
    document::{
        Collection, CollectionChange, DeletionReceipt, Document, DocumentFilter, DocumentView, Grants,
        IngestProgress, NewCollection,
    },
    error::AppError,
    folder::{FolderChoice, Following},
    list::{Page, PageRequest},
    model::{LanguageModel, ModelRule, ModelSettings},
    notice::Notices,
    queue::QueueReport,
    review::{HandOver, Resolution, Review, ReviewState},
    search::{SearchQuery, SearchResults},
};

pub type Result<T> = std::result::Result<T, AppError>;

/// People, their groups and their tokens.
#[async_trait]
pub trait Accounts: Send + Sync {
    async fn users(&self, actor: &User) -> Result<Vec<User>>;
    async fn create_user(&self, actor: &User, new: NewUser) -> Result<User>;
    async fn change_user(&self, actor: &User, id: Uuid, change: UserChange) -> Result<User>;
    /// A one-time path, such as `/set-up?token=…`, by which the person chooses a password.
    async fn password_link(&self, actor: &User, id: Uuid) -> Result<String>;
    /// Whom the one-time link with this token is for; one used, expired or unknown is
    /// [`AppError::NotFound`]. Asked by who isn't signed in; the token is not used up by it.
    async fn invitation(&self, token: String) -> Result<Invitation>;
    /// Ends every other session of the account.
    async fn change_password(&self, actor: &User, current: String, new: String) -> Result<()>;
    async fn groups(&self, actor: &User) -> Result<Vec<Group>>;
    async fn create_group(&self, actor: &User, name: String) -> Result<Group>;
    async fn rename_group(&self, actor: &User, id: Uuid, name: String) -> Result<Group>;
    async fn delete_group(&self, actor: &User, id: Uuid) -> Result<()>;
    async fn set_members(&self, actor: &User, group: Uuid, users: Vec<Uuid>) -> Result<Group>;
    /// The actor's own tokens.
    async fn tokens(&self, actor: &User) -> Result<Vec<ApiToken>>;
    async fn create_token(&self, actor: &User, name: String) -> Result<NewApiToken>;
    async fn revoke_token(&self, actor: &User, id: Uuid) -> Result<()>;
}

/// Collections, their documents, and searching them.
#[async_trait]
pub trait Library: Send + Sync {
    async fn collections(&self, reader: &User) -> Result<Vec<Collection>>;
    async fn collection(&self, reader: &User, id: Uuid) -> Result<Collection>;
    async fn create_collection(&self, actor: &User, new: NewCollection) -> Result<Collection>;
    async fn change_collection(&self, actor: &User, id: Uuid, change: CollectionChange)
    -> Result<Collection>;
    /// Removes its documents too.
    async fn delete_collection(&self, actor: &User, id: Uuid) -> Result<()>;
    async fn grants(&self, actor: &User, collection: Uuid) -> Result<Grants>;
    async fn set_grants(&self, actor: &User, collection: Uuid, grants: Grants) -> Result<Grants>;
    /// Which folder on the server the collection follows and which it may, for admins.
    async fn following(&self, actor: &User, collection: Uuid) -> Result<Following>;
    /// Keeps the collection in step with a folder from now on; what was taken in of another folder
    /// before stays. A folder that may not be followed is [`AppError::Invalid`] in `path`.
    async fn follow_folder(&self, actor: &User, collection: Uuid, choice: FolderChoice) -> Result<Following>;
    /// Follows no folder any more; what was taken in stays.
    async fn unfollow_folder(&self, actor: &User, collection: Uuid) -> Result<()>;
    async fn documents(
        &self,
        reader: &User,
        filter: DocumentFilter,
        page: PageRequest,
    ) -> Result<Page<Document>>;
    async fn document(&self, reader: &User, id: Uuid) -> Result<Document>;
    /// The part of the text with the passage `chunk`, or the part numbered `part`, or the first.
    async fn view_document(
        &self,
        reader: &User,
        id: Uuid,
        chunk: Option<Uuid>,
        part: Option<u32>,
    ) -> Result<DocumentView>;
    async fn retry_document(&self, actor: &User, id: Uuid) -> Result<()>;
    async fn delete_document(&self, actor: &User, id: Uuid) -> Result<DeletionReceipt>;
    async fn ingest_progress(&self, reader: &User, collection: Uuid) -> Result<IngestProgress>;
    /// How the queue of all collections stands, for admins.
    async fn queue(&self, actor: &User) -> Result<QueueReport>;
    /// Lets what is running finish and nothing else begin, until it is resumed; also over a restart
    /// of the server. Deletions go on. Pausing what is paused changes nothing.
    async fn pause_queue(&self, actor: &User) -> Result<()>;
    /// Goes on after a pause. Resuming what isn't paused changes nothing.
    async fn resume_queue(&self, actor: &User) -> Result<()>;
    /// Puts every failed document back into the queue, but those that were cancelled. Returns how
    /// many there were.
    async fn retry_failed(&self, actor: &User) -> Result<i64>;
    /// Takes out of the queue what waits: those documents fail as `cancelled` and can be tried
    /// again one by one; what was searchable of them stays so. Returns how many there were.
    async fn cancel_waiting(&self, actor: &User) -> Result<i64>;
    /// What reads scans and pictures, with its version and languages; `None` where it isn't installed.
    fn text_recognition(&self) -> Option<String>;
    async fn search(&self, reader: &User, query: SearchQuery) -> Result<SearchResults>;
}

/// Questions, answers and conversations.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Stores the question and begins to write its answer in the background.
    async fn ask(&self, asker: &User, ask: Ask) -> Result<Asked>;
    async fn stop(&self, asker: &User, message: Uuid) -> Result<()>;
    async fn message(&self, asker: &User, message: Uuid) -> Result<Message>;
    async fn conversations(&self, asker: &User, page: PageRequest) -> Result<Page<ConversationName>>;
    async fn conversation(&self, asker: &User, id: Uuid) -> Result<Conversation>;
    async fn rename_conversation(&self, asker: &User, id: Uuid, title: String) -> Result<()>;
    async fn delete_conversation(&self, asker: &User, id: Uuid) -> Result<()>;
    async fn rate(&self, asker: &User, message: Uuid, feedback: Feedback) -> Result<()>;
    /// Puts the asker's own question on the review desk, where a person answers it.
    async fn hand_over(&self, asker: &User, message: Uuid, words: HandOver) -> Result<()>;
    /// The answers on the review desk in `state`, or all, the longest waiting first; for support
    /// and admins.
    async fn reviews(
        &self,
        reviewer: &User,
        state: Option<ReviewState>,
        page: PageRequest,
    ) -> Result<Page<Review>>;
    /// Says what the desk thinks of an answer; who handed it over is told.
    async fn resolve_review(&self, reviewer: &User, id: Uuid, resolution: Resolution) -> Result<Review>;
    /// The names of the models that may be asked, the default first.
    fn models(&self) -> Vec<String>;
    /// The models that may be set up, the one of the settings first, for admins.
    async fn language_models(&self, actor: &User) -> Result<Vec<LanguageModel>>;
    async fn add_model(&self, actor: &User, settings: ModelSettings) -> Result<LanguageModel>;
    /// Keeps the stored key where none is given and the base URL stays; for another base URL the key
    /// must be given again: [`AppError::Invalid`] in `api_key`.
    async fn change_model(&self, actor: &User, id: Uuid, settings: ModelSettings) -> Result<LanguageModel>;
    async fn remove_model(&self, actor: &User, id: Uuid) -> Result<()>;
    /// Who may answer from a collection, for admins.
    async fn model_rule(&self, actor: &User, collection: Uuid) -> Result<ModelRule>;
    async fn set_model_rule(&self, actor: &User, collection: Uuid, rule: ModelRule) -> Result<ModelRule>;
    /// What answers cost, for admins.
    async fn costs(&self, actor: &User, period: CostPeriod) -> Result<CostReport>;
    /// What may be spent in a day, for admins.
    async fn budgets(&self, actor: &User) -> Result<Vec<Budget>>;
    /// Sets a budget, in place of one for the same.
    async fn set_budget(&self, actor: &User, new: NewBudget) -> Result<Budget>;
    async fn remove_budget(&self, actor: &User, id: Uuid) -> Result<()>;
}

/// The ports, as the server hands them to pages and server functions by Leptos' context.
#[derive(Clone)]
pub struct Ports {
    pub accounts: Arc<dyn Accounts>,
    pub library: Arc<dyn Library>,
    pub answers: Arc<dyn Answers>,
    pub notices: Arc<Notices>,
}

/// The ports of the running server.
pub fn ports() -> Result<Ports> {
    use_context::<Ports>().ok_or(AppError::Internal)
}

/// Who is asking: what the session layer put into the request.
pub fn current_user() -> Result<User> {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<User>().cloned())
        .ok_or(AppError::SignInNeeded)
}
