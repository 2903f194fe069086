//! The language models that may be asked.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a model is asked for. One may have several roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// Writes answers.
    Answer,
    /// Reads follow-ups: rewrites them so that they can be understood alone.
    Small,
    /// Checks sentences against the passages that they cite, besides our own check.
    Check,
}

impl ModelRole {
    pub const ALL: [Self; 3] = [Self::Answer, Self::Small, Self::Check];

    /// The word that stands for it in the API, in settings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Small => "small",
            Self::Check => "check",
        }
    }

    /// The role that `word` stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A model that helped with an answer besides the one that wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Aid {
    pub role: ModelRole,
    pub model: String,
    /// Which wording it was asked in.
    pub prompt_version: String,
}

/// A model that an admin set up, or the one of the settings. Its key is never told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct LanguageModel {
    /// `None` for the model of the settings, which can't be changed here.
    pub id: Option<Uuid>,
    /// As it is asked for and shown.
    pub name: String,
    pub base_url: String,
    /// As the endpoint calls it.
    pub model: String,
    /// What it is asked for.
    pub roles: Vec<ModelRole>,
    pub has_key: bool,
    /// How many tokens it can read and write together, where that is known.
    pub context_tokens: Option<i32>,
    /// How many answers it writes at once, while further ones wait; `None` for any number.
    pub at_once: Option<i32>,
    /// US dollars for a million tokens, where they are known.
    pub price_in: Option<f64>,
    pub price_out: Option<f64>,
    /// Outside of the organisation: what must stay inside is never sent to it.
    pub is_external: bool,
    pub is_enabled: bool,
}

/// How a model is to be set up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    pub name: String,
    pub base_url: String,
    pub model: String,
    /// What it is to be asked for; to write answers where absent.
    #[serde(default = "answers")]
    pub roles: Vec<ModelRole>,
    /// Absent to keep the one that is stored, which goes to no other base URL; empty for none.
    #[serde(default)]
    pub api_key: Option<String>,
    #[serde(default)]
    pub context_tokens: Option<i32>,
    /// How many answers it writes at once, while further ones wait; absent for any number.
    #[serde(default)]
    pub at_once: Option<i32>,
    #[serde(default)]
    pub price_in: Option<f64>,
    #[serde(default)]
    pub price_out: Option<f64>,
    #[serde(default = "yes")]
    pub is_external: bool,
    #[serde(default = "yes")]
    pub is_enabled: bool,
}

fn answers() -> Vec<ModelRole> {
    vec![ModelRole::Answer]
}

fn yes() -> bool {
    true
}

/// Who may answer from a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelRule {
    /// The model that answers where nobody is named and the best passage is of this collection.
    #[serde(default)]
    pub default_model: Option<Uuid>,
    /// Its passages are never sent to an external model.
    #[serde(default)]
    pub stays_inside: bool,
}
