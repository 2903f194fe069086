//! Who people are: accounts, groups, passwords, tokens.

use std::sync::Arc;

use app::{
    account::{ApiToken, Group, Invitation, NewApiToken, NewUser, User, UserChange},
    error::AppError,
    ports::{self, Accounts},
};
use async_trait::async_trait;
use sqlx::PgPool;
use tower_sessions::Session;
use uuid::Uuid;

use crate::error::Result;

mod email;
mod first_admin;
mod groups;
mod link;
pub mod password;
mod secret;
mod sessions;
mod sign_in;
mod sweep;
mod throttle;
mod tokens;
mod users;

pub use email::Email;
pub use first_admin::FirstStart;
pub use link::SetUp;
pub use sessions::SignedIn;
pub use sign_in::Credentials;

/// Accounts, their groups, their passwords and their tokens. Cheap to clone.
#[derive(Clone)]
pub struct AccountService {
    db: PgPool,
    hasher: Arc<password::Hasher>,
    /// The session that the request came with; it outlives a change of its account's password.
    session: Option<Session>,
}

impl AccountService {
    pub fn new(db: PgPool) -> Self {
        Self { db, hasher: Arc::new(password::Hasher::new()), session: None }
    }

    /// The same service, for a request that came with `session`.
    #[must_use]
    pub fn in_session(&self, session: Session) -> Self {
        Self { session: Some(session), ..self.clone() }
    }
}

impl AccountService {
    /// One account, for administrators.
    pub async fn user(&self, actor: &User, id: Uuid) -> Result<User> {
        require_admin_to_see(actor)?;
        Ok(users::load(&self.db, id).await?.ok_or(AppError::NotFound)?.user)
    }

    /// One group, for administrators.
    pub async fn group(&self, actor: &User, id: Uuid) -> Result<Group> {
        require_admin_to_see(actor)?;
        groups::load(&self.db, id).await
    }
}

#[async_trait]
impl Accounts for AccountService {
    async fn users(&self, actor: &User) -> ports::Result<Vec<User>> {
        require_admin(actor)?;
        Ok(users::load_all(&self.db).await?)
    }

    async fn create_user(&self, actor: &User, new: NewUser) -> ports::Result<User> {
        require_admin(actor)?;
        Ok(self.add_user(new).await?)
    }

    async fn change_user(&self, actor: &User, id: Uuid, change: UserChange) -> ports::Result<User> {
        require_admin_to_see(actor)?;
        Ok(users::change(&self.db, id, &change).await?)
    }

    async fn password_link(&self, actor: &User, id: Uuid) -> ports::Result<String> {
        require_admin_to_see(actor)?;
        Ok(link::make_for(&self.db, id).await?)
    }

    async fn invitation(&self, token: String) -> ports::Result<Invitation> {
        Ok(link::invitation(&self.db, &token).await?)
    }

    async fn change_password(&self, actor: &User, current: String, new: String) -> ports::Result<()> {
        Ok(self.replace_password(actor, current, new).await?)
    }

    async fn groups(&self, actor: &User) -> ports::Result<Vec<Group>> {
        require_admin(actor)?;
        Ok(groups::load_all(&self.db).await?)
    }

    async fn create_group(&self, actor: &User, name: String) -> ports::Result<Group> {
        require_admin(actor)?;
        Ok(groups::create(&self.db, &name).await?)
    }

    async fn rename_group(&self, actor: &User, id: Uuid, name: String) -> ports::Result<Group> {
        require_admin_to_see(actor)?;
        Ok(groups::rename(&self.db, id, &name).await?)
    }

    async fn delete_group(&self, actor: &User, id: Uuid) -> ports::Result<()> {
        require_admin_to_see(actor)?;
        Ok(groups::delete(&self.db, id).await?)
    }

    async fn set_members(&self, actor: &User, group: Uuid, users: Vec<Uuid>) -> ports::Result<Group> {
        require_admin_to_see(actor)?;
        Ok(groups::set_members(&self.db, group, &users).await?)
    }

    async fn tokens(&self, actor: &User) -> ports::Result<Vec<ApiToken>> {
        Ok(tokens::load_of(&self.db, actor.id).await?)
    }

    async fn create_token(&self, actor: &User, name: String) -> ports::Result<NewApiToken> {
        Ok(tokens::create(&self.db, actor.id, &name).await?)
    }

    async fn revoke_token(&self, actor: &User, id: Uuid) -> ports::Result<()> {
        Ok(tokens::revoke(&self.db, actor.id, id).await?)
    }
}

/// For what everybody may know to exist.
fn require_admin(actor: &User) -> Result<()> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden.into()) }
}

/// For one thing among those that admins alone see: others must not learn whether it exists.
fn require_admin_to_see(actor: &User) -> Result<()> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::NotFound.into()) }
}
