//! What is told of an answer while it is written.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AnswerTimes, CacheUse, CheckedSentence, CorrectedCitation, Message, Problem, Source, Usage};
use crate::model::Aid;

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
        /// The model that read the question, where one did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aided_by: Vec<Aid>,
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
        /// All models that helped besides the one that wrote the answer.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aided_by: Vec<Aid>,
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

/// What the page of an answer being written is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveEvent {
    /// How the question was read.
    Read {
        read_as: Vec<String>,
    },
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
