//! Whether the server lives, and whether it can do its work.

use std::{collections::BTreeMap, time::Duration};

use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use super::input::Json;
use crate::state::AppState;

/// What doesn't answer within this is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// Alive: it answers.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Which parts can do their work.
#[derive(Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    parts: BTreeMap<&'static str, bool>,
    /// What doesn't work meanwhile, and what does.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// Ready: each part by its name; 503 while one of them isn't.
pub(crate) async fn readyz(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let (database, model) = tokio::join!(database_answers(&state), model_answers(&state));
    let parts = BTreeMap::from([
        ("database", database),
        ("index", state.keyword.is_ready()),
        ("model", model),
        ("workers", state.library.ingest().is_working()),
    ]);
    let ready = parts.values().all(|ready| *ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let note = (!model)
        .then_some("Search by meaning is off: the embedding model doesn't answer. Words are searched.");
    (status, Json(Readiness { ready, parts, note }))
}

async fn database_answers(state: &AppState) -> bool {
    let asked = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(&state.db);
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(_)))
}

async fn model_answers(state: &AppState) -> bool {
    let asked = state.embedder.embed_query("ready?");
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(_)))
}
