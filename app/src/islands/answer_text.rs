//! An answer's text. Pointing at a footnote mark shows its passage, following it opens the document.

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html::{Aside, Div},
    prelude::*,
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, PointerEvent};

use super::source_list::SourceBody;
use crate::{
    answer::{Message, Source},
    paths,
};

/// Where a card below a mark begins, as far left of the mark as this, in pixels.
const CARD_INDENT: f64 = 32.0;

/// The blocks of the answer, and the card that shows a passage.
#[component]
pub fn AnswerText(
    message: RwSignal<Message>,
    /// The number of the mark that is pointed at.
    pointed_at: RwSignal<Option<u32>>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let card = NodeRef::<Aside>::new();
    // Which mark was pointed at before a tap, which points at one itself before it clicks.
    let pressed_at = StoredValue::new(None::<u32>);

    let point = move |mark: Option<Element>| {
        let reference = mark.as_ref().and_then(reference_of);
        // An element that is taken away with its page still reports that it has lost the pointer.
        if pointed_at.try_get_untracked().is_some_and(|pointed_at| pointed_at != reference) {
            pointed_at.set(reference);
        }
        if let (Some(mark), Some(frame)) = (mark, frame.try_get_untracked().flatten()) {
            // The card has its size only once its text is in.
            request_animation_frame(move || {
                if let Some(card) = card.try_get_untracked().flatten() {
                    place(&card, &mark, &frame);
                }
            });
        }
    };
    let press = move |_| pressed_at.set_value(pointed_at.get_untracked());
    let point_by_mouse = move |event: MouseEvent| {
        if !is_in(event.target(), ".passage-card") {
            point(mark_at(event.target()));
        }
    };
    let point_by_focus = move |event: FocusEvent| {
        if !is_in(event.target(), ".passage-card") {
            point(mark_at(event.target()));
        }
    };
    let leave = move |event: FocusEvent| {
        if !is_in(event.related_target(), ".answer-text") {
            point(None);
        }
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            point(None);
        }
    };
    let open = move |event: MouseEvent| {
        let Some(mark) = mark_at(event.target()) else { return };
        let Some(source) = reference_of(&mark).and_then(|reference| source(message, reference)) else {
            return;
        };
        event.prevent_default();
        let was_pointed_at = pressed_at.get_value() == Some(source.reference);
        if is_touch(&event) && !was_pointed_at {
            point(Some(mark));
            return;
        }
        let passage = paths::passage(source.document_id, source.chunk_id);
        if event.meta_key() || event.ctrl_key() {
            // Fails where the browser blocks new windows, and says so itself.
            let _ = window().open_with_url_and_target(&passage, "_blank");
        } else {
            // Fails on an address that is none, which this is not.
            let _ = window().location().assign(&passage);
        }
    };

    view! {
        <div
            class="answer-text"
            node_ref=frame
            on:pointerdown=press
            on:mouseover=point_by_mouse
            on:mouseleave=move |_| point(None)
            on:focusin=point_by_focus
            on:focusout=leave
            on:keydown=escape
            on:click=open
        >
            {move || {
                message
                    .with(|message| {
                        message
                            .blocks
                            .iter()
                            .map(|html| view! { <div class="block" inner_html=scoped(html, message.id)></div> })
                            .collect_view()
                    })
            }}
            <aside
                class="passage-card"
                aria-label="Passage"
                aria-live="polite"
                node_ref=card
                hidden=move || pointed_at.get().is_none()
            >
                {move || {
                    pointed_at
                        .get()
                        .and_then(|reference| source(message, reference))
                        .map(|source| view! { <SourceBody source/> })
                }}
            </aside>
        </div>
    }
}

/// The number that begins the ids of an answer's sources, since a page has many answers.
pub(crate) fn source_anchor(message: Uuid, reference: u32) -> String {
    format!("source-{}-{reference}", message.simple())
}

/// Points a block's marks at the sources of its own answer.
pub(crate) fn scoped(html: &str, message: Uuid) -> String {
    html.replace("href=\"#source-", &format!("href=\"#source-{}-", message.simple()))
}

fn source(message: RwSignal<Message>, reference: u32) -> Option<Source> {
    message.with(|message| message.sources.iter().find(|source| source.reference == reference).cloned())
}

fn mark_at(target: Option<EventTarget>) -> Option<Element> {
    closest(target, ".mark")
}

fn is_in(target: Option<EventTarget>, selector: &str) -> bool {
    closest(target, selector).is_some()
}

fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn reference_of(mark: &Element) -> Option<u32> {
    mark.get_attribute("data-ref")?.parse().ok()
}

fn is_touch(event: &MouseEvent) -> bool {
    event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch")
}

/// Puts the card below the mark, inside the answer's width.
fn place(card: &web_sys::HtmlElement, mark: &Element, frame: &Element) {
    let (mark, frame) = (mark.get_bounding_client_rect(), frame.get_bounding_client_rect());
    let room = (frame.width() - f64::from(card.offset_width())).max(0.0);
    let left = (mark.left() - frame.left() - CARD_INDENT).clamp(0.0, room);
    let top = mark.bottom() - frame.top();
    let style = card.style();
    for (property, value) in [("left", left), ("top", top)] {
        // Fails on a property that may not be set, which these may.
        let _ = style.set_property(property, &format!("{}px", value.round() as i32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lead_to_the_sources_of_their_own_answer() {
        let id = Uuid::from_u128(7);
        let html = r##"<a class="mark" href="#source-3" data-ref="3">3</a>"##;
        assert!(scoped(html, id).contains(&format!("href=\"#{}\"", source_anchor(id, 3))));
    }
}
