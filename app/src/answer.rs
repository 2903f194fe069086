//! Answers and what they stand on.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{review::HandedOver, timestamp::Timestamp};

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

/// What happens while an answer is written, in this order: one `Meta`, one `Sources`, some `Waiting`
/// where the model is busy, any number of `Delta`, one `Verdict`, one `Done`; or an `Error`, last, wherever it comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum AnswerEvent {
    Meta {
        conversation_id: Uuid,
        message_id: Uuid,
        model: String,
        prompt_version: String,
        cache: CacheUse,
        /// How the question was read where it wasn't read as it stands: completed from the
        /// conversation, or taken apart.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        read_as: Vec<String>,
        /// What else is to be told: that a budget is nearly spent, or who stands in for a model.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice: Option<String>,
        /// The documents or the collection that the question names, from which alone it is answered.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        narrowed_to: Vec<String>,
    },
    Sources {
        sources: Vec<Source>,
    },
    /// The model is busy: so many questions are answered before this one, itself included; 0 once it
    /// is this one's turn. Comes only where there is something to wait for, before the first
    /// `Delta`, each time that the place has changed.
    Waiting {
        place: u32,
    },
    Delta {
        text: String,
    },
    Verdict {
        abstained: bool,
        /// How likely it is that the sources carry an answer, 0 to 1, where it was estimated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f64>,
        sentences: Vec<CheckedSentence>,
        /// The citations that the text doesn't have as the model wrote them. What was sent of the
        /// text has them as they are here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        corrected: Vec<CorrectedCitation>,
    },
    Done {
        usage: Usage,
        timings_ms: AnswerTimes,
        /// Who answered, where that isn't whom `Meta` named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
    },
    Error(Problem),
}

impl AnswerEvent {
    /// The event's name in the stream.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Meta { .. } => "meta",
            Self::Sources { .. } => "sources",
            Self::Waiting { .. } => "waiting",
            Self::Delta { .. } => "delta",
            Self::Verdict { .. } => "verdict",
            Self::Done { .. } => "done",
            Self::Error(_) => "error",
        }
    }

    /// Nothing follows it.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Error(_))
    }
}

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    Writing,
    Done,
    /// By the asker.
    Stopped,
    Failed,
    /// A document it quoted was deleted.
    Withdrawn,
}

/// A question and its answer, as the pages and the conversation API show them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Message {
    pub id: Uuid,
    pub question: String,
    pub state: AnswerState,
    /// With its citations as `[1]`.
    pub answer: String,
    /// The answer as safe HTML, one entry a block; footnote marks are links to `#source-N`.
    #[serde(default)]
    pub blocks: Vec<String>,
    pub abstained: bool,
    /// The asker may no longer read a source; the answer's text and that source are withheld.
    pub withheld: bool,
    pub sources: Vec<Source>,
    pub sentences: Vec<CheckedSentence>,
    /// While it waits for its model: how many questions come before it, itself included.
    #[serde(default)]
    pub place: Option<u32>,
    pub model: String,
    /// Whether an answer before was given again.
    #[serde(default)]
    pub cache: CacheUse,
    /// When the answer that was given again was written.
    #[serde(default)]
    pub answered_at: Option<Timestamp>,
    /// What else is to be told: that a budget is nearly spent, or who stood in for a model.
    #[serde(default)]
    pub notice: Option<String>,
    /// How the question was read where it wasn't read as it stands.
    #[serde(default)]
    pub read_as: Vec<String>,
    /// The documents or the collection that the question names, from which alone it was answered.
    #[serde(default)]
    pub narrowed_to: Vec<String>,
    /// How likely it is that the sources carry an answer, 0 to 1, where it was estimated.
    pub confidence: Option<f64>,
    pub error: Option<Problem>,
    pub feedback: Option<Feedback>,
    /// What became of the question where the asker handed it to a person.
    pub handed_over: Option<HandedOver>,
    /// The number of the last event that went into this.
    pub seq: i32,
    pub created_at: Timestamp,
}

impl Message {
    /// Whether more is to come.
    pub fn is_open(&self) -> bool {
        self.state == AnswerState::Writing
    }

    /// Whether a person should better be asked: there is no answer, or not one to rely on.
    pub fn is_doubtful(&self) -> bool {
        /// An estimate below this is hardly more than a guess.
        const UNSURE: f64 = 0.6;
        self.abstained
            || self.state == AnswerState::Failed
            || self.sentences.iter().any(|sentence| sentence.support == Support::Unsupported)
            || self.confidence.is_some_and(|confidence| confidence < UNSURE)
    }

    /// Takes in an event of the live stream; one that is already in changes nothing.
    pub fn apply(&mut self, seq: i32, event: LiveEvent) {
        if seq <= self.seq {
            return;
        }
        match event {
            LiveEvent::Sources { sources } => self.sources = sources,
            LiveEvent::Waiting { place } => self.place = Some(place).filter(|&place| place > 0),
            LiveEvent::Text { from, blocks } => {
                self.blocks.truncate(from);
                self.blocks.extend(blocks);
            }
            LiveEvent::Finished { message } => *self = *message,
        }
        self.seq = seq;
    }
}

/// What the page of an answer being written is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveEvent {
    Sources {
        sources: Vec<Source>,
    },
    /// How many questions the model answers before this one, itself included; 0 once it is its turn.
    Waiting {
        place: u32,
    },
    /// The answer's HTML from the block `from` on; the blocks before it stay.
    Text {
        from: usize,
        blocks: Vec<String>,
    },
    /// The last event: the message as it was stored.
    Finished {
        message: Box<Message>,
    },
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
