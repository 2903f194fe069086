//! Answers and what they stand on.

mod event;
mod message;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    event::{AnswerEvent, LiveEvent},
    message::{AnswerState, Message},
};
use crate::timestamp::Timestamp;

/// A question, as somebody asks it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub question: String,
    /// Goes on with this conversation of the asker's own.
    #[serde(default)]
    pub conversation_id: Option<Uuid>,
    /// Empty for all that the asker may read.
    #[serde(default)]
    pub collections: Vec<Uuid>,
    /// The configured model's name, or `extractive`; the default where absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Has it answered anew, also where an answer before could be given again.
    #[serde(default)]
    pub fresh: bool,
    /// Answers from everything also where the question names a document or a collection.
    #[serde(default)]
    pub everywhere: bool,
    /// Takes the question for one that stands alone, whatever was said before.
    #[serde(default)]
    pub as_it_stands: bool,
}

/// Where the answer to a question is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub conversation_id: Uuid,
    pub message_id: Uuid,
}

/// A passage that an answer was offered, under the number it is cited by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Source {
    /// Counts from 1.
    #[serde(rename = "ref")]
    pub reference: u32,
    pub document_id: Uuid,
    pub external_id: Option<String>,
    pub chunk_id: Uuid,
    pub title: String,
    pub heading_path: Vec<String>,
    pub page: Option<i32>,
    /// The passage, word for word.
    pub quote: String,
    /// In Unicode scalar values of the document's text.
    pub char_start: i32,
    pub char_end: i32,
    /// The words of `quote` that carry the answer: `[start, end]` in Unicode scalar values of it.
    #[serde(default)]
    pub highlights: Vec<[u32; 2]>,
    pub updated_at: Timestamp,
}

/// How well the cited passages carry a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Support {
    Supported,
    Weak,
    Unsupported,
}

/// A sentence of an answer, checked against the passages it cites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CheckedSentence {
    /// In Unicode scalar values of the answer.
    pub start: u32,
    pub end: u32,
    pub refs: Vec<u32>,
    pub support: Support,
    /// 0 to 1.
    pub score: f64,
    /// Where a cited passage says otherwise: that one, in its own words. Such a sentence is
    /// `unsupported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradicted_by: Option<Contradiction>,
    /// Whether a model that checks found it carried, where one was asked and said so. `support` has
    /// taken it into account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_opinion: Option<bool>,
}

/// What a source says instead of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Contradiction {
    #[serde(rename = "ref")]
    pub reference: u32,
    /// Its sentence, word for word.
    pub quote: String,
}

/// A citation that was set right before it was shown: it didn't carry its sentence, or was missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CorrectedCitation {
    /// Where it stands, or would stand: in Unicode scalar values of the answer.
    pub at: u32,
    /// The number that the model wrote; `None` where it cited nothing.
    pub said: Option<u32>,
    /// The number of the passage that does carry the sentence; `None` where the mark was left out.
    pub shown: Option<u32>,
}

/// Whether the answer came from the model or from an answer kept earlier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CacheUse {
    #[default]
    Miss,
    Exact,
    Semantic,
}

/// What an answer cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Usage {
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
    /// `None` where the model's prices are not known.
    pub cost_usd: Option<f64>,
}

/// How long the steps of an answer took, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AnswerTimes {
    pub search: f64,
    /// For a busy model.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waited: f64,
    pub first_token: f64,
    pub total: f64,
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// A problem object of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// A stable word.
    pub code: String,
}

/// What the asker thinks of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    pub rating: Rating,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    Up,
    Down,
}
