//! The three ports, played by a company of two collections and three people.
//!
//! Used by the page tests, and by the preview (`cargo run -p app --example preview --features ssr`).

use std::sync::{Arc, Mutex};

use app::shell::{Assets, routes, shell};
use app::{
    account::{ApiToken, Group, GroupName, Invitation, NewApiToken, NewUser, Role, User, UserChange},
    answer::{AnswerState, Ask, Asked, CheckedSentence, Feedback, Message, Problem, Rating, Source, Support},
    conversation::{Conversation, ConversationName},
    document::{
        BlockKind, Collection, CollectionChange, DeletionReceipt, Document, DocumentFailure, DocumentFilter,
        DocumentView, Grants, IngestProgress, NewCollection, OutlineEntry, Removed, Run, RunningDocument,
        Status, ViewBlock, ViewPassage, Visibility,
    },
    error::AppError,
    folder::{FolderChoice, FollowedFolder, Following},
    list::{Page, PageRequest},
    ports::{Accounts, Answers, Library, Ports, Result},
    queue::{FailureReason, QueuePause, QueuePauser, QueueReport},
    search::{ChannelScores, Passage, SearchQuery, SearchResults, SearchTimes},
    timestamp::Timestamp,
};
use async_trait::async_trait;
use axum::{Router, routing::post};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, handle_server_fns_with_context};
use uuid::Uuid;

pub(crate) const HANDBOOK: Uuid = Uuid::from_u128(0x10);
pub(crate) const GUIDE: Uuid = Uuid::from_u128(0x11);
pub(crate) const LEAVE: Uuid = Uuid::from_u128(0x20);
pub(crate) const BROKEN: Uuid = Uuid::from_u128(0x21);
pub(crate) const COMING: Uuid = Uuid::from_u128(0x22);
pub(crate) const PASSAGE: Uuid = Uuid::from_u128(0x30);
pub(crate) const CONVERSATION: Uuid = Uuid::from_u128(0x40);
pub(crate) const MESSAGE: Uuid = Uuid::from_u128(0x50);
pub(crate) const WRITING: Uuid = Uuid::from_u128(0x51);
pub(crate) const ASKED: Uuid = Uuid::from_u128(0x52);
pub(crate) const GROUP: Uuid = Uuid::from_u128(0x60);
pub(crate) const TOKEN: Uuid = Uuid::from_u128(0x70);

/// What was asked of the ports to change, in order.
pub(crate) type Calls = Arc<Mutex<Vec<String>>>;

/// Plays all three ports.
#[derive(Default)]
pub(crate) struct Company {
    /// Without documents and conversations.
    pub(crate) is_new: bool,
    /// The conversation has an answer that is still being written.
    pub(crate) is_writing: bool,
    /// The queue was paused.
    pub(crate) is_paused: bool,
    pub(crate) calls: Calls,
}

impl Company {
    pub(crate) fn ports(self) -> Ports {
        let company = Arc::new(self);
        Ports {
            accounts: company.clone(),
            library: company.clone(),
            answers: company,
            notices: Arc::default(),
        }
    }

    fn note(&self, call: String) {
        self.calls.lock().unwrap().push(call);
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    serde_json::from_value(text.into()).unwrap()
}

fn person(number: u128, email: &str, role: Role) -> User {
    let groups = if role == Role::Employee {
        vec![GroupName { id: GROUP, name: "Human resources".into() }]
    } else {
        vec![]
    };
    User {
        id: Uuid::from_u128(number),
        email: email.into(),
        role,
        groups,
        suspended: false,
        created_at: at("2026-09-01T08:00:00Z"),
    }
}

pub(crate) fn admin() -> User {
    person(1, "ada@northwind.example", Role::Admin)
}

pub(crate) fn reader() -> User {
    person(2, "ben@northwind.example", Role::Employee)
}

/// The pages and server functions as the server mounts them.
pub(crate) fn site(ports: Ports, assets: Assets) -> Router {
    let context = move || provide_context(ports.clone());
    let options = leptos::config::LeptosOptions::builder().output_name("footnote").build();
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context, request)
    };
    let document = move || shell(assets.clone());
    Router::new()
        .route("/fn/{*function}", post(functions))
        .leptos_routes_with_context(&options, routes(), context, document.clone())
        .fallback(leptos_axum::render_app_async(document))
        .with_state(options)
}

