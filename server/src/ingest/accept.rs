//! Taking documents in: one transaction for the originals, the documents and their jobs, so that
//! what was acknowledged is processed and what was not leaves nothing.

use std::collections::HashMap;

use anyhow::Context;
use app::{document::Status, error::AppError};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    name::FilePath,
    parse::{DocumentKind, ParseError, kind},
    queue,
};
use crate::{
    error::Result,
    store::blobs::{Blobs, Hash, Received},
};

/// Held shared while originals get their names and rows, alone while unused ones are removed.
pub(super) const ORIGINALS_LOCK: i64 = 7_306_086_894;

/// A document that has arrived: its bytes are on disk, without a name there yet.
#[derive(Debug)]
pub struct Arrival {
    pub path: FilePath,
    /// Set where the caller names the document; then the path is only shown.
    pub external_id: Option<String>,
    /// Set where the caller gives the title; else the document says its own.
    pub title: Option<String>,
    pub url: Option<String>,
    pub original: Received,
    /// What it is, or why it can't be read.
    pub kind: Result<DocumentKind, ParseError>,
}

impl Arrival {
    /// A file of this name; looks at its content to tell what it is.
    pub async fn file(path: FilePath, original: Received) -> Self {
        let kind = detect(&original, &path.filename).await;
        Self { path, external_id: None, title: None, url: None, original, kind }
    }

    /// A text that its sender knows as `external_id`.
    pub async fn text(blobs: &Blobs, external_id: String, path: FilePath, text: String) -> Result<Self> {
        let kind = kind::detect(text.as_bytes(), &path.filename);
        let original = blobs.receive_text(text).await?;
        Ok(Self { path, external_id: Some(external_id), title: None, url: None, original, kind })
    }
}

/// How many files are looked at at once: each is read whole.
static LOOKING: Semaphore = Semaphore::const_new(2);

async fn detect(original: &Received, filename: &str) -> Result<DocumentKind, ParseError> {
    let _turn = LOOKING.acquire().await;
    let (path, filename) = (original.path().to_owned(), filename.to_owned());
    let looked = tokio::task::spawn_blocking(move || match std::fs::read(path) {
        Ok(bytes) => kind::detect(&bytes, &filename),
        Err(error) => {
            tracing::error!(%error, "Could not look at an upload");
            Err(ParseError::ParserUnavailable)
        }
    });
    looked.await.unwrap_or(Err(ParseError::ParserCrashed))
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub document_id: Uuid,
    pub external_id: Option<String>,
    pub filename: String,
    pub status: Status,
}

/// Accepts documents into a collection, all of them or, on an error, none. One answer an arrival,
/// in order.
///
/// The same bytes under the same name answer the same document and do nothing; other bytes are a
/// new version of it. A file whose bytes are in the collection under another name answers that
/// document. A document that can't be read is kept as failed, with its reason.
pub async fn accept(
    db: &PgPool,
    blobs: &Blobs,
    collection: Uuid,
    arrivals: Vec<Arrival>,
) -> Result<Vec<Accepted>> {
    let mut tx = db.begin().await?;
    lock_collection(&mut tx, collection).await?;
    let known = Known::find(&mut tx, collection, &arrivals).await?;
    let plan = Plan::make(&arrivals, known);

    keep_originals(&mut tx, blobs, &plan, &arrivals).await?;
    insert_documents(&mut tx, collection, &plan, &arrivals).await?;
    insert_versions(&mut tx, &plan, &arrivals).await?;
    requeue(&mut tx, &plan.again).await?;
    tx.commit().await?;
    Ok(plan.answers)
}

/// What an arrival is matched by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    External(String),
    Path(FilePath),
}

impl Key {
    fn of(arrival: &Arrival) -> Self {
        match &arrival.external_id {
            Some(id) => Self::External(id.clone()),
            None => Self::Path(arrival.path.clone()),
        }
    }
}

/// A document's newest version, as far as it matters here.
#[derive(Debug, Clone)]
struct Newest {
    document_id: Uuid,
    version_id: Uuid,
    number: i32,
    hash: Vec<u8>,
    status: Status,
    title: Option<String>,
    url: Option<String>,
}

