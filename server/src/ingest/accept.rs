//! Taking documents in: one transaction for the originals, the documents and their jobs, so that
//! what was acknowledged is processed and what was not leaves nothing.

mod rows;

use std::collections::HashMap;

use app::document::Status;
use sqlx::{PgConnection, PgPool};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub(super) use self::rows::lock_collection;
pub(super) use self::rows::requeue;
use self::rows::{find_known, insert_documents, insert_versions, keep_originals, require_room};
use super::{
    name::FilePath,
    parse::{DocumentKind, ParseError, kind},
};
use crate::{
    error::Result,
    store::blobs::{Blobs, Received},
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

/// How many files are looked at at once: some are read whole.
static LOOKING: Semaphore = Semaphore::const_new(2);

async fn detect(original: &Received, filename: &str) -> Result<DocumentKind, ParseError> {
    let _turn = LOOKING.acquire().await;
    let (path, filename) = (original.path().to_owned(), filename.to_owned());
    let looked = tokio::task::spawn_blocking(move || match kind::read_enough(&path) {
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
    let accepted = accept_in(&mut tx, blobs, Place { collection, archive: None }, &arrivals).await?;
    tx.commit().await?;
    Ok(accepted)
}

/// Where documents are taken in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) collection: Uuid,
    /// Set where they are the files of an archive: each is then known by its path in it alone.
    pub(super) archive: Option<Uuid>,
}

/// Accepts documents in a transaction that holds the collection ([`lock_collection`]).
pub(super) async fn accept_in(
    db: &mut PgConnection,
    blobs: &Blobs,
    place: Place,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>> {
    let known = Known::find(db, place, arrivals).await?;
    let plan = Plan::make(arrivals, known);
    require_room(db, blobs, place.collection, plan.bytes(arrivals)).await?;
    keep_originals(db, blobs, &plan, arrivals).await?;
    insert_documents(db, place, &plan, arrivals).await?;
    insert_versions(db, &plan, arrivals).await?;
    requeue(db, &plan.again).await?;
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
    /// `None` where equal bytes under another name are another document.
    by_hash: Option<HashMap<Vec<u8>, Newest>>,
}

impl Known {
    async fn find(db: &mut PgConnection, place: Place, arrivals: &[Arrival]) -> Result<Self> {
        let by_hash = place.archive.is_none().then(HashMap::new);
        let mut known = Self { by_key: HashMap::new(), by_hash };
        for (key, newest) in find_known(db, place, arrivals).await? {
            if let (Key::Path(_), Some(by_hash)) = (&key, &mut known.by_hash) {
                by_hash.entry(newest.hash.clone()).or_insert_with(|| newest.clone());
            }
            known.by_key.insert(key, newest);
        }
        Ok(known)
    }

    fn matching(&self, arrival: &Arrival) -> Option<&Newest> {
        self.by_key.get(&Key::of(arrival)).or_else(|| {
            let nameless = arrival.external_id.is_none();
            self.by_hash.as_ref()?.get(arrival.original.hash.as_slice()).filter(|_| nameless)
        })
    }

    fn learn(&mut self, key: Key, newest: Newest) {
        if let (Key::Path(_), Some(by_hash)) = (&key, &mut self.by_hash) {
            by_hash.retain(|_, other| other.document_id != newest.document_id);
            by_hash.insert(newest.hash.clone(), newest.clone());
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
    /// What is to be kept of the arrivals.
    fn bytes(&self, arrivals: &[Arrival]) -> u64 {
        self.new_versions.iter().map(|(place, _)| arrivals[*place].original.size).sum()
    }

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
