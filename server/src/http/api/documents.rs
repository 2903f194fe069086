//! Documents: in, to be looked at, and out.

use app::{
    document::{Chunk, DeletionReceipt, Document, DocumentFilter, Status},
    list::{Page, PageRequest},
    ports::Library,
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::Items;
use crate::{
    http::{
        identity::CurrentUser,
        input::{Json, Multipart, Path, Query},
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

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    // Originals have a limit each, lines as well, and neither is held in memory as a whole.
    let incoming = OpenApiRouter::new()
        .routes(routes!(upload_files))
        .routes(routes!(upload_text))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(incoming)
        .routes(routes!(list_documents))
        .routes(routes!(get_document, delete_document))
        .routes(routes!(get_original))
        .routes(routes!(get_text))
        .routes(routes!(get_chunks))
        .routes(routes!(retry_document))
}

/// What became of the files of an upload.
#[derive(Serialize, utoipa::ToSchema)]
struct UploadedFiles {
    /// Those that were taken in, in order. One that can't be read has the status `failed`.
    documents: Vec<UploadedFile>,
    /// Those of which nothing was kept: too large, or empty.
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

/// How an original is to be sent.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Showing {
    /// `1` lets a browser show a PDF instead of saving it.
    inline: Option<u8>,
}

/// The file as it was uploaded.
#[utoipa::path(
    get,
    path = "/documents/{id}/original",
    tag = "documents",
    params(("id" = Uuid, Path), Showing),
    responses(
        (status = OK, description = "The file", content_type = "application/octet-stream"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_original(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
    Query(showing): Query<Showing>,
) -> ApiResult<Response> {
    let (original, file) = library.original(reader.id, id).await?;
    let may_show = showing.inline == Some(1) && original.media_type == "application/pdf";
    // Browsers show no PDF in a sandbox.
    let (how, policy) = if may_show {
        ("inline", "frame-ancestors 'none'")
    } else {
        ("attachment", "sandbox; default-src 'none'")
    };
    let disposition = content_disposition(how, &original.filename);
    let headers = [
        // Text goes without a charset: it is as it was uploaded, in whatever encoding.
        (header::CONTENT_TYPE, original.media_type),
        (header::CONTENT_LENGTH, original.size_bytes.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        // Whatever the file holds, it runs nowhere under our name.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

/// The file name in both forms of RFC 6266: for old clients in ASCII, for all others as it is.
fn content_disposition(how: &str, filename: &str) -> String {
    let plain: String = filename
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    let encoded: String = filename
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The extracted text, which the offsets of passages count in.
#[utoipa::path(
    get,
    path = "/documents/{id}/text",
    tag = "documents",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = String, content_type = "text/plain; charset=utf-8"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_text(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Response> {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, plain)], library.text(reader.id, id).await?).into_response())
}

/// The passages of a document, in order.
#[utoipa::path(
    get,
    path = "/documents/{id}/chunks",
    tag = "documents",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Items<Chunk>),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_chunks(
    State(library): State<LibraryService>,
    CurrentUser(reader): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Items<Chunk>>> {
    Ok(Json(library.chunks(reader.id, id).await?.into()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            content_disposition("attachment", "Ürlaub \"x\"\r\n.pdf"),
            "attachment; filename=\"_rlaub _x___.pdf\"; filename*=UTF-8''%C3%9Crlaub%20%22x%22%0D%0A.pdf"
        );
    }
}
