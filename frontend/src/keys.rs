//! What keys do besides what any browser does with them.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

/// Listens for them from here on.
pub(crate) fn listen() {
    window_event_listener(ev::keydown, |event| {
        send_on_enter(&event);
        move_among_results(&event);
    });
}

/// In a question, Enter sends, and Shift and Enter begin a new line, as in any chat.
fn send_on_enter(event: &KeyboardEvent) {
    if event.key() != "Enter" || event.shift_key() || event.is_composing() {
        return;
    }
    let field = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    let Some(field) = field.filter(|field| field.has_attribute("data-enter")) else { return };
    event.prevent_default();
    if let Some(form) = field.form() {
        // Fails where the form is gone, and then there is nothing to send.
        let _ = form.request_submit();
    }
}

/// Moves the focus among the results: j and down for the next, k and up for the one before.
fn move_among_results(event: &KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "j" | "ArrowDown" => 1,
        "k" | "ArrowUp" => -1,
        _ => return,
    };
    let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
    let focused = document().active_element();
    if is_command || focused.as_ref().is_some_and(takes_keys) {
        return;
    }
    let Ok(links) = document().query_selector_all(".result-link") else { return };
    let links: Vec<HtmlElement> =
        (0..links.length()).filter_map(|at| links.get(at)?.dyn_into().ok()).collect();
    let at = links.iter().position(|link| focused.as_ref() == Some(link.as_ref()));
    let next = match at {
        Some(at) => at.checked_add_signed(step as isize),
        None => Some(0),
    };
    if let Some(link) = next.and_then(|next| links.get(next)) {
        event.prevent_default();
        // Fails where the link is gone, and then there is nothing to focus.
        let _ = link.focus();
    }
}

/// Whether the element has a use of its own for letters and arrows.
fn takes_keys(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}
