//! The review desk: answers that somebody should look at.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{answer::Message, error::AppError, timestamp::Timestamp};

/// An answer on the review desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Review {
    pub id: Uuid,
    /// Why it is here: `rated_down`, `unsupported` or `handed_over`.
    pub cause: String,
    /// What the asker said when handing the question over.
    pub asked: Option<String>,
    pub state: ReviewState,
    /// Of its sources, those that the reviewer may read.
    pub message: Message,
    pub note: Option<String>,
    /// The answer as it should have been.
    pub correction: Option<String>,
    pub created_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
}

/// What became of a question that its asker handed to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HandedOver {
    pub at: Timestamp,
    pub state: ReviewState,
    /// What the person says.
    pub note: Option<String>,
    /// The person's answer.
    pub correction: Option<String>,
    pub resolved_at: Option<Timestamp>,
}

/// What the asker says when handing a question over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Open,
    Approved,
    Corrected,
    Rejected,
}

impl ReviewState {
    /// The word the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Corrected => "corrected",
            Self::Rejected => "rejected",
        }
    }
}

impl std::str::FromStr for ReviewState {
    type Err = AppError;

    fn from_str(word: &str) -> Result<Self, AppError> {
        match word {
            "open" => Ok(Self::Open),
            "approved" => Ok(Self::Approved),
            "corrected" => Ok(Self::Corrected),
            "rejected" => Ok(Self::Rejected),
            _ => Err(AppError::invalid("state", "A state is open, approved, corrected or rejected.")),
        }
    }
}

/// What the desk says of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    pub outcome: Outcome,
    #[serde(default)]
    pub note: Option<String>,
    /// Needed where the outcome is `corrected`.
    #[serde(default)]
    pub correction: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approved,
    Corrected,
    Rejected,
}

impl Outcome {
    /// The state that a review with this outcome is in.
    pub fn state(self) -> ReviewState {
        match self {
            Self::Approved => ReviewState::Approved,
            Self::Corrected => ReviewState::Corrected,
            Self::Rejected => ReviewState::Rejected,
        }
    }
}
