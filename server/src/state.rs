//! The services, built once.

use std::sync::Arc;

use axum::extract::FromRef;
use sqlx::PgPool;

use crate::{account::AccountService, config::Config};

/// What every request handler is given: the services, cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub db: PgPool,
    pub accounts: AccountService,
}

impl AppState {
    /// Builds the services over a database that has its schema.
    pub fn new(config: Config, db: PgPool) -> Self {
        Self { config: Arc::new(config), accounts: AccountService::new(db.clone()), db }
    }
}

impl FromRef<AppState> for AccountService {
    fn from_ref(state: &AppState) -> Self {
        state.accounts.clone()
    }
}
