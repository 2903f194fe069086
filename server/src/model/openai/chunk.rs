//! What an endpoint sends: as much of it as is needed, and leniently, since many speak the
//! protocol with an accent.

use serde::Deserialize;

use crate::model::llm::TokenCount;

/// A chunk of a streamed answer, or a whole answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

/// Why an answer ended, where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    Complete,
    /// At the limit of its length.
    TooLong,
    /// By a filter of the endpoint's.
    Filtered,
}

impl Chunk {
    pub(super) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn text(&mut self) -> Option<String> {
        self.delta()?.content.take().filter(|text| !text.is_empty())
    }

    pub(super) fn is_refusal(&mut self) -> bool {
        self.delta().is_some_and(|delta| delta.refusal.as_ref().is_some_and(|text| !text.is_empty()))
    }

    pub(super) fn is_error(&self) -> bool {
        self.error.as_ref().is_some_and(|error| !error.is_null())
    }

    pub(super) fn finish(&self) -> Option<Finish> {
        Some(match self.choices.first()?.finish_reason.as_deref()? {
            "length" => Finish::TooLong,
            "content_filter" => Finish::Filtered,
            _ => Finish::Complete,
        })
    }

    pub(super) fn tokens(&self) -> Option<TokenCount> {
        let usage = self.usage.as_ref()?;
        Some(TokenCount { prompt: usage.prompt_tokens, completion: usage.completion_tokens })
    }

    fn delta(&mut self) -> Option<&mut Delta> {
        self.choices.first_mut()?.delta.as_mut()
    }
}
