//! What may be done with the library.

use app::{
    account::User,
    document::{
        Collection, CollectionChange, DeletionReceipt, Document, DocumentFilter, DocumentView, Grants,
        IngestProgress, NewCollection, Removed, Status,
    },
    error::AppError,
    folder::{FolderChoice, FollowedFolder, Following},
    list::{Page, PageRequest},
    ports::{Library, Result},
    queue::QueueReport,
    search::{SearchQuery, SearchResults},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{
    ARCHIVE, BROKEN, COMING, Company, GROUP, GUIDE, HANDBOOK, LEAVE,
    archive::{archive, archive_view},
    at,
    contents::{collection, document, editions, found, handbook, queue_report, running, view},
    managers_only,
};

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
        let coming = || document(COMING, "Benefit Options", Status::Ready);
        match id {
            LEAVE => {
                Ok(Document { similar: editions(), ..document(LEAVE, "Employee Handbook", Status::Ready) })
            }
            ARCHIVE => Ok(archive()),
            COMING => Ok(Document { parent_id: Some(ARCHIVE), ..coming() }),
            _ => Err(AppError::NotFound),
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
        Ok(if document.is_archive() { archive_view(document) } else { view(document, chunk, part) })
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
        Ok(IngestProgress { queued: 12, processing: 2, ready: 857, failed: 1, running: vec![running()] })
    }

    fn text_recognition(&self) -> Option<String> {
        (!self.is_new).then(|| "Tesseract 5.3.0 (eng, deu)".into())
    }

    async fn queue(&self, actor: &User) -> Result<QueueReport> {
        managers_only(actor)?;
        Ok(if self.is_new { QueueReport::default() } else { queue_report(self.is_paused) })
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
        Ok(if query.q == "unicorn" { SearchResults::default() } else { found(&query.q) })
    }
}
