//! Conversations: questions and answers that belong together.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{answer::Message, timestamp::Timestamp};

/// A conversation, where only its name matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConversationName {
    pub id: Uuid,
    pub title: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A conversation with its messages, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Conversation {
    pub id: Uuid,
    pub title: String,
    pub messages: Vec<Message>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
