//! Refuses writes that another site made somebody's browser send.

use app::error::AppError;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, Uri, header};

use super::{identity::bearer_token, problem::ApiError};
use crate::state::AppState;

/// Lets reads through, and writes from our own pages or from programs.
pub(crate) async fn refuse_cross_site(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_write && !is_trusted(request.headers(), request.uri(), state.config.public_url.as_deref()) {
        return ApiError(AppError::CrossSite).into_response();
    }
    next.run(request).await
}

/// Every browser since 2023 says by `Sec-Fetch-Site` where a request comes from, and no page can
/// change that; those before say it by `Origin` at every write. Who sends neither is no browser.
fn is_trusted(headers: &HeaderMap, uri: &Uri, public_url: Option<&str>) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if bearer_token(headers).is_some() && !headers.contains_key(header::COOKIE) {
        return true;
    }
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let host = text("host").or_else(|| uri.authority().map(http::uri::Authority::as_str));
    let is_ours = |origin: &str| {
        public_url == Some(origin) || origin.split_once("://").is_some_and(|(_, named)| Some(named) == host)
    };
    is_ours(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_trusted(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::from_iter([(header::HOST, "kb.internal:3000".parse().unwrap())]);
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        super::is_trusted(&map, &Uri::from_static("/session"), Some("https://kb.example"))
    }

    #[test]
    fn our_own_pages_and_programs_may_write() {
        assert!(is_trusted(&[("sec-fetch-site", "same-origin"), ("origin", "https://kb.example")]));
        assert!(is_trusted(&[("sec-fetch-site", "none")]));
        assert!(is_trusted(&[("origin", "https://kb.example")]));
        assert!(is_trusted(&[("origin", "http://kb.internal:3000")]));
        assert!(is_trusted(&[]));
        assert!(is_trusted(&[("authorization", "Bearer fn_x"), ("origin", "https://tool.example")]));
    }

    #[test]
    fn other_sites_may_not() {
        assert!(!is_trusted(&[("sec-fetch-site", "cross-site")]));
        assert!(!is_trusted(&[("sec-fetch-site", "same-site"), ("origin", "https://kb.example")]));
        assert!(!is_trusted(&[("origin", "https://evil.example")]));
        assert!(!is_trusted(&[("origin", "https://kb.example.evil.example")]));
        assert!(!is_trusted(&[("origin", "null")]));
        assert!(!is_trusted(&[
            ("authorization", "Bearer fn_x"),
            ("cookie", "footnote_session=x"),
            ("origin", "https://evil.example"),
        ]));
    }
}
