//! Documents: in, to be looked at, and out.

mod content;
mod incoming;

use app::{
    document::{DeletionReceipt, Document, DocumentFilter, Status},
    list::{Page, PageRequest},
    ports::Library,
};
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    http::{
        identity::CurrentUser,
        input::{Json, Path, Query},
        problem::{ApiResult, Problem},
    },
    ingest::LibraryService,
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(incoming::routes())
        .routes(routes!(list_documents))
        .routes(routes!(get_document, delete_document))
        .merge(content::routes())
        .routes(routes!(retry_document))
}

/// Which documents are listed, and which part of the list.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    collection: Option<Uuid>,
    status: Option<Status>,
    external_id: Option<String>,
    /// Part of a title, file name or folder.
    name: Option<String>,
    /// At most 500; 50 where absent.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The documents that the reader may read, the newest first.
#[utoipa::path(
    get,
    path = "/documents",
    tag = "documents",
    params(Wanted),
    responses(
        (status = OK, body = Page<Document>),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_documents(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Query(wanted): Query<Wanted>,
) -> ApiResult<Json<Page<Document>>> {
    let filter = DocumentFilter {
        collection: wanted.collection,
        status: wanted.status,
        external_id: wanted.external_id,
        name: wanted.name,
    };
    let page = PageRequest { limit: wanted.limit, cursor: wanted.cursor };
    Ok(Json(library.documents(&reader, filter, page).await?))
}

/// One document.
#[utoipa::path(
    get,
    path = "/documents/{id}",
    tag = "documents",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Document),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_document(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Document>> {
    Ok(Json(library.document(&reader, id).await?))
}

/// Deletes a document; all of it is gone when it returns.
#[utoipa::path(
    delete,
    path = "/documents/{id}",
    tag = "documents",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = DeletionReceipt),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_document(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<DeletionReceipt>> {
    Ok(Json(library.delete_document(&actor, id).await?))
}

/// Puts a failed document back into the queue.
#[utoipa::path(
    post,
    path = "/documents/{id}/retry",
    tag = "documents",
    params(("id" = Uuid, Path)),
    responses(
        (status = ACCEPTED, body = Document),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn retry_document(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<(StatusCode, Json<Document>)> {
    library.retry_document(&actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(library.document(&actor, id).await?)))
}