impl Newest {
    fn is(&self, arrival: &Arrival) -> bool {
        self.hash == arrival.original.hash
            && (arrival.title.is_none() || arrival.title == self.title)
            && arrival.url == self.url
    }
}

/// The documents that the arrivals may be versions of.
struct Known {
    by_key: HashMap<Key, Newest>,
    by_hash: HashMap<Vec<u8>, Newest>,
}

impl Known {
    async fn find(db: &mut PgConnection, collection: Uuid, arrivals: &[Arrival]) -> Result<Self> {
        let mut known = Self { by_key: HashMap::new(), by_hash: HashMap::new() };
        for (key, newest) in find_known(db, collection, arrivals).await? {
            if let Key::Path(_) = key {
                known.by_hash.entry(newest.hash.clone()).or_insert_with(|| newest.clone());
            }
            known.by_key.insert(key, newest);
        }
        Ok(known)
    }

    fn matching(&self, arrival: &Arrival) -> Option<&Newest> {
        self.by_key.get(&Key::of(arrival)).or_else(|| {
            let nameless = arrival.external_id.is_none();
            self.by_hash.get(arrival.original.hash.as_slice()).filter(|_| nameless)
        })
    }

    fn learn(&mut self, key: Key, newest: Newest) {
        if let Key::Path(_) = key {
            self.by_hash.retain(|_, other| other.document_id != newest.document_id);
            self.by_hash.insert(newest.hash.clone(), newest.clone());
        }
        self.by_key.insert(key, newest);
    }
}

/// What is to be written, decided before anything is. The numbers are places in the arrivals.
#[derive(Default)]
struct Plan {
    answers: Vec<Accepted>,
    new_documents: Vec<(usize, Uuid)>,
    new_versions: Vec<(usize, Newest)>,
    /// Versions that failed and are asked for again.
    again: Vec<Uuid>,
}

impl Plan {
    fn make(arrivals: &[Arrival], mut known: Known) -> Self {
        let mut plan = Self::default();
        for (place, arrival) in arrivals.iter().enumerate() {
            let known_as = known.matching(arrival).cloned();
            let newest = match known_as {
                Some(newest) if newest.is(arrival) => plan.take_again(arrival, newest),
                Some(older) => plan.take_version(place, arrival, Some(older)),
                None => plan.take_version(place, arrival, None),
            };
            plan.answers.push(Accepted {
                document_id: newest.document_id,
                external_id: arrival.external_id.clone(),
                filename: arrival.path.filename.clone(),
                status: newest.status,
            });
            known.learn(Key::of(arrival), newest);
        }
        plan
    }

    /// The same bytes again: nothing to do, unless they failed and may pass now.
    fn take_again(&mut self, arrival: &Arrival, mut newest: Newest) -> Newest {
        if newest.status == Status::Failed && arrival.kind.is_ok() {
            self.again.push(newest.version_id);
            newest.status = Status::Queued;
        }
        newest
    }

    fn take_version(&mut self, place: usize, arrival: &Arrival, older: Option<Newest>) -> Newest {
        let (document_id, number) = match older {
            Some(older) => (older.document_id, older.number + 1),
            None => {
                let id = Uuid::now_v7();
                self.new_documents.push((place, id));
                (id, 1)
            }
        };
        let newest = Newest {
            document_id,
            version_id: Uuid::now_v7(),
            number,
            hash: arrival.original.hash.to_vec(),
            status: if arrival.kind.is_ok() { Status::Queued } else { Status::Failed },
            title: arrival.title.clone(),
            url: arrival.url.clone(),
        };
        self.new_versions.push((place, newest.clone()));
        newest
    }
}

