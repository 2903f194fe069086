//! What an endpoint sends: as much of it as is needed, and leniently, since many speak the
//! protocol with an accent.

use serde::Deserialize;

use crate::model::llm::TokenCount;

/// A chunk of a streamed answer, or a whole answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    #[serde(default, deserialize_with = "or_default")]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    /// Of several answers only the first was asked for.
    #[serde(default)]
    index: u32,
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    content: Option<Content>,
    /// What a model thinks before it answers, by the names in use. It is never shown.
    #[serde(alias = "reasoning")]
    reasoning_content: Option<serde_json::Value>,
    refusal: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    /// Some endpoints send a list of parts, thoughts among them.
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

impl Content {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => {
                parts.into_iter().filter(|part| part.kind == "text").map(|part| part.text).collect()
            }
        }
    }
}

fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Debug, Deserialize)]
struct Usage {
    #[serde(default, deserialize_with = "or_default")]
    prompt_tokens: u32,
    #[serde(default, deserialize_with = "or_default")]
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
        self.delta()?.content.take().map(Content::into_text).filter(|text| !text.is_empty())
    }

    /// Whether the model tells what it thinks.
    pub(super) fn is_thought(&mut self) -> bool {
        self.delta().is_some_and(|delta| delta.reasoning_content.is_some())
    }

    pub(super) fn is_refusal(&mut self) -> bool {
        self.delta().is_some_and(|delta| delta.refusal.as_ref().is_some_and(|text| !text.is_empty()))
    }

    pub(super) fn is_error(&self) -> bool {
        self.error.as_ref().is_some_and(|error| !error.is_null())
    }

    pub(super) fn finish(&self) -> Option<Finish> {
        Some(match self.choices.iter().find(|choice| choice.index == 0)?.finish_reason.as_deref()? {
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
        self.choices.iter_mut().find(|choice| choice.index == 0)?.delta.as_mut()
    }
}
