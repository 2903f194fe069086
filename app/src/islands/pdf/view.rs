//! The viewer: its tools, its pages, and what is marked on them.

use std::{ops::Range, rc::Rc};

use leptos::{
    ev::{Event, SubmitEvent},
    html::Div,
    prelude::*,
    task::spawn_local,
};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Element, HtmlSelectElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::{draw::Pages, js::Pdf};
use crate::{parts::icon::Icon, paths};

/// How much larger or smaller a step of the zoom is, and how far it goes.
const ZOOM_STEP: f64 = 1.25;
const ZOOM: Range<f64> = 0.5..4.1;

/// Pages begin to be drawn when they are this near to what is in sight.
const AHEAD: &str = "600px";

/// What the reader looks for, and where it was found.
#[derive(Debug, Clone, Default)]
struct Finds {
    words: String,
    found: Vec<(u32, Range<usize>)>,
    at: usize,
}

/// Shows the pages, and lands on the passage.
#[island]
pub fn PdfPages(
    document: Uuid,
    pages: u32,
    /// The folder of PDF.js.
    pdf_js: String,
    /// The page that the passage begins on, and its text.
    passage: Option<(u32, String)>,
) -> impl IntoView {
    let frames = NodeRef::<Div>::new();
    let viewer = StoredValue::new_local(None::<Rc<Pages>>);
    let has_failed = RwSignal::new(false);
    let shown = RwSignal::new(passage.as_ref().map_or(1, |(page, _)| *page));
    let zoom = RwSignal::new(1.0_f64);
    let finds = RwSignal::new(Finds::default());

    // Effects run in the browser alone.
    Effect::new(move |_| {
        let (pdf_js, passage) = (pdf_js.clone(), passage.clone());
        spawn_local(async move {
            let opened = open(&pdf_js, document, frames, shown).await;
            let Ok(opened) = opened else { return has_failed.set(true) };
            viewer.set_value(Some(opened.clone()));
            if let Some((page, text)) = passage {
                // What can't be marked is shown all the same.
                let _ = land(&opened, page, &text).await;
            }
        });
    });
    Effect::new(move |_| {
        let zoom = zoom.get();
        if let Some(frames) = frames.get() {
            // Fails on a property that may not be set, which this may.
            let _ = frames.style(("--zoom", zoom.to_string()));
        }
    });
    let turn_to = move |event: Event| {
        let select = event.target().and_then(|select| select.dyn_into::<HtmlSelectElement>().ok());
        let page = select.and_then(|select| select.value().parse().ok());
        if let (Some(page), Some(viewer)) = (page, viewer.get_value()) {
            turn(&viewer, page);
        }
    };
    let enlarge = move |by: f64| {
        zoom.update(|zoom| *zoom = (*zoom * by).clamp(ZOOM.start, ZOOM.end));
        // Drawn anew at the width that the pages have then.
        request_animation_frame(move || {
            if let (Some(viewer), page) = (viewer.get_value(), shown.get_untracked()) {
                spawn_local(async move {
                    for near in page.saturating_sub(1)..=page + 1 {
                        // A page that fails stays as it is.
                        let _ = viewer.draw(near).await;
                    }
                });
            }
        });
    };
    let search = move |event: SubmitEvent| {
        event.prevent_default();
        let words = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let words = words.and_then(|form| form.query_selector("input").ok().flatten());
        let Some(words) = words.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        if let Some(viewer) = viewer.get_value() {
            spawn_local(find(viewer, words.value(), finds, shown));
        }
    };

    view! {
        <section class="pdf needs-js" aria-label="Pages">
            <div class="pdf-tools">
                <label class="choice">
                    <span aria-hidden="true">"Page"</span>
                    <select aria-label="Page" on:change=turn_to prop:value=move || shown.get().to_string()>
                        {(1..=pages).map(|page| view! { <option value=page.to_string()>{page}</option> }).collect_view()}
                    </select>
                    <span>{format!("of {pages}")}</span>
                </label>
                <div class="pdf-zoom">
                    <button type="button" class="button button-quiet" aria-label="Smaller" on:click=move |_| enlarge(1.0 / ZOOM_STEP)>
                        <Icon name="minus"/>
                    </button>
                    <span>{move || format!("{:.0} %", zoom.get() * 100.0)}</span>
                    <button type="button" class="button button-quiet" aria-label="Larger" on:click=move |_| enlarge(ZOOM_STEP)>
                        <Icon name="plus"/>
                    </button>
                </div>
                <form class="pdf-find" role="search" on:submit=search>
                    <input type="search" aria-label="Find in this document" placeholder="Find in this document"/>
                    <button class="button">"Next"</button>
                    <span role="status">{move || finds.with(in_words)}</span>
                </form>
            </div>
            {move || has_failed.get().then(|| view! {
                <p class="note note-error" role="alert">
                    <Icon name="alert"/>
                    <span>"The pages can't be shown here. " <a href=paths::document_text(document)>"Read the text"</a>"."</span>
                </p>
            })}
            <div class="pdf-scroll" tabindex="0" role="region" aria-label="The document's pages">
                <div class="pdf-pages" node_ref=frames>
                    {(1..=pages).map(frame).collect_view()}
                </div>
            </div>
        </section>
    }
}

