//! The document around the pages.

use std::sync::LazyLock;

use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::AxumRouteListing;
use leptos_meta::MetaTags;
use serde::Deserialize;

use crate::App;

/// Where the built site's files are served, content hashes included, as `assets.json` names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
}

/// The pages' routes, found once in a process: while they are being found, whatever a page rendered
/// at the same time reads never comes (a limitation of Leptos).
pub fn routes() -> Vec<AxumRouteListing> {
    static ROUTES: LazyLock<Vec<AxumRouteListing>> =
        LazyLock::new(|| leptos_axum::generate_route_list(App));
    ROUTES.clone()
}

/// The whole document. Its scripts carry the response's nonce; nothing else may run.
pub fn shell(assets: Assets) -> impl IntoView {
    let nonce = use_nonce();
    let start = format!(
        "import init, {{ hydrate }} from \"{}\";\ninit({{ module_or_path: \"{}\" }}).then(hydrate);",
        assets.js, assets.wasm
    );

    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/source-sans-3-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="preload" href="/fonts/source-serif-4-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=assets.css/>
                <link rel="modulepreload" href=assets.js nonce=nonce.clone()/>
                <link rel="preload" href=assets.wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <script type="module" nonce=nonce>
                    {start}
                </script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
