//! One-time links: to make the first admin, and for a person to choose a password.

use anyhow::Context;
use app::{
    account::{Invitation, Role},
    error::AppError,
};
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{AccountService, Email, SignedIn, password, secret, sign_in, users};
use crate::error::{Error, Result};

/// How long a link may be used.
const GOOD_FOR: Duration = Duration::days(3);

/// What comes back by a link.
pub struct SetUp {
    pub token: String,
    /// The first admin chooses an address too; for everybody else it is known.
    pub email: Option<String>,
    pub password: String,
}

impl AccountService {
    /// Uses a link: stores the password, and signs the person in.
    pub async fn set_up(&self, set_up: SetUp) -> Result<SignedIn> {
        let hash = secret::hash(&set_up.token);
        // Looked at before the password is hashed, which takes its time, and again when it is used.
        let link = find(&self.db, &hash).await?.ok_or_else(spent)?;
        let email = match &link.email {
            Some(email) => Email::parse(email)?,
            None => Email::parse(set_up.email.as_deref().unwrap_or_default())?,
        };
        password::check_policy(&set_up.password, &email)?;
        let password_hash = self.hasher.turn().await?.hash(set_up.password).await?;

        let mut tx = self.db.begin().await.context("could not begin a transaction")?;
        use_up(&mut tx, &hash).await?;
        let account = match link.account_id {
            Some(account) => account,
            None => users::insert(&mut *tx, &email, Role::Admin, None).await?,
        };
        let epoch = sign_in::set_password(&mut *tx, account, &password_hash).await?;
        tx.commit().await.context("could not commit a set-up")?;
        tracing::info!(%account, "Password chosen by a one-time link");
        Ok(SignedIn::new(account, epoch))
    }
}

impl AccountService {
    /// A link on nobody's behalf, for the command line.
    pub async fn link_for(&self, account: Uuid) -> Result<String> {
        make_for(&self.db, account).await
    }
}

/// Whom a link is for, without using it.
pub(super) async fn invitation(db: &PgPool, token: &str) -> Result<Invitation> {
    let link = find(db, &secret::hash(token)).await?.ok_or(AppError::NotFound)?;
    Ok(match link.email {
        Some(email) => Invitation::Person { email },
        None => Invitation::FirstAdmin,
    })
}

/// A link by which the person of `account` chooses a password; earlier ones end.
pub(super) async fn make_for(db: &PgPool, account: Uuid) -> Result<String> {
    if users::load(db, account).await?.is_none() {
        return Err(AppError::NotFound.into());
    }
    make(db, Some(account)).await
}

/// A link by which the first admin is made; earlier ones end.
pub(super) async fn make_for_first_admin(db: &PgPool) -> Result<String> {
    make(db, None).await
}

async fn make(db: &PgPool, account: Option<Uuid>) -> Result<String> {
    let token = secret::generate()?;
    let mut tx = db.begin().await.context("could not begin a transaction")?;
    sqlx::query!(
        r#"delete from setup_link where account_id is not distinct from $1 and used_at is null"#,
        account
    )
    .execute(&mut *tx)
    .await
    .context("could not end earlier set-up links")?;
    sqlx::query!(
        r#"insert into setup_link (token_hash, account_id, expires_at) values ($1, $2, $3)"#,
        secret::hash(&token),
        account,
        OffsetDateTime::now_utc() + GOOD_FOR,
    )
    .execute(&mut *tx)
    .await
    .context("could not store a set-up link")?;
    tx.commit().await.context("could not commit a set-up link")?;
    Ok(format!("/set-up?token={token}"))
}

fn spent() -> AppError {
    AppError::conflict("This link was used already, or is too old. Ask for a new one.")
}

struct Link {
    account_id: Option<Uuid>,
    email: Option<String>,
}

async fn find(db: &PgPool, hash: &[u8]) -> Result<Option<Link>> {
    sqlx::query_as!(
        Link,
        r#"
        select account_id, email as "email?"
        from setup_link
        left join account on account.id = setup_link.account_id
        where token_hash = $1 and used_at is null and expires_at > now() and suspended_at is null
        "#,
        hash,
    )
    .fetch_optional(db)
    .await
    .context("could not look for a set-up link")
    .map_err(Error::from)
}

async fn use_up(tx: &mut PgConnection, hash: &[u8]) -> Result<()> {
    let used = sqlx::query!(
        r#"
        update setup_link set used_at = now()
        where token_hash = $1 and used_at is null and expires_at > now()
        "#,
        hash,
    )
    .execute(tx)
    .await
    .context("could not use up a set-up link")?;
    if used.rows_affected() == 0 { Err(spent().into()) } else { Ok(()) }
}
