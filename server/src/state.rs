//! The services, built once.

use sqlx::PgPool;

/// What every request handler is given: the services, cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub db: PgPool,
}
