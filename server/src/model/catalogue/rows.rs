//! The models' rows.

use anyhow::Context;
use app::{error::AppError, model::LanguageModel};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::Result;

/// A model as it is stored.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) base_url: String,
    pub(super) model: String,
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
    /// As admins see it.
    pub(super) fn into_model(self) -> LanguageModel {
        LanguageModel {
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
        select id, name, base_url, model, api_key, context_tokens, at_once, price_in, price_out, is_external, is_enabled
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
        select id, name, base_url, model, api_key, context_tokens, at_once, price_in, price_out, is_external, is_enabled
        from language_model
        where id = $1
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not read a model")
}

pub(super) async fn insert(db: &PgPool, row: &Row) -> Result<()> {
    let inserted = sqlx::query!(
        r#"
        insert into language_model (
            id, name, base_url, model, api_key, context_tokens, at_once, price_in, price_out, is_external, is_enabled
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        row.id,
        row.name,
        row.base_url,
        row.model,
        row.api_key,
        row.context_tokens,
        row.at_once,
        row.price_in,
        row.price_out,
        row.is_external,
        row.is_enabled,
    )
    .execute(db)
    .await;
    inserted.map_err(taken)?;
    Ok(())
}

pub(super) async fn update(db: &PgPool, row: &Row) -> Result<()> {
    let updated = sqlx::query!(
        r#"
        update language_model
        set name = $2, base_url = $3, model = $4, api_key = $5, context_tokens = $6, at_once = $7,
            price_in = $8, price_out = $9, is_external = $10, is_enabled = $11, updated_at = now()
        where id = $1
        "#,
        row.id,
        row.name,
        row.base_url,
        row.model,
        row.api_key,
        row.context_tokens,
        row.at_once,
        row.price_in,
        row.price_out,
        row.is_external,
        row.is_enabled,
    )
    .execute(db)
    .await;
    if updated.map_err(taken)?.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
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
