//! What may be stored of a model's settings.

use app::{
    error::AppError,
    model::{ModelRole, ModelSettings},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{Catalogue, purpose, rows::Row};
use crate::{
    error::Result,
    model::{address::parse_base_url, extractive},
};

/// Room for a prompt with one passage, and for an answer.
const SMALLEST_CONTEXT: i32 = 2_000;

impl Catalogue {
    /// What may be stored of the settings, with the key sealed.
    pub(super) fn checked(&self, id: Uuid, settings: &ModelSettings) -> Result<Row> {
        let name = parse_name("name", &settings.name)?;
        if name == extractive::NAME || self.own.as_ref().is_some_and(|own| own.name == name) {
            return Err(AppError::conflict("There is a model of this name already.").into());
        }
        let base_url = parse_base_url(&settings.base_url, self.reach(settings.is_external))?;
        let key = settings.api_key.as_deref().map(str::trim).filter(|key| !key.is_empty());
        if key.is_some_and(|key| http::HeaderValue::from_str(key).is_err()) {
            return Err(AppError::invalid("api_key", "The key holds characters that can't be sent.").into());
        }
        let api_key =
            key.map(|key| self.seal.seal(&SecretString::from(key), &purpose(id, &base_url))).transpose()?;
        let is_price = |price: Option<f64>| price.is_none_or(|price| price.is_finite() && price >= 0.0);
        if settings.price_in.is_some() != settings.price_out.is_some()
            || !is_price(settings.price_in)
            || !is_price(settings.price_out)
        {
            return Err(AppError::invalid(
                "price_in",
                "Both prices are numbers of US dollars, or neither is set.",
            )
            .into());
        }
        if settings.context_tokens.is_some_and(|tokens| tokens < SMALLEST_CONTEXT) {
            let message = format!("A model must take {SMALLEST_CONTEXT} tokens at least.");
            return Err(AppError::invalid("context_tokens", message).into());
        }
        if settings.at_once.is_some_and(|at_once| at_once < 1) {
            return Err(AppError::invalid("at_once", "It writes one answer at once at least.").into());
        }
        if settings.roles.is_empty() {
            return Err(AppError::invalid("roles", "Say what the model is to be asked for.").into());
        }
        let has_role = |role: &ModelRole| settings.roles.contains(role);
        let roles =
            ModelRole::ALL.into_iter().filter(has_role).map(|role| role.as_str().to_owned()).collect();
        Ok(Row {
            id,
            roles,
            name,
            base_url,
            model: parse_name("model", &settings.model)?,
            api_key,
            context_tokens: settings.context_tokens,
            at_once: settings.at_once,
            price_in: settings.price_in,
            price_out: settings.price_out,
            is_external: settings.is_external,
            is_enabled: settings.is_enabled,
        })
    }
}

fn parse_name(field: &str, text: &str) -> Result<String, AppError> {
    const LONGEST: usize = 120;
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(AppError::invalid(field, format!("A model's name has 1 to {LONGEST} characters.")));
    }
    Ok(name.to_owned())
}
