//! A question and its answer as they are shown.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CacheUse, CheckedSentence, Feedback, LiveEvent, Problem, Source, Support};
use crate::{model::Aid, review::HandedOver, timestamp::Timestamp};

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
    /// The models that helped besides the one that wrote the answer.
    #[serde(default)]
    pub aided_by: Vec<Aid>,
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
            LiveEvent::Read { read_as } => self.read_as = read_as,
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