fn frame(page: u32) -> impl IntoView {
    view! {
        <div class="pdf-page" data-page=page.to_string() role="group" aria-label=format!("Page {page}")>
            <canvas aria-hidden="true"></canvas>
            <div class="pdf-marks"></div>
            <div class="pdf-text"></div>
        </div>
    }
}

/// Opens the PDF, and draws its pages as they come into sight.
async fn open(
    pdf_js: &str,
    document: Uuid,
    frames: NodeRef<Div>,
    shown: RwSignal<u32>,
) -> Result<Rc<Pages>, JsValue> {
    let pdf = Pdf::open(pdf_js, &paths::original(document, None)).await?;
    let frames = frames.get_untracked().ok_or(JsValue::NULL)?;
    let children = frames.children();
    let elements = (0..children.length()).filter_map(|at| children.item(at)?.dyn_into().ok()).collect();
    let pages = Rc::new(Pages::new(pdf, elements));
    // A first page tells whether it can be drawn at all.
    pages.draw(1).await?;

    let drawing = pages.clone();
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        for entry in entries.iter().filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok()) {
            let page = entry.target().get_attribute("data-page").and_then(|page| page.parse().ok());
            if let (Some(page), true) = (page, entry.is_intersecting()) {
                if entry.intersection_ratio() > 0.5 {
                    shown.set(page);
                }
                let pages = drawing.clone();
                spawn_local(async move {
                    // A page that fails stays white.
                    let _ = pages.draw(page).await;
                });
            }
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root(frames.parent_element().as_ref());
    options.set_root_margin(AHEAD);
    options.set_threshold(&js_sys::Array::of2(&0.into(), &0.6.into()));
    let observer = IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options)?;
    for number in 1..=pages.count() {
        if let Some(frame) = pages.frame(number) {
            observer.observe(frame);
        }
    }
    // Lives as long as the page does.
    seen.forget();
    Ok(pages)
}

/// Marks the passage on the page where it begins and on those that it goes on to, and scrolls to it.
async fn land(pages: &Pages, page: u32, passage: &str) -> Result<(), JsValue> {
    pages.draw(page).await?;
    let mut landing = None;
    for number in page..=pages.count() {
        match pages.passage(number, passage).await? {
            Some(range) => landing = landing.or(pages.mark(number, range, "pdf-passage")?),
            // Where a passage begins may be an empty page, or a picture.
            None if number == page => {}
            None => break,
        }
    }
    match landing {
        Some(mark) => scroll_to(&mark, ScrollLogicalPosition::Center),
        None => turn(pages, page),
    }
    Ok(())
}

fn turn(pages: &Pages, page: u32) {
    if let Some(frame) = pages.frame(page) {
        scroll_to(frame, ScrollLogicalPosition::Start);
    }
}

fn scroll_to(element: &Element, block: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(block);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Goes to where the words stand next, after having looked for them on all pages.
async fn find(pages: Rc<Pages>, words: String, finds: RwSignal<Finds>, shown: RwSignal<u32>) {
    if finds.with_untracked(|finds| finds.words != words) {
        let mut found = Vec::new();
        for number in 1..=pages.count() {
            // What can't be read can't be searched.
            let on_page = pages.find(number, &words).await.unwrap_or_default();
            found.extend(on_page.into_iter().map(|range| (number, range)));
        }
        let here = shown.get_untracked();
        let at = found.iter().position(|(page, _)| *page >= here).unwrap_or(0);
        finds.set(Finds { words, found, at });
    } else {
        finds.update(|finds| finds.at = (finds.at + 1) % finds.found.len().max(1));
    }
    let next = finds.with_untracked(|finds| finds.found.get(finds.at).cloned());
    if let Some((page, range)) = next {
        // What can't be drawn is scrolled to all the same.
        let _ = pages.draw(page).await;
        if let Ok(Some(mark)) = pages.mark(page, range, "pdf-find-mark") {
            scroll_to(&mark, ScrollLogicalPosition::Center);
        }
    }
}

fn in_words(finds: &Finds) -> String {
    match (finds.words.is_empty(), finds.found.len()) {
        (true, _) => String::new(),
        (false, 0) => "Not found".to_owned(),
        (false, found) => format!("{} of {found}", finds.at + 1),
    }
}
