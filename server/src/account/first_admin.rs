//! The first start: somebody must be able to sign in.

use anyhow::Context;
use app::account::{NewUser, Role};
use secrecy::ExposeSecret;

use super::{AccountService, link};
use crate::{config::FirstAdmin, error::Result};

/// How the first admin comes to be.
#[derive(Debug, PartialEq, Eq)]
pub enum FirstStart {
    /// There is an admin already.
    Over,
    /// The settings named one, who was added.
    AdminAdded { email: String },
    /// Nobody can sign in yet: whoever opens this path makes the first admin.
    Link { path: String },
}

impl AccountService {
    /// Sees to it that there is an admin, or a link by which one is made.
    pub async fn first_start(&self, first_admin: Option<&FirstAdmin>) -> Result<FirstStart> {
        if self.has_admin().await? {
            return Ok(FirstStart::Over);
        }
        let Some(admin) = first_admin else {
            return Ok(FirstStart::Link { path: link::make_for_first_admin(&self.db).await? });
        };
        let new = NewUser {
            email: admin.email.clone(),
            role: Role::Admin,
            password: Some(admin.password.expose_secret().to_owned()),
        };
        Ok(FirstStart::AdminAdded { email: self.add_user(new).await?.email })
    }

    /// Whether there is an admin who can sign in, or who has a link to choose a password.
    async fn has_admin(&self) -> Result<bool> {
        Ok(sqlx::query_scalar!(r#"select exists (select from account where role = 'admin') as "exists!""#)
            .fetch_one(&self.db)
            .await
            .context("could not look for an administrator")?)
    }
}
