//! The services, built once.

use std::sync::Arc;

use axum::extract::FromRef;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{account::AccountService, config::Config, http::site::Site};

/// What every request handler is given: the services, cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub db: PgPool,
    pub accounts: AccountService,
    /// The built site's files.
    pub site: Arc<Site>,
    /// Cancelled when the server stops: event streams end then.
    pub stop: CancellationToken,
}

impl AppState {
    /// Builds the services over a database that has its schema.
    ///
    /// # Errors
    /// Where the built site can't be read.
    pub fn new(config: Config, db: PgPool, stop: CancellationToken) -> anyhow::Result<Self> {
        Ok(Self {
            site: Arc::new(Site::read(&config.site_dir)?),
            config: Arc::new(config),
            accounts: AccountService::new(db.clone()),
            db,
            stop,
        })
    }
}

impl FromRef<AppState> for AccountService {
    fn from_ref(state: &AppState) -> Self {
        state.accounts.clone()
    }
}
