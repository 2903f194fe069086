//! The library as people see it: collections and their documents.

use std::{path::PathBuf, sync::Arc};

use app::{
    account::User,
    document::{
        Collection, CollectionChange, DeletionReceipt, Document, DocumentFilter, DocumentView, Grants,
        IngestProgress, NewCollection,
    },
    error::AppError,
    folder::{FolderChoice, Following},
    list::{Page, PageRequest},
    ports::{self, Library},
    queue::QueueReport,
    search::{SearchQuery, SearchResults},
};
use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    Ingest,
    accept::{self, Accepted, Arrival},
    collections, delete, documents,
    mirror::choose,
    progress,
    queue::{report, steer},
    view,
};
use crate::{error::Result, search::SearchService};

/// Collections, their documents, and what happens to them. Cheap to clone.
#[derive(Clone)]
pub struct LibraryService {
    pub(super) ingest: Ingest,
    search: SearchService,
    /// Below these, collections may follow a folder.
    follow_dirs: Arc<[PathBuf]>,
}

impl LibraryService {
    pub fn new(ingest: Ingest, search: SearchService, follow_dirs: &[PathBuf]) -> Self {
        Self { ingest, search, follow_dirs: follow_dirs.into() }
    }

    /// Takes documents into a collection; see [`accept::accept`].
    pub async fn accept(
        &self,
        actor: &User,
        collection: Uuid,
        arrivals: Vec<Arrival>,
    ) -> Result<Vec<Accepted>> {
        self.may_upload(actor, collection).await?;
        accept::accept(&self.ingest.db, &self.ingest.blobs, collection, arrivals).await
    }

    /// Whether the actor may upload into the collection: asked before a body is read.
    pub async fn may_upload(&self, actor: &User, collection: Uuid) -> Result<()> {
        let collection = collections::load(&self.ingest.db, actor.id, collection).await?;
        require_admin(actor)?;
        if collection.is_guide {
            let message = "The guide follows the product: upload into a collection of your own.";
            return Err(AppError::conflict(message).into());
        }
        Ok(())
    }

    /// The same library, whose documents are parsed by another program than this one.
    #[must_use]
    pub fn with_parser(mut self, program: PathBuf) -> Self {
        self.ingest.parser_program = Some(program);
        self
    }

    /// What accepts documents and works on them.
    pub fn ingest(&self) -> &Ingest {
        &self.ingest
    }

    fn db(&self) -> &PgPool {
        &self.ingest.db
    }
}

#[async_trait]
impl Library for LibraryService {
    async fn collections(&self, reader: &User) -> ports::Result<Vec<Collection>> {
        Ok(collections::list(self.db(), reader.id).await?)
    }

    async fn collection(&self, reader: &User, id: Uuid) -> ports::Result<Collection> {
        Ok(collections::load(self.db(), reader.id, id).await?)
    }

    async fn create_collection(&self, actor: &User, new: NewCollection) -> ports::Result<Collection> {
        require_admin(actor)?;
        let id = collections::create(self.db(), &new).await?;
        self.collection(actor, id).await
    }

    async fn change_collection(
        &self,
        actor: &User,
        id: Uuid,
        change: CollectionChange,
    ) -> ports::Result<Collection> {
        may_change_collection(self.db(), actor, id).await?;
        collections::change(self.db(), id, &change).await?;
        self.collection(actor, id).await
    }

    async fn delete_collection(&self, actor: &User, id: Uuid) -> ports::Result<()> {
        may_change_collection(self.db(), actor, id).await?;
        Ok(delete::collection(&self.ingest, id).await?)
    }

    async fn grants(&self, actor: &User, collection: Uuid) -> ports::Result<Grants> {
        may_change_collection(self.db(), actor, collection).await?;
        Ok(collections::grants(self.db(), collection).await?)
    }

    async fn set_grants(&self, actor: &User, collection: Uuid, grants: Grants) -> ports::Result<Grants> {
        may_change_collection(self.db(), actor, collection).await?;
        collections::set_grants(self.db(), collection, &grants).await?;
        Ok(collections::grants(self.db(), collection).await?)
    }

