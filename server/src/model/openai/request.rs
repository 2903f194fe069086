//! The request of an answer, as the protocol has it.

use anyhow::Context;
use app::error::AppError;
use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestMessage, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, CreateChatCompletionRequest,
};

use super::{fit, standing::Work};
use crate::{
    answer::prompt::{self, PromptMessage, PromptRole},
    error::Error,
    model::{llm::AnswerRequest, task::Task},
};

/// What is sent, and how long it is.
pub(super) struct Request {
    /// JSON.
    pub(super) body: Vec<u8>,
    /// How many tokens the prompt has, as guessed.
    pub(super) prompt_tokens: u32,
    pub(super) work: Work,
}

impl Request {
    pub(super) fn new(model: &str, request: &AnswerRequest) -> Result<Self, AppError> {
        Self::of(model, prompt::messages(request), Work::Answer)
    }

    pub(super) fn of_task(model: &str, task: &Task) -> Result<Self, AppError> {
        Self::of(model, task.messages.clone(), Work::Task)
    }

    fn of(model: &str, messages: Vec<PromptMessage>, work: Work) -> Result<Self, AppError> {
        let prompt_tokens = fit::tokens_of(&messages);
        let request = CreateChatCompletionRequest {
            model: model.to_owned(),
            messages: messages.into_iter().map(message).collect(),
            stream: Some(true),
            stream_options: Some(ChatCompletionStreamOptions {
                include_usage: Some(true),
                include_obfuscation: None,
            }),
            ..CreateChatCompletionRequest::default()
        };
        let body = serde_json::to_vec(&request).context("could not write a request to a model");
        Ok(Self { body: body.map_err(Error::from)?, prompt_tokens, work })
    }
}

fn message(message: PromptMessage) -> ChatCompletionRequestMessage {
    match message.role {
        PromptRole::System => ChatCompletionRequestSystemMessage::from(message.content).into(),
        PromptRole::User => ChatCompletionRequestUserMessage::from(message.content).into(),
        PromptRole::Assistant => ChatCompletionRequestAssistantMessage::from(message.content).into(),
    }
}
