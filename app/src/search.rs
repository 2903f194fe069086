//! Searching for passages.

mod facets;
mod filter;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    facets::{Facet, Facets},
    filter::Filter,
};
use crate::timestamp::Timestamp;

/// Which of the two searches are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// Both, fused.
    #[default]
    Hybrid,
    /// Words alone.
    Lexical,
    /// Meaning alone.
    Semantic,
}

/// A search, as somebody asks for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    pub q: String,
    pub filter: Filter,
    pub mode: SearchMode,
    /// How many passages, to 100.
    pub limit: u32,
    /// Whether it is to be counted what else the search could be narrowed to.
    pub facets: bool,
}

/// The passages found, best first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SearchResults {
    pub results: Vec<Passage>,
    /// What the search could be narrowed to; `None` where that was not asked for.
    pub facets: Option<Facets>,
    /// The query in other words, where it seems to be misspelt: in words of passages that the reader may
    /// read.
    pub suggestion: Option<String>,
    pub took_ms: SearchTimes,
}

/// A passage of a document that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Passage {
    pub document_id: Uuid,
    pub external_id: Option<String>,
    pub chunk_id: Uuid,
    pub collection_id: Uuid,
    pub version_id: Uuid,
    pub ordinal: i32,
    pub title: String,
    pub media_type: String,
    pub heading_path: Vec<String>,
    pub page: Option<i32>,
    pub text: String,
    /// In Unicode scalar values of the document's text.
    pub char_start: i32,
    pub char_end: i32,
    /// Where the query's words stand: `[start, end]` in Unicode scalar values of `text`.
    pub highlights: Vec<[u32; 2]>,
    pub score: f64,
    pub scores: ChannelScores,
    pub language: Option<String>,
    pub updated_at: Timestamp,
}

/// What each search gave a passage; `None` where it did not find it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChannelScores {
    /// BM25.
    pub lexical: Option<f64>,
    /// Cosine similarity.
    pub semantic: Option<f64>,
}

/// How long the steps of a search took, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SearchTimes {
    pub embed: f64,
    pub lexical: f64,
    pub semantic: f64,
    pub fuse: f64,
    pub total: f64,
}
