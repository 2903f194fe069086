//! The language models that may be asked.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
