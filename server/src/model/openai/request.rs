//! The request of an answer, as the protocol has it.

use anyhow::Context;
use app::error::AppError;
use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, CreateChatCompletionRequest,
};

use super::fit;
use crate::{
    answer::prompt::{self, PromptMessage, PromptRole},
    error::Error,
    model::llm::AnswerRequest,
};

/// What is sent, and how long it is.
pub(super) struct Request {
    /// JSON.
    pub(super) body: Vec<u8>,
    /// How many tokens the prompt has, as guessed.
    pub(super) prompt_tokens: u32,
}

impl Request {
    pub(super) fn new(model: &str, request: &AnswerRequest) -> Result<Self, AppError> {
        let prompt_tokens = fit::guessed_tokens(request);
        let request = CreateChatCompletionRequest {
            model: model.to_owned(),
            messages: prompt::messages(request).into_iter().map(message).collect(),
            stream: Some(true),
            stream_options: Some(ChatCompletionStreamOptions {
                include_usage: Some(true),
                include_obfuscation: None,
            }),
            ..CreateChatCompletionRequest::default()
        };
        let body = serde_json::to_vec(&request).context("could not write the request of an answer");
        Ok(Self { body: body.map_err(Error::from)?, prompt_tokens })
    }
}

fn message(message: PromptMessage) -> ChatCompletionRequestMessage {
    match message.role {
        PromptRole::System => ChatCompletionRequestSystemMessage::from(message.content).into(),
        PromptRole::User => ChatCompletionRequestUserMessage::from(message.content).into(),
        PromptRole::Assistant => ChatCompletionRequestAssistantMessage::from(message.content).into(),
    }
}
