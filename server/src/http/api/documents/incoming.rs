//! Documents on their way in.

use app::document::Status;
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, State},
};
use http::StatusCode;
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    http::{
        identity::CurrentUser,
        input::{Json, Multipart, Path},
        problem::{ApiResult, Problem},
        upload,
    },
    ingest::{
        LibraryService,
        accept::Accepted,
        text_lines::{self, TextLine},
    },
    state::AppState,
};

/// Originals have a limit each, lines as well, and neither is held in memory as a whole.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload_files))
        .routes(routes!(upload_text))
        .layer(DefaultBodyLimit::disable())
}

/// What became of the files of an upload.
#[derive(Serialize, utoipa::ToSchema)]
struct UploadedFiles {
    /// Those that were taken in, in order. One that can't be read has the status `failed`.
    documents: Vec<UploadedFile>,
    /// Those of which nothing was kept: too large, empty, or without a file name.
    refused: Vec<RefusedFile>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct UploadedFile {
    id: Uuid,
    filename: String,
    status: Status,
}

#[derive(Serialize, utoipa::ToSchema)]
struct RefusedFile {
    filename: String,
    folder: String,
    /// A stable word.
    code: String,
    detail: String,
}

/// The parts of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes a body that is read as a stream")]
struct Files {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<String>,
}

/// Takes in files, to be read in the background. The same bytes again answer the same document.
#[utoipa::path(
    post,
    path = "/collections/{id}/documents",
    tag = "documents",
    params(("id" = Uuid, Path)),
    request_body(content = Files, content_type = "multipart/form-data"),
    responses(
        (status = ACCEPTED, body = UploadedFiles),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
        (status = INSUFFICIENT_STORAGE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn upload_files(
    State(state): State<AppState>,
    CurrentUser(actor): CurrentUser,
    Path(collection): Path<Uuid>,
    Multipart(form): Multipart,
) -> ApiResult<(StatusCode, Json<UploadedFiles>)> {
    let uploaded = upload::receive(&state, &actor, collection, form).await?;
    let documents = uploaded.accepted.into_iter().map(UploadedFile::from).collect();
    let refused = uploaded.refused.into_iter().map(RefusedFile::from).collect();
    Ok((StatusCode::ACCEPTED, Json(UploadedFiles { documents, refused })))
}

impl From<Accepted> for UploadedFile {
    fn from(accepted: Accepted) -> Self {
        Self { id: accepted.document_id, filename: accepted.filename, status: accepted.status }
    }
}

impl From<upload::RefusedFile> for RefusedFile {
    fn from(refused: upload::RefusedFile) -> Self {
        Self {
            filename: refused.path.filename,
            folder: refused.path.folder,
            code: refused.error.code().to_owned(),
            detail: refused.error.to_string(),
        }
    }
}

/// What became of the lines of a batch.
#[derive(Serialize, utoipa::ToSchema)]
struct AcceptedTexts {
    /// How many lines.
    accepted: usize,
    documents: Vec<AcceptedText>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct AcceptedText {
    id: Uuid,
    external_id: Option<String>,
}

/// Takes in documents as text, one JSON object a line: all of them, or on a wrong line none.
#[utoipa::path(
    post,
    path = "/collections/{id}/documents/text",
    tag = "documents",
    params(("id" = Uuid, Path)),
    request_body(content = TextLine, content_type = "application/x-ndjson"),
    responses(
        (status = ACCEPTED, body = AcceptedTexts),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn upload_text(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(collection): Path<Uuid>,
    body: Body,
) -> ApiResult<(StatusCode, Json<AcceptedTexts>)> {
    library.may_upload(&actor, collection).await?;
    let arrivals = text_lines::read(&library.ingest().blobs, body.into_data_stream()).await?;
    let accepted = library.accept(&actor, collection, arrivals).await?;
    let documents: Vec<AcceptedText> = accepted
        .into_iter()
        .map(|one| AcceptedText { id: one.document_id, external_id: one.external_id })
        .collect();
    Ok((StatusCode::ACCEPTED, Json(AcceptedTexts { accepted: documents.len(), documents })))
}
