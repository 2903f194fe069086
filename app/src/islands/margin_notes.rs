//! Sources in the margin, each beside the sentence that first cites it.

use leptos::{ev, html::Aside, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::answer::Message;

/// Moves the sources down to their sentences, as the text grows and the window changes. Where the
/// sources stand below the answer, they stay where they are. Runs in the browser alone.
pub(crate) fn align(sources: NodeRef<Aside>, message: RwSignal<Message>) {
    let align_soon = move || {
        request_animation_frame(move || {
            if let Some(sources) = sources.try_get_untracked().flatten() {
                align_now(&sources);
            }
        });
    };
    Effect::new(move |_| {
        message.track();
        align_soon();
    });
    Effect::new(move |_| {
        let listening = window_event_listener(ev::resize, move |_| align_soon());
        on_cleanup(move || listening.remove());
    });
}

fn align_now(sources: &Element) {
    let Some(article) = sources.parent_element() else { return };
    let notes = elements(sources, ":scope > .source-list > .source");
    for note in &notes {
        // Fails on a property that may not be removed, which this may.
        let _ = note.style().remove_property("margin-top");
    }
    if !is_beside_answer(sources, &article) {
        return;
    }
    // From the top: what one is moved by, those below it are moved by too.
    for note in &notes {
        let reference = note.get_attribute("data-ref").unwrap_or_default();
        let mark = article.query_selector(&format!(".answer .mark[data-ref=\"{reference}\"]")).ok().flatten();
        let Some(mark) = mark else { continue };
        let gap = mark.get_bounding_client_rect().top() - note.get_bounding_client_rect().top();
        if gap > 0.0 {
            // Fails on a property that may not be set, which this may.
            let _ = note.style().set_property("margin-top", &format!("{}px", gap.round() as i32));
        }
    }
}

fn is_beside_answer(sources: &Element, article: &Element) -> bool {
    let answer = article.query_selector(".answer").ok().flatten();
    answer.is_some_and(|answer| {
        sources.get_bounding_client_rect().left() >= answer.get_bounding_client_rect().right()
    })
}

fn elements(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}
