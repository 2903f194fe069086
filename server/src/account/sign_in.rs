//! Signing in, and choosing another password.

use anyhow::Context;
use app::{account::User, error::AppError};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AccountService, Email, SignedIn, password, throttle};
use crate::{
    error::{Error, Result},
    http::session,
};

/// What somebody signs in with.
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// The network address that they come from.
    pub address: String,
}

/// Stands for an address where somebody who is signed in guesses at their own password.
const SIGNED_IN: &str = "signed in";

impl AccountService {
    /// Checks who it is. Whatever is wrong, the answer is the same, after the same work: it doesn't
    /// tell whether there is such an account.
    pub async fn sign_in(&self, credentials: Credentials) -> Result<SignedIn> {
        let email = Email::parse(&credentials.email).map_err(|_| AppError::WrongCredentials)?;
        if credentials.password.chars().count() > password::LONGEST {
            return Err(AppError::WrongCredentials.into());
        }
        let turn = self.hasher.turn().await?;
        throttle::check(&self.db, &email, &credentials.address).await?;
        let known = find(&self.db, &email).await?;
        let stored = known.as_ref().and_then(|known| known.password_hash.clone());
        let is_right = turn.verify(credentials.password, stored).await?;
        match known {
            Some(known) if is_right && !known.suspended => {
                throttle::succeed(&self.db, known.id, &email, &credentials.address).await?;
                tracing::info!(account = %known.id, "Signed in");
                Ok(SignedIn::new(known.id, known.session_epoch))
            }
            _ => {
                throttle::fail(&self.db, &email, &credentials.address).await?;
                Err(AppError::WrongCredentials.into())
            }
        }
    }

    /// Replaces the password of `user`, who must know the current one, and ends every session but
    /// the one that the request came with. Wrong ones are slowed down like those of who signs in: a
    /// session left open somewhere must not be a place to guess at.
    pub(super) async fn replace_password(&self, user: &User, current: String, new: String) -> Result<()> {
        let email = Email::parse(&user.email)?;
        password::check_policy(&new, &email)?;
        let known = find(&self.db, &email).await?.ok_or(AppError::NotFound)?;
        let turn = self.hasher.turn().await?;
        throttle::check(&self.db, &email, SIGNED_IN).await?;
        if !turn.verify(current, known.password_hash).await? {
            throttle::fail(&self.db, &email, SIGNED_IN).await?;
            return Err(AppError::invalid("current", "The current password is wrong.").into());
        }
        let hash = turn.hash(new).await?;
        let signed_in = SignedIn::new(user.id, set_password(&self.db, user.id, &hash).await?);
        tracing::info!(account = %user.id, "Password changed");
        match &self.session {
            Some(session) => session::start(session, &signed_in).await,
            None => Ok(()),
        }
    }
}

/// Stores a password and ends every session; the new epoch.
pub(super) async fn set_password(db: impl sqlx::PgExecutor<'_>, account: Uuid, hash: &str) -> Result<i32> {
    sqlx::query_scalar!(
        r#"
        update account set password_hash = $2, session_epoch = session_epoch + 1, updated_at = now()
        where id = $1
        returning session_epoch
        "#,
        account,
        hash,
    )
    .fetch_one(db)
    .await
    .context("could not store a password")
    .map_err(Error::from)
}

struct Known {
    id: Uuid,
    password_hash: Option<String>,
    session_epoch: i32,
    suspended: bool,
}

async fn find(db: &PgPool, email: &Email) -> Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        r#"
        select id, password_hash, session_epoch, suspended_at is not null as "suspended!"
        from account
        where email = $1
        "#,
        email.as_str(),
    )
    .fetch_optional(db)
    .await
    .context("could not look for an account")
    .map_err(Error::from)
}
