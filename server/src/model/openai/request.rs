//! The request of an answer, as the protocol has it.

use anyhow::Context;
use app::error::AppError;
use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, CreateChatCompletionRequest,
};

use crate::{
    answer::prompt::{self, PromptMessage, PromptRole},
    error::Error,
    model::llm::{self, AnswerRequest},
};

/// What is sent, and how long it is.
pub(super) struct Request {
    /// JSON.
    pub(super) body: Vec<u8>,
    /// In characters, for a guess at tokens where the endpoint doesn't count them.
    pub(super) prompt_length: usize,
}

impl Request {
    pub(super) fn new(model: &str, request: &AnswerRequest) -> Result<Self, AppError> {
        let prompt = prompt::messages(request);
        let prompt_length = length(&prompt);
        let request = CreateChatCompletionRequest {
            model: model.to_owned(),
            messages: prompt.into_iter().map(message).collect(),
            stream: Some(true),
            stream_options: Some(ChatCompletionStreamOptions {
                include_usage: Some(true),
                include_obfuscation: None,
            }),
            ..CreateChatCompletionRequest::default()
        };
        let body = serde_json::to_vec(&request).context("could not write the request of an answer");
        Ok(Self { body: body.map_err(Error::from)?, prompt_length })
    }
}

/// The request with as many sources as the model has room for beside its answer; the best is kept.
pub(super) fn fitted(mut request: AnswerRequest, context_tokens: Option<u32>) -> AnswerRequest {
    /// Most answers are shorter.
    const ANSWER: u32 = 1_000;
    let Some(context) = context_tokens else { return request };
    while request.sources.len() > 1 && guessed_tokens(&request) + ANSWER > context {
        request.sources.pop();
    }
    request
}

/// How long the prompt of an answer will be.
pub(super) fn guessed_tokens(request: &AnswerRequest) -> u32 {
    llm::guessed_tokens(length(&prompt::messages(request)))
}

/// In characters.
fn length(prompt: &[PromptMessage]) -> usize {
    prompt.iter().map(|message| message.content.chars().count()).sum()
}

fn message(message: PromptMessage) -> ChatCompletionRequestMessage {
    match message.role {
        PromptRole::System => ChatCompletionRequestSystemMessage::from(message.content).into(),
        PromptRole::User => ChatCompletionRequestUserMessage::from(message.content).into(),
        PromptRole::Assistant => ChatCompletionRequestAssistantMessage::from(message.content).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::OfferedSource;

    #[test]
    fn a_small_model_is_given_the_best_sources_that_it_has_room_for() {
        let source = OfferedSource { text: "word ".repeat(400), ..OfferedSource::default() };
        let request = || AnswerRequest { sources: vec![source.clone(); 8], ..AnswerRequest::default() };
        assert_eq!(fitted(request(), None).sources.len(), 8);
        let some = fitted(request(), Some(3_000));
        assert!((2..8).contains(&some.sources.len()) && guessed_tokens(&some) + 1_000 <= 3_000);
        assert_eq!(fitted(request(), Some(10)).sources.len(), 1);
    }
}
