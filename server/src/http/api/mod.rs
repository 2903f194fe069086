//! The JSON API under `/api/v1`: each file gives `routes()`, handlers that call a service.

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

mod ask;
mod collections;
mod conversations;
mod costs;
mod documents;
mod folders;
mod groups;
mod me;
mod messages;
mod models;
mod queue;
mod reviews;
mod search;
mod session;
mod tokens;
mod users;

/// All routes, with what they take and give; anything else under `/api` is a problem object.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let v1 = OpenApiRouter::new()
        .merge(session::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(groups::routes())
        .merge(tokens::routes())
        .merge(collections::routes())
        .merge(folders::routes())
        .merge(documents::routes())
        .merge(queue::routes())
        .merge(search::routes())
        .merge(ask::routes())
        .merge(conversations::routes())
        .merge(messages::routes())
        .merge(costs::routes())
        .merge(models::routes())
        .merge(reviews::routes());
    OpenApiRouter::new().nest("/api/v1", v1)
}

/// A whole list in the form in which every list is answered.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Items<T> {
    items: Vec<T>,
    /// Always null where the list is whole.
    next_cursor: Option<String>,
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
