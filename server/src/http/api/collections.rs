//! Collections, and who may read them.

use app::{
    document::{Collection, CollectionChange, Grants, IngestProgress, NewCollection},
    list::{Page, PageRequest},
    ports::Library,
};
use axum::extract::State;
use http::StatusCode;
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
        .routes(routes!(list_collections, create_collection))
        .routes(routes!(get_collection, change_collection, delete_collection))
        .routes(routes!(get_grants, set_grants))
        .routes(routes!(get_progress))
}

/// The collections that the reader may read.
#[utoipa::path(
    get,
    path = "/collections",
    tag = "collections",
    params(PageRequest),
    responses((status = OK, body = Page<Collection>))
)]
async fn list_collections(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Query(page): Query<PageRequest>,
) -> ApiResult<Json<Page<Collection>>> {
    Ok(Json(Page::of(library.collections(&reader).await?, &page, |it| it.id)?))
}

/// Makes a collection.
#[utoipa::path(
    post,
    path = "/collections",
    tag = "collections",
    request_body = NewCollection,
    responses(
        (status = CREATED, body = Collection),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_collection(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Json(new): Json<NewCollection>,
) -> ApiResult<(StatusCode, Json<Collection>)> {
    Ok((StatusCode::CREATED, Json(library.create_collection(&actor, new).await?)))
}

/// One collection.
#[utoipa::path(
    get,
    path = "/collections/{id}",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Collection),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_collection(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Collection>> {
    Ok(Json(library.collection(&reader, id).await?))
}

/// Changes a collection's name, description or visibility.
#[utoipa::path(
    patch,
    path = "/collections/{id}",
    tag = "collections",
    params(("id" = Uuid, Path)),
    request_body = CollectionChange,
    responses(
        (status = OK, body = Collection),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_collection(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(change): Json<CollectionChange>,
) -> ApiResult<Json<Collection>> {
    Ok(Json(library.change_collection(&actor, id, change).await?))
}

/// Deletes a collection with all its documents; they are gone when it returns.
#[utoipa::path(
    delete,
    path = "/collections/{id}",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT, description = "Deleted"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_collection(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    library.delete_collection(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may read a restricted collection, for administrators.
#[utoipa::path(
    get,
    path = "/collections/{id}/grants",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Grants),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_grants(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Grants>> {
    Ok(Json(library.grants(&actor, id).await?))
}

/// Replaces who may read a restricted collection.
#[utoipa::path(
    put,
    path = "/collections/{id}/grants",
    tag = "collections",
    params(("id" = Uuid, Path)),
    request_body = Grants,
    responses(
        (status = OK, body = Grants),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_grants(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(grants): Json<Grants>,
) -> ApiResult<Json<Grants>> {
    Ok(Json(library.set_grants(&actor, id, grants).await?))
}

/// How the ingestion of a collection stands.
#[utoipa::path(
    get,
    path = "/collections/{id}/progress",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = IngestProgress),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_progress(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<IngestProgress>> {
    Ok(Json(library.ingest_progress(&reader, id).await?))
}