fn managers_only(actor: &User) -> Result<()> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden) }
}

fn group() -> Group {
    Group {
        id: GROUP,
        name: "Human resources".into(),
        members: vec![reader().id],
        created_at: at("2026-09-01T08:00:00Z"),
    }
}

fn token() -> ApiToken {
    ApiToken {
        id: TOKEN,
        name: "Nightly import".into(),
        created_at: at("2026-10-01T08:00:00Z"),
        last_used_at: Some(at("2026-11-23T02:00:00Z")),
    }
}

fn collection(id: Uuid, name: &str, about: &str, is_guide: bool) -> Collection {
    Collection {
        id,
        name: name.into(),
        description: about.into(),
        visibility: if is_guide { Visibility::Everyone } else { Visibility::Restricted },
        is_guide,
        documents: if is_guide { 6 } else { 871 },
        chunks: if is_guide { 41 } else { 6214 },
        created_at: at("2026-09-01T08:00:00Z"),
        updated_at: at("2026-11-20T08:00:00Z"),
    }
}

fn handbook() -> Collection {
    collection(HANDBOOK, "Employee handbook", "How we work, from the first day to the last", false)
}

fn document(id: Uuid, title: &str, status: Status) -> Document {
    Document {
        id,
        external_id: None,
        collection_id: HANDBOOK,
        collection_name: "Employee handbook".into(),
        title: title.into(),
        filename: format!("{}.pdf", title.to_lowercase().replace(' ', "_")),
        folder: "benefits/2026".into(),
        url: None,
        media_type: "application/pdf".into(),
        size_bytes: 1_572_864,
        sha256: "ab".repeat(32),
        version: 1,
        status,
        stage: (status == Status::Processing).then(|| "embedding".into()),
        progress: if status == Status::Ready { 1.0 } else { 0.4 },
        error: (status == Status::Failed).then(|| DocumentFailure {
            code: "needs_password".into(),
            detail: "The PDF is protected by a password. Upload a copy without one.".into(),
        }),
        pages: Some(24),
        chunks: 61,
        created_at: at("2026-11-02T09:30:00Z"),
        updated_at: at("2026-11-20T08:00:00Z"),
        similar: vec![],
    }
}

fn quote() -> &'static str {
    "Full-time employees accrue 25 days of paid leave in a calendar year. Leave is agreed with your \
     manager two weeks ahead, and up to five days may be carried over until the end of March."
}

/// Where the words stand in the quote.
fn stretch(words: &str) -> [u32; 2] {
    let start = u32::try_from(quote().find(words).unwrap()).unwrap();
    [start, start + u32::try_from(words.len()).unwrap()]
}

fn source(reference: u32, title: &str, heading: &str) -> Source {
    Source {
        reference,
        document_id: LEAVE,
        external_id: None,
        chunk_id: PASSAGE,
        title: title.into(),
        heading_path: vec!["Time off".into(), heading.into()],
        page: Some(7 + i32::try_from(reference).unwrap()),
        quote: quote().into(),
        char_start: 120,
        char_end: 290,
        highlights: vec![stretch("25 days of paid leave")],
        updated_at: at("2026-11-20T08:00:00Z"),
    }
}