/// One batch at a time in a collection, so that equal uploads find one another.
async fn lock_collection(db: &mut PgConnection, collection: Uuid) -> Result<()> {
    sqlx::query_scalar!(r#"select id from collection where id = $1 for no key update"#, collection)
        .fetch_optional(db)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(())
}

async fn find_known(
    db: &mut PgConnection,
    collection: Uuid,
    arrivals: &[Arrival],
) -> Result<Vec<(Key, Newest)>> {
    let external_ids: Vec<String> =
        arrivals.iter().filter_map(|arrival| arrival.external_id.clone()).collect();
    let by_path = || arrivals.iter().filter(|arrival| arrival.external_id.is_none());
    let folders: Vec<String> = by_path().map(|arrival| arrival.path.folder.clone()).collect();
    let filenames: Vec<String> = by_path().map(|arrival| arrival.path.filename.clone()).collect();
    let hashes: Vec<Vec<u8>> = by_path().map(|arrival| arrival.original.hash.to_vec()).collect();
    let rows = sqlx::query!(
        r#"
        with candidate as (
            select id from document where collection_id = $1 and external_id = any($2)
            union
            select document.id
            from document
            join unnest($3::text[], $4::text[]) as path (folder, filename) using (folder, filename)
            where document.collection_id = $1 and document.external_id is null
            union
            select document_id from document_version where sha256 = any($5)
        )
        select document.id, document.external_id, document.folder, document.filename, document.url,
               newest.id as version_id, newest.number, newest.sha256, newest.title, newest.status
        from candidate
        join document using (id)
        cross join lateral (
            select id, number, sha256, title, status
            from document_version
            where document_id = document.id
            order by number desc
            limit 1
        ) as newest
        where document.collection_id = $1 and document.deleted_at is null
        order by document.id
        "#,
        collection,
        &external_ids,
        &folders,
        &filenames,
        &hashes,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let key = match row.external_id {
                Some(id) => Key::External(id),
                None => Key::Path(FilePath { folder: row.folder, filename: row.filename }),
            };
            let newest = Newest {
                document_id: row.id,
                version_id: row.version_id,
                number: row.number,
                hash: row.sha256,
                status: row.status.parse()?,
                title: row.title,
                url: row.url,
            };
            Ok((key, newest))
        })
        .collect()
}

