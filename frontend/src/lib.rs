//! What the browser runs: the same pages, brought to life where the server has rendered them.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the rendered page, then marks the body, so that styles and tests know.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    if let Some(body) = body {
        // Fails on a malformed name alone, which this is not.
        let _ = body.set_attribute("data-hydrated", "");
    }
}
