//! The models' rows.

use anyhow::Context;
use app::{
    error::AppError,
    model::{LanguageModel, ModelRole},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::Result;

/// A model as it is stored.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) base_url: String,
    pub(super) model: String,
    /// The words for what it is asked for.
    pub(super) roles: Vec<String>,
    /// Sealed.
    pub(super) api_key: Option<Vec<u8>>,
    pub(super) context_tokens: Option<i32>,
    pub(super) at_once: Option<i32>,
    pub(super) price_in: Option<f64>,
    pub(super) price_out: Option<f64>,
    pub(super) is_external: bool,
    pub(super) is_enabled: bool,
}

impl Row {
    pub(super) fn roles(&self) -> Vec<ModelRole> {
        self.roles.iter().filter_map(|word| ModelRole::parse(word)).collect()
    }

    /// As admins see it.
    pub(super) fn into_model(self) -> LanguageModel {
        LanguageModel {
            roles: self.roles(),
            id: Some(self.id),
            name: self.name,
            base_url: self.base_url,
            model: self.model,
            has_key: self.api_key.is_some(),
            context_tokens: self.context_tokens,
            at_once: self.at_once,
            price_in: self.price_in,
            price_out: self.price_out,
            is_external: self.is_external,
            is_enabled: self.is_enabled,
        }
    }
}

/// All, in the order in which they were set up.
pub(super) async fn all(db: &PgPool) -> anyhow::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select
            id, name, base_url, model, roles, api_key, context_tokens, at_once, price_in, price_out, is_external,
            is_enabled
        from language_model
        order by id
        "#,
    )
    .fetch_all(db)
    .await
    .context("could not read the models")
}

pub(super) async fn one(db: &PgPool, id: Uuid) -> anyhow::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select
            id, name, base_url, model, roles, api_key, context_tokens, at_once, price_in, price_out, is_external,
            is_enabled
        from language_model
        where id = $1
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not read a model")
}

/// Stores a model that is new, or one that is there in place of what it was.
pub(super) async fn store(db: &PgPool, row: &Row, is_new: bool) -> Result<()> {
    let stored = sqlx::query!(
        r#"
        insert into language_model (
            id, name, base_url, model, roles, api_key, context_tokens, at_once, price_in, price_out, is_external,
            is_enabled
        )
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        -- One that was removed meanwhile stays so.
        where $13 or exists (select from language_model where id = $1)
        on conflict (id) do update
        set name = excluded.name, base_url = excluded.base_url, model = excluded.model, roles = excluded.roles,
            api_key = excluded.api_key, context_tokens = excluded.context_tokens, at_once = excluded.at_once,
            price_in = excluded.price_in, price_out = excluded.price_out, is_external = excluded.is_external,
            is_enabled = excluded.is_enabled, updated_at = now()
        "#,
        row.id,
        row.name,
        row.base_url,
        row.model,
        &row.roles,
        row.api_key,
        row.context_tokens,
        row.at_once,
        row.price_in,
        row.price_out,
        row.is_external,
        row.is_enabled,
        is_new,
    )
    .execute(db)
    .await;
    if stored.map_err(taken)?.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
}

/// Whether there was one.
pub(super) async fn delete(db: &PgPool, id: Uuid) -> anyhow::Result<bool> {
    let deleted = sqlx::query!(r#"delete from language_model where id = $1"#, id)
        .execute(db)
        .await
        .context("could not remove a model")?;
    Ok(deleted.rows_affected() > 0)
}

fn taken(error: sqlx::Error) -> crate::error::Error {
    let constraint = error.as_database_error().and_then(sqlx::error::DatabaseError::constraint);
    if constraint == Some("language_model_name_key") {
        return AppError::conflict("There is a model of this name already.").into();
    }
    anyhow::Error::from(error).context("could not store a model").into()
}
