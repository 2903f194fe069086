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