fn mark(reference: u32) -> String {
    format!(r##"<a class="mark" href="#source-{reference}" data-ref="{reference}">{reference}</a>"##)
}

pub(crate) fn message(id: Uuid, state: AnswerState) -> Message {
    let sentence =
        |start, support| CheckedSentence { start, end: start + 40, refs: vec![1], support, score: 0.8 };
    Message {
        id,
        question: "How many days of leave do I get, and can I carry them over?".into(),
        state,
        answer: "You get 25 days of paid leave a year [1]. Up to five may be carried over until March [2]."
            .into(),
        blocks: vec![
            format!(
                "<p><span class=\"sentence supported\">You get 25 days of paid leave in a calendar year.{}</span> \
                 <span class=\"sentence supported\">Leave is agreed with your manager two weeks ahead.{}{}</span></p>",
                mark(1),
                mark(1),
                mark(3)
            ),
            format!(
                "<ul><li><span class=\"sentence weak\">Up to five days may be carried over until the end of \
                 March.{}</span></li><li><span class=\"sentence unsupported\">Unused days beyond that are paid \
                 out.{}</span></li></ul>",
                mark(2),
                mark(2)
            ),
        ],
        abstained: false,
        withheld: false,
        sources: vec![
            source(1, "Employee Handbook", "Paid leave"),
            source(2, "Benefit Options", "Carrying leave over"),
            source(3, "Employee Handbook", "Asking for leave"),
            source(4, "PerksPlus", "What is covered"),
        ],
        sentences: vec![
            sentence(0, Support::Supported),
            sentence(41, Support::Supported),
            sentence(82, Support::Weak),
            sentence(123, Support::Unsupported),
        ],
        model: "extractive".into(),
        error: None,
        feedback: None,
        seq: 4,
        created_at: at("2026-11-24T08:00:00Z"),
    }
}

fn failed_message() -> Message {
    Message {
        question: "And for part-time staff?".into(),
        blocks: vec![],
        sources: vec![],
        sentences: vec![],
        answer: String::new(),
        error: Some(Problem {
            kind: "about:blank".into(),
            title: "The model failed".into(),
            status: 502,
            detail: "The model didn't answer in time. Ask again in a moment.".into(),
            code: "model_timeout".into(),
        }),
        ..message(Uuid::from_u128(0x53), AnswerState::Failed)
    }
}

fn abstained_message() -> Message {
    Message {
        question: "What is the speed of light in the canteen?".into(),
        blocks: vec!["<p>The documents you may read don't say.</p>".into()],
        abstained: true,
        sentences: vec![],
        feedback: Some(Feedback { rating: Rating::Up, reason: None, comment: None }),
        ..message(Uuid::from_u128(0x54), AnswerState::Done)
    }
}

pub(crate) fn writing_message() -> Message {
    Message {
        blocks: vec!["<p>You get 25 days of paid leave in</p>".into()],
        sentences: vec![],
        seq: 2,
        ..message(WRITING, AnswerState::Writing)
    }
}

#[async_trait]
impl Accounts for Company {
    async fn users(&self, actor: &User) -> Result<Vec<User>> {
        managers_only(actor)?;
        let gone = User { suspended: true, ..person(4, "gone@northwind.example", Role::Employee) };
        Ok(vec![admin(), reader(), person(3, "sue@northwind.example", Role::Support), gone])
    }

    async fn create_user(&self, actor: &User, new: NewUser) -> Result<User> {
        managers_only(actor)?;
        if new.email == "ben@northwind.example" {
            return Err(AppError::conflict("There is an account with this e-mail address already."));
        }
        self.note(format!("create_user {} {}", new.email, new.role.as_str()));
        Ok(person(9, &new.email, new.role))
    }

    async fn change_user(&self, actor: &User, id: Uuid, change: UserChange) -> Result<User> {
        managers_only(actor)?;
        self.note(format!("change_user {:?} {:?}", change.role, change.suspended));
        Ok(User { id, ..reader() })
    }

    async fn password_link(&self, actor: &User, _id: Uuid) -> Result<String> {
        managers_only(actor)?;
        Ok("/set-up?token=one-time".into())
    }

    async fn invitation(&self, token: String) -> Result<Invitation> {
        match token.as_str() {
            "first" => Ok(Invitation::FirstAdmin),
            "one-time" => Ok(Invitation::Person { email: reader().email }),
            _ => Err(AppError::NotFound),
        }
    }

    async fn change_password(&self, _actor: &User, current: String, _new: String) -> Result<()> {
        if current != "correct horse" {
            return Err(AppError::invalid("current", "The current password is wrong."));
        }
        self.note("change_password".into());
        Ok(())
    }

    async fn groups(&self, actor: &User) -> Result<Vec<Group>> {
        managers_only(actor)?;
        Ok(if self.is_new { vec![] } else { vec![group()] })
    }

    async fn create_group(&self, actor: &User, name: String) -> Result<Group> {
        managers_only(actor)?;
        self.note(format!("create_group {name}"));
        Ok(Group { name, ..group() })
    }

    async fn rename_group(&self, actor: &User, _id: Uuid, name: String) -> Result<Group> {
        managers_only(actor)?;
        Ok(Group { name, ..group() })
    }

    async fn delete_group(&self, actor: &User, _id: Uuid) -> Result<()> {
        managers_only(actor)
    }

    async fn set_members(&self, actor: &User, _group: Uuid, users: Vec<Uuid>) -> Result<Group> {
        managers_only(actor)?;
        self.note(format!("set_members {}", users.len()));
        Ok(Group { members: users, ..group() })
    }

    async fn tokens(&self, _actor: &User) -> Result<Vec<ApiToken>> {
        Ok(if self.is_new { vec![] } else { vec![token()] })
    }

    async fn create_token(&self, _actor: &User, name: String) -> Result<NewApiToken> {
        Ok(NewApiToken { token: ApiToken { name, ..token() }, secret: "fn_0123456789abcdef".into() })
    }

    async fn revoke_token(&self, _actor: &User, _id: Uuid) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Library for Company {
    async fn collections(&self, _reader: &User) -> Result<Vec<Collection>> {
        if self.is_new {
            return Ok(vec![]);
        }
        Ok(vec![handbook(), collection(GUIDE, "User guide", "How to use Footnote", true)])
    }

    async fn collection(&self, _reader: &User, id: Uuid) -> Result<Collection> {
        if id == HANDBOOK { Ok(handbook()) } else { Err(AppError::NotFound) }
    }

    async fn create_collection(&self, actor: &User, new: NewCollection) -> Result<Collection> {
        managers_only(actor)?;
        self.note(format!("create_collection {} {}", new.name, new.visibility.as_str()));
        Ok(collection(HANDBOOK, &new.name, &new.description, false))
    }

    async fn change_collection(
        &self,
        actor: &User,
        _id: Uuid,
        change: CollectionChange,
    ) -> Result<Collection> {
        managers_only(actor)?;
        self.note(format!("change_collection {:?}", change.name));
        Ok(handbook())
    }

    async fn delete_collection(&self, actor: &User, _id: Uuid) -> Result<()> {
        managers_only(actor)
    }

    async fn grants(&self, actor: &User, _collection: Uuid) -> Result<Grants> {
        managers_only(actor)?;
        Ok(Grants { groups: vec![GROUP], users: vec![] })
    }

    async fn set_grants(&self, actor: &User, _collection: Uuid, grants: Grants) -> Result<Grants> {
        managers_only(actor)?;
        self.note(format!("set_grants {} groups {} users", grants.groups.len(), grants.users.len()));
        Ok(grants)
    }

    async fn following(&self, actor: &User, _collection: Uuid) -> Result<Following> {
        managers_only(actor)?;
        let folder = FollowedFolder {
            path: "/srv/handbook".into(),
            files: 871,
            looked_at: Some(at("2026-11-24T08:15:00Z")),
            problem: Some("salaries.xlsx was not taken in: permission denied.".into()),
        };
        Ok(Following { folder: (!self.is_new).then_some(folder), allowed: vec!["/srv".into()] })
    }

    async fn follow_folder(&self, actor: &User, collection: Uuid, choice: FolderChoice) -> Result<Following> {
        self.note(format!("follow_folder {}", choice.path));
        self.following(actor, collection).await
    }

    async fn unfollow_folder(&self, actor: &User, _collection: Uuid) -> Result<()> {
        managers_only(actor)?;
        self.note("unfollow_folder".into());
        Ok(())
    }

    async fn documents(
        &self,
        _reader: &User,
        filter: DocumentFilter,
        _page: PageRequest,
    ) -> Result<Page<Document>> {
        let all = [
            document(LEAVE, "Employee Handbook", Status::Ready),
            document(COMING, "Benefit Options", Status::Processing),
            document(BROKEN, "Salaries", Status::Failed),
        ];
        let items = all
            .into_iter()
            .filter(|_| !self.is_new)
            .filter(|document| filter.status.is_none_or(|status| status == document.status))
            .filter(|document| filter.name.as_ref().is_none_or(|name| document.title.contains(name.as_str())))
            .collect();
        Ok(Page { items, next_cursor: Some("more".into()) })
    }

    async fn document(&self, _reader: &User, id: Uuid) -> Result<Document> {
        if id == LEAVE {
            Ok(document(LEAVE, "Employee Handbook", Status::Ready))
        } else {
            Err(AppError::NotFound)
        }
    }

    async fn view_document(
        &self,
        reader: &User,
        id: Uuid,
        chunk: Option<Uuid>,
        part: Option<u32>,
    ) -> Result<DocumentView> {
        let document = self.document(reader, id).await?;
        let block = |number: u32, kind, text: &str| ViewBlock {
            kind,
            anchor: format!("b{number}"),
            page_start: number.is_multiple_of(5).then(|| 7 + i32::try_from(number / 5).unwrap()),
            runs: vec![Run { text: text.into(), marked: false }],
        };
        let mut passage = block(2, BlockKind::Paragraph, "");
        passage.runs = vec![
            Run { text: quote().into(), marked: chunk == Some(PASSAGE) },
            Run { text: " Days that are not taken by then lapse.".into(), marked: false },
        ];
        let outline = ["Time off", "Paid leave", "How to book leave", "Sick days"];
        Ok(DocumentView {
            document,
            blocks: vec![
                block(0, BlockKind::Heading { level: 1 }, "Time off"),
                block(1, BlockKind::Heading { level: 2 }, "Paid leave"),
                passage,
                block(3, BlockKind::ListItem { depth: 0 }, "25 days for everybody"),
                block(4, BlockKind::ListItem { depth: 1 }, "pro rata in the first year"),
                block(5, BlockKind::TableRow, "Years | Days"),
                block(6, BlockKind::TableRow, "0–5 | 25"),
                block(7, BlockKind::Quote, "Rest is part of the work."),
                block(8, BlockKind::Code, "leave = 25 + years / 5"),
            ],
            part: part.unwrap_or(1),
            parts: 3,
            outline: (0u32..)
                .zip(outline)
                .map(|(number, text)| OutlineEntry {
                    level: if number == 0 { 1 } else { 2 },
                    text: text.into(),
                    anchor: format!("b{number}"),
                    part: 1 + number / 3,
                })
                .collect(),
            passage: chunk.filter(|chunk| *chunk == PASSAGE).map(|chunk_id| ViewPassage {
                chunk_id,
                heading_path: vec!["Time off".into(), "Paid leave".into()],
                page: Some(7),
            }),
        })
    }

    async fn retry_document(&self, actor: &User, id: Uuid) -> Result<()> {
        managers_only(actor)?;
        self.note(format!("retry_document {id}"));
        Ok(())
    }

    async fn delete_document(&self, actor: &User, id: Uuid) -> Result<DeletionReceipt> {
        managers_only(actor)?;
        self.note(format!("delete_document {id}"));
        Ok(DeletionReceipt { document_id: id, removed: Removed::default() })
    }

    async fn ingest_progress(&self, _reader: &User, _collection: Uuid) -> Result<IngestProgress> {
        if self.is_new {
            return Ok(IngestProgress::default());
        }
        Ok(IngestProgress {
            queued: 12,
            processing: 2,
            ready: 857,
            failed: 1,
            running: vec![RunningDocument {
                id: COMING,
                title: "Benefit Options".into(),
                stage: Some("embedding".into()),
                progress: 0.6,
            }],
        })
    }

    fn text_recognition(&self) -> Option<String> {
        (!self.is_new).then(|| "Tesseract 5.3.0 (eng, deu)".into())
    }

    async fn queue(&self, actor: &User) -> Result<QueueReport> {
        managers_only(actor)?;
        if self.is_new {
            return Ok(QueueReport::default());
        }
        let by = QueuePauser { id: admin().id, email: admin().email };
        let reason = |code: &str, detail: &str, documents| FailureReason {
            code: code.into(),
            detail: detail.into(),
            documents,
        };
        Ok(QueueReport {
            pause: self.is_paused.then(|| QueuePause { since: at("2026-11-24T08:15:00Z"), by: Some(by) }),
            waiting: 1204,
            running: 1,
            failed: 7,
            cancelled: 2,
            per_minute: Some(48.5),
            seconds_left: (!self.is_paused).then_some(1490),
            documents: vec![RunningDocument {
                id: COMING,
                title: "Benefit Options".into(),
                stage: Some("embedding".into()),
                progress: 0.6,
            }],
            reasons: vec![
                reason("needs_password", "This file needs a password to be opened.", 5),
                reason("damaged", "This file is damaged and can't be read.", 2),
            ],
        })
    }

    async fn pause_queue(&self, actor: &User) -> Result<()> {
        managers_only(actor)?;
        self.note("pause_queue".into());
        Ok(())
    }

    async fn resume_queue(&self, actor: &User) -> Result<()> {
        managers_only(actor)?;
        self.note("resume_queue".into());
        Ok(())
    }

    async fn retry_failed(&self, actor: &User) -> Result<i64> {
        managers_only(actor)?;
        self.note("retry_failed".into());
        Ok(7)
    }

    async fn cancel_waiting(&self, actor: &User) -> Result<i64> {
        managers_only(actor)?;
        self.note("cancel_waiting".into());
        Ok(1204)
    }

    async fn search(&self, _reader: &User, query: SearchQuery) -> Result<SearchResults> {
        if query.q == "unicorn" {
            return Ok(SearchResults::default());
        }
        let passage = |ordinal: u32, document: u128, title: &str| Passage {
            document_id: Uuid::from_u128(document),
            external_id: None,
            chunk_id: Uuid::from_u128(0x300 + u128::from(ordinal)),
            collection_id: HANDBOOK,
            version_id: Uuid::nil(),
            ordinal: 3,
            title: title.into(),
            media_type: "application/pdf".into(),
            heading_path: vec!["Time off".into(), "Paid leave".into()],
            page: Some(8),
            text: quote().into(),
            char_start: 120,
            char_end: 290,
            highlights: vec![stretch("25 days"), stretch("paid leave")],
            score: 1.0 / f64::from(ordinal),
            scores: ChannelScores::default(),
            language: None,
            updated_at: at("2026-11-20T08:00:00Z"),
        };
        Ok(SearchResults {
            results: vec![
                passage(1, 0x20, "Employee Handbook"),
                passage(2, 0x23, "Benefit Options"),
                passage(3, 0x20, "Employee Handbook"),
            ],
            took_ms: SearchTimes { total: 12.3, ..SearchTimes::default() },
        })
    }
}

#[async_trait]
impl Answers for Company {
    async fn ask(&self, _asker: &User, ask: Ask) -> Result<Asked> {
        if ask.question.trim().is_empty() {
            return Err(AppError::invalid("question", "Ask something first."));
        }
        self.note(format!("ask {} of {} collections", ask.question, ask.collections.len()));
        Ok(Asked { conversation_id: CONVERSATION, message_id: ASKED })
    }

    async fn stop(&self, _asker: &User, message: Uuid) -> Result<()> {
        self.note(format!("stop {message}"));
        Ok(())
    }

    async fn message(&self, _asker: &User, id: Uuid) -> Result<Message> {
        Ok(message(id, AnswerState::Done))
    }

    async fn conversations(&self, _asker: &User, _page: PageRequest) -> Result<Page<ConversationName>> {
        let name = |number: u128, title: &str| ConversationName {
            id: Uuid::from_u128(number),
            title: title.into(),
            created_at: at("2026-11-24T08:00:00Z"),
            updated_at: at("2026-11-24T08:00:00Z"),
        };
        if self.is_new {
            return Ok(Page::default());
        }
        let items = vec![
            name(0x40, "How many days of leave do I get, and can I carry them over?"),
            name(0x41, "Who approves travel?"),
            name(0x42, "What does the health plan cover abroad?"),
        ];
        Ok(Page { items, next_cursor: Some("older".into()) })
    }

    async fn conversation(&self, _asker: &User, id: Uuid) -> Result<Conversation> {
        if id != CONVERSATION {
            return Err(AppError::NotFound);
        }
        let messages = if self.is_writing {
            vec![message(MESSAGE, AnswerState::Done), writing_message()]
        } else {
            vec![message(MESSAGE, AnswerState::Done), failed_message(), abstained_message()]
        };
        Ok(Conversation {
            id,
            title: "How many days of leave do I get?".into(),
            messages,
            created_at: at("2026-11-24T08:00:00Z"),
            updated_at: at("2026-11-24T08:00:00Z"),
        })
    }

    async fn rename_conversation(&self, _asker: &User, _id: Uuid, title: String) -> Result<()> {
        self.note(format!("rename_conversation {title}"));
        Ok(())
    }

    async fn delete_conversation(&self, _asker: &User, id: Uuid) -> Result<()> {
        self.note(format!("delete_conversation {id}"));
        Ok(())
    }

    async fn rate(&self, _asker: &User, _message: Uuid, feedback: Feedback) -> Result<()> {
        self.note(format!("rate {:?} {:?} {:?}", feedback.rating, feedback.reason, feedback.comment));
        Ok(())
    }

    fn models(&self) -> Vec<String> {
        vec!["gpt-4o-mini".into(), "extractive".into()]
    }
}
