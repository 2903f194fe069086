//! API tokens: secrets by which programs act as the account that made them.

use anyhow::Context;
use app::{
    account::{ApiToken, NewApiToken, User},
    error::AppError,
};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AccountService, secret, users};
use crate::error::Result;

/// What every token begins with, so that people and secret scanners know one when they see it.
const PREFIX: &str = "fn_";

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 100;

impl AccountService {
    /// The user of a token, unless it was revoked or the account is suspended.
    pub async fn user_by_token(&self, token: &str) -> Result<Option<User>> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let Some(account) = use_token(&self.db, &secret::hash(token)).await? else { return Ok(None) };
        let found = users::load(&self.db, account).await?;
        Ok(found.map(|found| found.user).filter(|user| !user.suspended))
    }
}

/// Makes a token. Its secret is in the answer and nowhere else.
pub(super) async fn create(db: &PgPool, account: Uuid, name: &str) -> Result<NewApiToken> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains('\0') {
        return Err(AppError::invalid("name", "A token needs a name of at most 100 characters.").into());
    }
    let secret = format!("{PREFIX}{}", secret::generate()?);
    let token = insert(db, account, name, &secret::hash(&secret)).await?;
    tracing::info!(%account, token = %token.id, "API token made");
    Ok(NewApiToken { token, secret })
}

pub(super) async fn load_of(db: &PgPool, account: Uuid) -> Result<Vec<ApiToken>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, name, created_at, last_used_at
        from api_token
        where account_id = $1 and revoked_at is null
        order by id desc
        "#,
        account,
    )
    .fetch_all(db)
    .await
    .context("could not load the API tokens")?;
    Ok(rows.into_iter().map(ApiToken::from).collect())
}

pub(super) async fn revoke(db: &PgPool, account: Uuid, id: Uuid) -> Result<()> {
    let revoked = sqlx::query!(
        r#"update api_token set revoked_at = now() where id = $1 and account_id = $2 and revoked_at is null"#,
        id,
        account,
    )
    .execute(db)
    .await
    .context("could not revoke an API token")?;
    if revoked.rows_affected() == 0 {
        return Err(AppError::NotFound.into());
    }
    tracing::info!(%account, token = %id, "API token revoked");
    Ok(())
}

struct Row {
    id: Uuid,
    name: String,
    created_at: OffsetDateTime,
    last_used_at: Option<OffsetDateTime>,
}

impl From<Row> for ApiToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            created_at: row.created_at.into(),
            last_used_at: row.last_used_at.map(Into::into),
        }
    }
}

async fn insert(db: &PgPool, account: Uuid, name: &str, hash: &[u8]) -> Result<ApiToken> {
    let row = sqlx::query_as!(
        Row,
        r#"
        insert into api_token (id, account_id, name, token_hash) values ($1, $2, $3, $4)
        returning id, name, created_at, last_used_at
        "#,
        Uuid::now_v7(),
        account,
        name,
        hash,
    )
    .fetch_one(db)
    .await
    .context("could not store an API token")?;
    Ok(row.into())
}

/// The token's account. That it was used is noted at most once a minute.
async fn use_token(db: &PgPool, hash: &[u8]) -> Result<Option<Uuid>> {
    let found = sqlx::query!(
        r#"
        select id, account_id, last_used_at is null or last_used_at < now() - interval '1 minute' as "is_news!"
        from api_token
        where token_hash = $1 and revoked_at is null
        "#,
        hash,
    )
    .fetch_optional(db)
    .await
    .context("could not look for an API token")?;
    let Some(found) = found else { return Ok(None) };
    if found.is_news {
        sqlx::query!(r#"update api_token set last_used_at = now() where id = $1"#, found.id)
            .execute(db)
            .await
            .context("could not note the use of an API token")?;
    }
    Ok(Some(found.account_id))
}