    async fn following(&self, actor: &User, collection: Uuid) -> ports::Result<Following> {
        may_change_collection(self.db(), actor, collection).await?;
        Ok(choose::load(self.db(), collection, &self.follow_dirs).await?)
    }

    async fn follow_folder(
        &self,
        actor: &User,
        collection: Uuid,
        choice: FolderChoice,
    ) -> ports::Result<Following> {
        may_change_collection(self.db(), actor, collection).await?;
        choose::follow(self.db(), collection, &choice.path, &self.follow_dirs).await?;
        self.following(actor, collection).await
    }

    async fn unfollow_folder(&self, actor: &User, collection: Uuid) -> ports::Result<()> {
        may_change_collection(self.db(), actor, collection).await?;
        Ok(choose::unfollow(self.db(), collection).await?)
    }

    async fn documents(
        &self,
        reader: &User,
        filter: DocumentFilter,
        page: PageRequest,
    ) -> ports::Result<Page<Document>> {
        Ok(documents::list(self.db(), reader.id, &filter, &page).await?)
    }

    async fn document(&self, reader: &User, id: Uuid) -> ports::Result<Document> {
        Ok(documents::load(self.db(), reader.id, id).await?)
    }

    async fn view_document(
        &self,
        reader: &User,
        id: Uuid,
        chunk: Option<Uuid>,
        part: Option<u32>,
    ) -> ports::Result<DocumentView> {
        let document = documents::load(self.db(), reader.id, id).await?;
        Ok(view::view(self.db(), document, chunk, part).await?)
    }

    async fn retry_document(&self, actor: &User, id: Uuid) -> ports::Result<()> {
        self.may_change_document(actor, id).await?;
        Ok(documents::retry(self.db(), id).await?)
    }

    async fn delete_document(&self, actor: &User, id: Uuid) -> ports::Result<DeletionReceipt> {
        self.may_change_document(actor, id).await?;
        Ok(delete::document(&self.ingest, id).await?)
    }

    async fn ingest_progress(&self, reader: &User, collection: Uuid) -> ports::Result<IngestProgress> {
        Ok(progress::load(self.db(), reader.id, collection).await?)
    }

    async fn queue(&self, actor: &User) -> ports::Result<QueueReport> {
        require_admin(actor)?;
        Ok(report::load(self.db()).await?)
    }

    async fn pause_queue(&self, actor: &User) -> ports::Result<()> {
        require_admin(actor)?;
        Ok(self.ingest.queue.pause(actor.id).await?)
    }

    async fn resume_queue(&self, actor: &User) -> ports::Result<()> {
        require_admin(actor)?;
        Ok(self.ingest.queue.resume().await?)
    }

    async fn retry_failed(&self, actor: &User) -> ports::Result<i64> {
        require_admin(actor)?;
        Ok(steer::retry_failed(self.db()).await?)
    }

    async fn cancel_waiting(&self, actor: &User) -> ports::Result<i64> {
        require_admin(actor)?;
        Ok(steer::cancel_waiting(self.db()).await?)
    }

    fn text_recognition(&self) -> Option<String> {
        self.ingest().ocr.as_ref().map(ToString::to_string)
    }

    async fn search(&self, reader: &User, query: SearchQuery) -> ports::Result<SearchResults> {
        Ok(self.search.search(reader.id, &query).await?)
    }
}

impl LibraryService {
    /// Who may not read it doesn't learn that it exists; who may read it, only that it's not theirs
    /// to change.
    async fn may_change_document(&self, actor: &User, id: Uuid) -> Result<()> {
        documents::load(self.db(), actor.id, id).await?;
        require_admin(actor)
    }
}

async fn may_change_collection(db: &PgPool, actor: &User, id: Uuid) -> Result<()> {
    collections::require_readable(db, actor.id, id).await?;
    require_admin(actor)
}

fn require_admin(actor: &User) -> Result<()> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden.into()) }
}
