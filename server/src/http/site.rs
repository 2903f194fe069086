//! The built site: files that are the same for everybody.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::Arc,
};

use anyhow::Context;
use app::shell::Assets;
use axum::{Router, extract::Request, middleware, middleware::Next, response::Response};
use http::{HeaderValue, header};
use tower_http::services::{ServeDir, ServeFile};

use crate::state::AppState;

/// What the site's builder says of its files: their paths, by the names they are known under.
const ASSETS: &str = "assets.json";

/// The name of a file that changes with its content can be kept for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Any other is asked for again each time, and mostly answered with 304.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

/// What PDF.js' worker, a document of its own, may do: load its parts, and decode pictures with them.
const PDF_JS_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");

/// The site's files, and what its pages load.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// By the name that a file is known under, its path in the site.
    paths: BTreeMap<String, String>,
}

impl Site {
    /// Reads what the builder wrote into `dir`. Where it wrote nothing, files have their own names.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let list = dir.join(ASSETS);
        match std::fs::read(&list) {
            Ok(json) => {
                let paths = serde_json::from_slice(&json)
                    .with_context(|| format!("could not read {}", list.display()))?;
                Ok(Self { paths })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("could not read {}", list.display())),
        }
    }

    /// Where pages load their parts from.
    pub fn assets(&self) -> Assets {
        Assets::listed_in(&self.paths)
    }

    /// Routes for all that lies in `dir`, served compressed where the builder has compressed it.
    pub(crate) fn routes(&self, dir: &Path) -> anyhow::Result<Router<AppState>> {
        let mut router = Router::new();
        for name in entries(dir)? {
            let (url, path) = (format!("/{name}"), dir.join(&name));
            router = if path.is_dir() {
                let files = ServeDir::new(path).precompressed_br().precompressed_gzip();
                router.nest_service(&url, files.append_index_html_on_directories(false))
            } else {
                router.route_service(&url, ServeFile::new(path).precompressed_br().precompressed_gzip())
            };
        }
        let hashed: HashSet<String> = self.paths.values().map(|path| format!("/{path}")).collect();
        let hashed = Arc::new(hashed);
        Ok(router.layer(middleware::from_fn(move |request, next| cache(hashed.clone(), request, next))))
    }
}

async fn cache(hashed: Arc<HashSet<String>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Snippets of crates lie in folders that are named after their content, PDF.js in one that is named
    // after its version.
    let path_is_pdf_js = path.starts_with("/pdfjs-");
    let is_hashed = hashed.contains(path) || path_is_pdf_js || path.starts_with("/pkg/snippets/");
    let mut response = next.run(request).await;
    if path_is_pdf_js {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PDF_JS_POLICY);
    }
    if response.status().is_success() {
        let value = if is_hashed { FOR_EVER } else { ASK_AGAIN };
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    response
}

/// What lies in `dir`, without the compressed forms of it. An API server may have no site.
fn entries(dir: &Path) -> anyhow::Result<Vec<String>> {
    let listing = match std::fs::read_dir(dir) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("could not list {}", dir.display())),
    };
    let mut names = Vec::new();
    for entry in listing {
        let name = entry.with_context(|| format!("could not list {}", dir.display()))?.file_name();
        let name = name.to_string_lossy().into_owned();
        if name != ASSETS && !name.ends_with(".br") && !name.ends_with(".gz") {
            names.push(name);
        }
    }
    Ok(names)
}
