//! Who may answer from which collection.

use anyhow::Context;
use app::{
    account::User,
    error::AppError,
    model::{ModelRole, ModelRule},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Catalogue, require_admin};
use crate::error::Result;

impl Catalogue {
    /// Who may answer from a collection.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the actor may not read it; [`AppError::Forbidden`] for who is
    /// no admin.
    pub async fn rule(&self, actor: &User, collection: Uuid) -> Result<ModelRule> {
        let rule = load(&self.db, actor.id, collection).await?.ok_or(AppError::NotFound)?;
        require_admin(actor)?;
        Ok(rule)
    }

    /// Says who may answer from a collection.
    ///
    /// # Errors
    /// As for [`Self::rule`]; [`AppError::Invalid`] where the model is none, or is outside while
    /// the passages must stay inside.
    pub async fn set_rule(&self, actor: &User, collection: Uuid, rule: ModelRule) -> Result<ModelRule> {
        self.rule(actor, collection).await?;
        if let Some(id) = rule.default_model {
            let known = super::rows::one(&self.db, id).await?;
            let model = known.ok_or_else(|| AppError::invalid("default_model", "There is no such model."))?;
            if !model.roles().contains(&ModelRole::Answer) {
                return Err(AppError::invalid("default_model", "This model isn't one that answers.").into());
            }
            if rule.stays_inside && model.is_external {
                let message = "This model is outside, where the passages are not to go.";
                return Err(AppError::invalid("default_model", message).into());
            }
        }
        store(&self.db, collection, &rule).await?;
        Ok(rule)
    }
}

async fn load(db: &PgPool, reader: Uuid, collection: Uuid) -> anyhow::Result<Option<ModelRule>> {
    sqlx::query_as!(
        ModelRule,
        r#"
        select model_id as default_model, stays_inside
        from collection
        where id = $2 and id in (select readable_collection($1))
        "#,
        reader,
        collection,
    )
    .fetch_optional(db)
    .await
    .context("could not read who may answer from a collection")
}

async fn store(db: &PgPool, collection: Uuid, rule: &ModelRule) -> anyhow::Result<()> {
    sqlx::query!(
        r#"update collection set model_id = $2, stays_inside = $3, updated_at = now() where id = $1"#,
        collection,
        rule.default_model,
        rule.stays_inside,
    )
    .execute(db)
    .await
    .context("could not store who may answer from a collection")?;
    Ok(())
}
