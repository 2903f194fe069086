//! What the browser runs: the islands of the pages, and what forms and keys do besides what any
//! browser does with them. Links lead to pages, which the server renders.

mod forms;
mod keys;
mod sending;

// The islands are exported from where they are written; nothing else here names them.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes ready for the islands, and for what is done to the page.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    forms::send_in_place();
    keys::listen();
}
