//! Bringing parts of the page up to date without leaving it.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, Element, Response, SupportedType};

/// When a part that somebody is busy in is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Asks for the page again and takes over the parts of it with these ids, none of which may hold an
/// island. A part with the focus or an open question in it waits until that is over.
pub(crate) fn reload_parts(ids: &'static [&'static str]) {
    if ids.iter().any(|id| is_busy(id)) {
        set_timeout(move || reload_parts(ids), AGAIN);
        return;
    }
    spawn_local(async move {
        // A page that can't be had now is had at the next news.
        if let Ok(page) = fetch_page().await {
            for id in ids {
                if let (Some(old), Some(new)) = (document().get_element_by_id(id), page.get_element_by_id(id))
                {
                    // Fails where the old one has left the page, and then there is nothing to replace.
                    let _ = old.replace_with_with_node_1(&new);
                }
            }
        }
    });
}

async fn fetch_page() -> Result<web_sys::Document, JsValue> {
    let address = window().location().href()?;
    let response: Response = JsFuture::from(window().fetch_with_str(&address)).await?.unchecked_into();
    let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    DomParser::new()?.parse_from_string(&html, SupportedType::TextHtml)
}

fn is_busy(id: &str) -> bool {
    let part = document().get_element_by_id(id);
    let focused = document().active_element();
    part.is_some_and(|part| {
        part.contains(focused.as_deref()) && focused.is_some() || has_open_question(&part)
    })
}

fn has_open_question(part: &Element) -> bool {
    part.query_selector("details[open]").ok().flatten().is_some()
}