/// Gives the new bytes their names on disk, under a lock that keeps the removal of unused
/// originals away until the rows that use these are there.
async fn keep_originals(
    db: &mut PgConnection,
    blobs: &Blobs,
    plan: &Plan,
    arrivals: &[Arrival],
) -> Result<()> {
    let originals: Vec<&Received> =
        plan.new_versions.iter().map(|(place, _)| &arrivals[*place].original).collect();
    let unique: HashMap<Hash, &Received> =
        originals.into_iter().map(|original| (original.hash, original)).collect();
    let (hashes, sizes): (Vec<Vec<u8>>, Vec<i64>) =
        unique.values().map(|original| (original.hash.to_vec(), original.size as i64)).unzip();
    sqlx::query!(r#"select pg_advisory_xact_lock_shared($1)"#, ORIGINALS_LOCK).execute(&mut *db).await?;
    sqlx::query!(
        r#"
        insert into blob (sha256, size_bytes)
        select * from unnest($1::bytea[], $2::bigint[])
        on conflict do nothing
        "#,
        &hashes,
        &sizes,
    )
    .execute(db)
    .await?;
    let unique: Vec<&Received> = unique.into_values().collect();
    blobs.keep(&unique).await
}

async fn insert_documents(
    db: &mut PgConnection,
    collection: Uuid,
    plan: &Plan,
    arrivals: &[Arrival],
) -> Result<()> {
    let new = || plan.new_documents.iter().map(|(place, _)| &arrivals[*place]);
    let ids: Vec<Uuid> = plan.new_documents.iter().map(|(_, id)| *id).collect();
    let external_ids: Vec<Option<String>> = new().map(|arrival| arrival.external_id.clone()).collect();
    let titles: Vec<String> = new()
        .map(|arrival| arrival.title.clone().unwrap_or_else(|| arrival.path.provisional_title()))
        .collect();
    let filenames: Vec<String> = new().map(|arrival| arrival.path.filename.clone()).collect();
    let folders: Vec<String> = new().map(|arrival| arrival.path.folder.clone()).collect();
    sqlx::query!(
        r#"
        insert into document (id, collection_id, external_id, title, filename, folder)
        select id, $2, external_id, title, filename, folder
        from unnest($1::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
            as new (id, external_id, title, filename, folder)
        "#,
        &ids,
        collection,
        &external_ids as &[Option<String>],
        &titles,
        &filenames,
        &folders,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds the versions with their jobs. A version that waits to be read takes the place of older
/// ones that still wait; one that can't be read leaves them alone.
async fn insert_versions(db: &mut PgConnection, plan: &Plan, arrivals: &[Arrival]) -> Result<()> {
    let new = || plan.new_versions.iter().map(|(place, newest)| (&arrivals[*place], newest));
    let ids: Vec<Uuid> = new().map(|(_, newest)| newest.version_id).collect();
    let documents: Vec<Uuid> = new().map(|(_, newest)| newest.document_id).collect();
    let numbers: Vec<i32> = new().map(|(_, newest)| newest.number).collect();
    let hashes: Vec<Vec<u8>> = new().map(|(_, newest)| newest.hash.clone()).collect();
    let sizes: Vec<i64> = new().map(|(arrival, _)| arrival.original.size as i64).collect();
    let media_types: Vec<String> = new().map(|(arrival, _)| media_type(arrival).to_owned()).collect();
    let statuses: Vec<String> = new().map(|(_, newest)| newest.status.as_str().to_owned()).collect();
    let titles: Vec<Option<String>> = new().map(|(_, newest)| newest.title.clone()).collect();
    let refusals = || new().map(|(arrival, _)| arrival.kind.as_ref().err());
    let codes: Vec<Option<String>> =
        refusals().map(|error| error.map(|error| error.code().to_owned())).collect();
    let details: Vec<Option<String>> = refusals().map(|error| error.map(ParseError::to_string)).collect();
    let urls: Vec<Option<String>> = new().map(|(_, newest)| newest.url.clone()).collect();
    sqlx::query!(
        r#"
        insert into document_version
            (id, document_id, number, sha256, size_bytes, media_type, status, title, error_code, error_detail)
        select *
        from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bytea[], $5::bigint[], $6::text[],
                    $7::text[], $8::text[], $9::text[], $10::text[])
        "#,
        &ids,
        &documents,
        &numbers,
        &hashes,
        &sizes,
        &media_types,
        &statuses,
        &titles as &[Option<String>],
        &codes as &[Option<String>],
        &details as &[Option<String>],
    )
    .execute(&mut *db)
    .await
    .context("could not add versions")?;
    sqlx::query!(
        r#"
        update document set url = new.url, updated_at = now()
        from unnest($1::uuid[], $2::text[]) as new (document_id, url)
        where document.id = new.document_id
        "#,
        &documents,
        &urls as &[Option<String>],
    )
    .execute(&mut *db)
    .await?;
    supersede_waiting(db, &documents).await?;
    queue::push_ingest(db, &ids).await
}

fn media_type(arrival: &Arrival) -> &'static str {
    arrival.kind.as_ref().map_or("application/octet-stream", |kind| kind.media_type())
}

async fn supersede_waiting(db: &mut PgConnection, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        r#"
        update document_version as older
        set status = 'superseded', stage = null
        where older.document_id = any($1)
          and older.status in ('queued', 'processing')
          and exists (
            select from document_version as newer
            where newer.document_id = older.document_id
              and newer.number > older.number
              and newer.status = 'queued'
          )
        "#,
        documents,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts failed versions back into the queue, to be read from the beginning.
pub(super) async fn requeue(db: &mut PgConnection, versions: &[Uuid]) -> Result<()> {
    let failed = sqlx::query_scalar!(
        r#"
        update document_version
        set status = 'queued', stage = null, progress = 0, error_code = null, error_detail = null,
            text = null, blocks = null
        where id = any($1) and status = 'failed'
        returning id
        "#,
        versions,
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query!(r#"delete from chunk where version_id = any($1)"#, &failed).execute(&mut *db).await?;
    queue::push_ingest(db, &failed).await
}
