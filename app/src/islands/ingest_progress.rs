//! How a collection's documents come along.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::reload::reload_parts;
use crate::{
    document::{IngestProgress, RunningDocument},
    paths,
};

/// Told to the window when documents were uploaded.
pub(crate) const UPLOADED: &str = "footnote:uploaded";

/// The ids of the parts of a collection's page that change as documents are finished.
const LISTED: &[&str] = &["counts", "list"];

/// How long finished documents gather before the list is read again.
const GATHERED: Duration = Duration::from_secs(1);

/// Without JavaScript, the page asks for itself again while anything is left.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="5">"#;

/// Shows what is left, by stage, while anything is; in the browser it follows by itself.
#[island]
pub fn Ingesting(collection: Uuid, progress: IngestProgress) -> impl IntoView {
    let progress = RwSignal::new(progress);
    follow(collection, progress);

    view! {
        <section class="ingesting" aria-label="Progress" hidden=move || progress.read().left() == 0>
            {move || {
                let progress = progress.get();
                let (left, ready) = (progress.left(), progress.ready);
                let failed = (progress.failed > 0).then(|| format!("{} failed", progress.failed));
                view! {
                    <p class="ingesting-count" role="status">
                        <strong>{format!("{left} left")}</strong>
                        <span>{format!("{ready} searchable")}</span>
                        {failed.map(|failed| view! { <span class="is-bad">{failed}</span> })}
                    </p>
                    <Running documents=progress.running/>
                    {(left > 0).then(|| view! { <noscript inner_html=REFRESH></noscript> })}
                }
            }}
        </section>
    }
}

/// The documents that are being read, each with how far it is.
#[component]
pub(super) fn Running(documents: Vec<RunningDocument>) -> impl IntoView {
    let rows = documents
        .into_iter()
        .map(|document| {
            let percent = (document.progress * 100.0).round() as i32;
            view! {
                <li>
                    <span class="running-title">{document.title}</span>
                    <span class="running-stage">{stage_name(document.stage.as_deref())}</span>
                    <progress max="100" value=percent.to_string()></progress>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="running">{rows}</ul> }
}

/// Takes in the progress until nothing is left, and again whenever documents are uploaded. As
/// documents are finished, the list is brought up to date. Effects run in the browser alone.
fn follow(collection: Uuid, progress: RwSignal<IngestProgress>) {
    Effect::new(move |_| {
        let follower = Follower::new(collection, progress);
        if progress.with_untracked(IngestProgress::left) > 0 {
            follower.listen();
        }
        // Lives as long as the page does, as all of this.
        window_event_listener_untyped(UPLOADED, move |_| {
            follower.listen();
            follower.reload_soon();
        });
    });
}

/// What keeps the progress and the list up to date.
#[derive(Clone)]
struct Follower {
    collection: Uuid,
    progress: RwSignal<IngestProgress>,
    is_listening: Rc<Cell<bool>>,
    is_gathering: Rc<Cell<bool>>,
}

impl Follower {
    fn new(collection: Uuid, progress: RwSignal<IngestProgress>) -> Self {
        Self { collection, progress, is_listening: Rc::default(), is_gathering: Rc::default() }
    }

    fn listen(&self) {
        if self.is_listening.replace(true) {
            return;
        }
        let Ok(source) = EventSource::new(&paths::progress(self.collection)) else { return };
        let (follower, open) = (self.clone(), source.clone());
        let take_in = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let now = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok());
            if now.is_some_and(|now| follower.is_over_after(now)) {
                // The browser would connect again and again.
                open.close();
                follower.is_listening.set(false);
            }
        });
        source.set_onmessage(Some(take_in.as_ref().unchecked_ref()));
        take_in.forget();
    }

    fn is_over_after(&self, now: IngestProgress) -> bool {
        let before = self.progress.get_untracked();
        let is_over = now.left() == 0;
        if is_over || now.ready != before.ready || now.failed != before.failed {
            self.reload_soon();
        }
        self.progress.set(now);
        is_over
    }

    fn reload_soon(&self) {
        if !self.is_gathering.replace(true) {
            let is_gathering = self.is_gathering.clone();
            set_timeout(
                move || {
                    is_gathering.set(false);
                    reload_parts(LISTED);
                },
                GATHERED,
            );
        }
    }
}

/// A stage of ingestion, as people call it.
pub(crate) fn stage_name(stage: Option<&str>) -> &'static str {
    match stage {
        Some("parsing") => "Reading",
        Some("chunking") => "Cutting into passages",
        Some("embedding") => "Learning its meaning",
        Some("members") => "Reading its files",
        Some("publishing") => "Making it searchable",
        _ => "Starting",
    }
}
