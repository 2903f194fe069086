//! What a document holds: its original, its text, its passages.

use app::document::Chunk;
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use http::{HeaderValue, header};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    error::Result,
    http::{
        api::Items,
        identity::CurrentUser,
        input::{Path, Query},
        problem::{ApiResult, Problem},
    },
    ingest::LibraryService,
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_original)).routes(routes!(get_text)).routes(routes!(get_chunks))
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
    Ok(([(header::CONTENT_TYPE, plain)], Body::from_stream(library.text(reader.id, id).await?))
        .into_response())
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
) -> ApiResult<Response> {
    let pages = library.chunks(reader.id, id).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], Body::from_stream(as_list(pages))).into_response())
}

/// The JSON of [`Items`], written as the pages of the list come: a huge table has hundreds of
/// thousands of passages.
fn as_list<T: serde::Serialize + Send>(
    pages: impl Stream<Item = Result<Vec<T>>> + Send,
) -> impl Stream<Item = anyhow::Result<String>> + Send {
    let pages = pages.enumerate().map(|(number, page)| {
        let page: Vec<T> = page.map_err(anyhow::Error::from)?;
        let mut json = if number == 0 { String::new() } else { ",".to_owned() };
        let items: Vec<String> = page.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        json.push_str(&items.join(","));
        Ok(json)
    });
    let head = stream::iter([Ok(r#"{"items":["#.to_owned())]);
    let tail = stream::iter([Ok(r#"],"next_cursor":null}"#.to_owned())]);
    head.chain(pages).chain(tail)
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
