//! The document around the pages.

use std::{collections::BTreeMap, sync::LazyLock};

use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::AxumRouteListing;
use leptos_meta::MetaTags;

use crate::pages::App;

/// The fonts that every page shows text in.
const FONTS: [&str; 2] = ["fonts/source-sans-3-latin.woff2", "fonts/source-serif-4-latin.woff2"];

/// Brings the islands to life, then marks the body, so that styles and tests know.
const START: &str = r#"
await footnote.default({ module_or_path: wasm });
footnote.start();
for (const island of document.querySelectorAll("leptos-island")) footnote[island.dataset.component](island);
document.body.dataset.hydrated = "";
"#;

/// Where what a page loads is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    css: String,
    js: String,
    wasm: String,
    fonts: [String; 2],
    /// The folder of PDF.js.
    pdf_js: String,
}

impl Assets {
    /// Finds the files in the list that the site's builder wrote: the path in the site of each, by the
    /// name it is known under. What isn't listed has its own name.
    pub fn listed_in(paths: &BTreeMap<String, String>) -> Self {
        let url = |name: &str, own: &str| format!("/{}", paths.get(name).map_or(own, String::as_str));
        Self {
            css: url("footnote.css", "pkg/footnote.css"),
            js: url("footnote.js", "pkg/footnote.js"),
            wasm: url("footnote.wasm", "pkg/footnote.wasm"),
            fonts: FONTS.map(|font| url(font, font)),
            pdf_js: url("pdfjs", "pdfjs"),
        }
    }
}

/// The folder of PDF.js, for the page that shows a PDF.
#[derive(Debug, Clone)]
pub(crate) struct PdfJs(pub(crate) String);

/// The pages' routes, found once in a process: while they are being found, whatever a page rendered
/// at the same time reads never comes (a limitation of Leptos).
pub fn routes() -> Vec<AxumRouteListing> {
    static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| leptos_axum::generate_route_list(App));
    ROUTES.clone()
}

/// The whole document. Its scripts carry the response's nonce; nothing else may run.
pub fn shell(assets: Assets) -> impl IntoView {
    let nonce = use_nonce();
    let Assets { css, js, wasm, fonts, pdf_js } = assets;
    provide_context(PdfJs(pdf_js));
    let start = format!("import * as footnote from \"{js}\";\nconst wasm = \"{wasm}\";\n{START}");

    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {fonts.map(|font| view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="anonymous"/> }).collect_view()}
                <link rel="stylesheet" href=css/>
                <link rel="modulepreload" href=js nonce=nonce.clone()/>
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
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
