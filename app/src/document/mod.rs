//! Collections and the documents in them.

mod numbered;
mod view;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::timestamp::Timestamp;

pub use numbered::numbered;
pub use view::{BlockKind, DocumentView, Member, OutlineEntry, Run, ViewBlock, ViewPassage};

/// Who may read a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Everyone,
    /// Only the granted groups and users, and admins.
    Restricted,
}

impl Visibility {
    /// The word the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Restricted => "restricted",
        }
    }
}

impl std::str::FromStr for Visibility {
    type Err = crate::error::AppError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "everyone" => Ok(Self::Everyone),
            "restricted" => Ok(Self::Restricted),
            _ => Err(Self::Err::invalid("visibility", "Visibility is everyone or restricted.")),
        }
    }
}

/// Documents that are read by the same people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Collection {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    pub visibility: Visibility,
    /// The product's own user guide, which comes with it.
    pub is_guide: bool,
    /// How many documents it holds, whatever their status.
    pub documents: i64,
    /// How many searchable chunks.
    pub chunks: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCollection {
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub visibility: Visibility,
}

/// What to change of a collection; what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CollectionChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub visibility: Option<Visibility>,
}

/// Who may read a restricted collection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grants {
    #[serde(default)]
    pub groups: Vec<Uuid>,
    #[serde(default)]
    pub users: Vec<Uuid>,
}

/// How far a document's newest version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Processing,
    Ready,
    Failed,
}

impl Status {
    /// The word the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = crate::error::AppError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "queued" => Ok(Self::Queued),
            "processing" => Ok(Self::Processing),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            _ => Err(Self::Err::invalid("status", "A status is queued, processing, ready or failed.")),
        }
    }
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DocumentFailure {
    /// A stable word, such as `needs_password`.
    pub code: String,
    /// A sentence for the reader.
    pub detail: String,
}

/// A document, described by its newest version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Document {
    pub id: Uuid,
    pub external_id: Option<String>,
    /// The archive that it is a file of.
    #[serde(default)]
    pub parent_id: Option<Uuid>,
    pub collection_id: Uuid,
    pub collection_name: String,
    pub title: String,
    pub filename: String,
    /// The path in the uploaded folder, without the file's name.
    pub folder: String,
    pub url: Option<String>,
    pub media_type: String,
    pub size_bytes: i64,
    /// In hexadecimal.
    pub sha256: String,
    pub version: i32,
    pub status: Status,
    /// While processing: `parsing`, `chunking`, `embedding` or `publishing`; of an archive whose
    /// files are, `members`.
    pub stage: Option<String>,
    /// 0 to 1.
    pub progress: f32,
    pub error: Option<DocumentFailure>,
    pub pages: Option<i32>,
    pub chunks: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Copies, older and newer editions of it that the reader may read, the likest first.
    #[serde(default)]
    pub similar: Vec<SimilarDocument>,
}

/// The media types of archives and mail folders: what is in them are documents of their own.
pub const ARCHIVES: [&str; 2] = ["application/zip", "application/mbox"];

impl Document {
    /// Whether it is an archive.
    pub fn is_archive(&self) -> bool {
        ARCHIVES.contains(&self.media_type.as_str())
    }

    /// The edition that took its place, where there is a newer one.
    pub fn newer(&self) -> Option<&SimilarDocument> {
        self.similar.iter().find(|other| other.is_newer)
    }
}

/// A document whose text is much like another's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SimilarDocument {
    pub id: Uuid,
    pub title: String,
    /// About which share of the words, taken five at a time, both have: 0.5 to 1.
    pub similarity: f32,
    /// Whether it is the newer of the two: by the years in their names, else by when they came.
    pub is_newer: bool,
}

/// Which documents a list is of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentFilter {
    pub collection: Option<Uuid>,
    pub status: Option<Status>,
    pub external_id: Option<String>,
    /// Part of a title, file name or folder.
    pub name: Option<String>,
}

/// A chunk of a document, in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Chunk {
    pub id: Uuid,
    pub ordinal: i32,
    pub heading_path: Vec<String>,
    pub page: Option<i32>,
    pub text: String,
    /// In Unicode scalar values of the document's text.
    pub char_start: i32,
    pub char_end: i32,
}

/// What a deletion removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeletionReceipt {
    pub document_id: Uuid,
    pub removed: Removed,
}

/// The counts of a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Removed {
    pub versions: i64,
    pub chunks: i64,
    pub embeddings: i64,
    pub index_entries: i64,
    /// Stored answers that quoted the document, now withdrawn.
    pub cached_answers: i64,
    /// Originals no longer used by any document.
    pub blobs: i64,
}

/// How the ingestion of a collection stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct IngestProgress {
    pub queued: i64,
    pub processing: i64,
    pub ready: i64,
    pub failed: i64,
    /// The documents being processed now, the longest running first.
    pub running: Vec<RunningDocument>,
}

impl IngestProgress {
    /// Documents still to come.
    pub fn left(&self) -> i64 {
        self.queued + self.processing
    }
}

/// A document being processed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RunningDocument {
    pub id: Uuid,
    pub title: String,
    pub stage: Option<String>,
    /// 0 to 1.
    pub progress: f32,
}
