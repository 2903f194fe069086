//! How a collection's documents come along.

use std::time::Duration;

use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{
    document::IngestProgress,
    parts::{document_row::stage_name, reading::writes},
    paths,
};

/// How long finished documents gather before the list is read again.
const GATHERED: Duration = Duration::from_secs(3);

/// Without JavaScript, the page asks for itself again while anything is left.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="5">"#;

/// Shows what is left, by stage, while anything is; in the browser it follows by itself.
#[component]
pub fn Ingesting(collection: Uuid, progress: IngestProgress) -> impl IntoView {
    let progress = RwSignal::new(progress);
    follow(collection, progress);

    view! {
        <section class="ingesting" aria-label="Progress" hidden=move || progress.read().left() == 0>
            {move || {
                let progress = progress.get();
                let (left, ready) = (progress.left(), progress.ready);
                let failed = (progress.failed > 0).then(|| format!("{} failed", progress.failed));
                let running = progress
                    .running
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
                view! {
                    <p class="ingesting-count" role="status">
                        <strong>{format!("{left} left")}</strong>
                        <span>{format!("{ready} searchable")}</span>
                        {failed.map(|failed| view! { <span class="is-bad">{failed}</span> })}
                    </p>
                    <ul class="running">{running}</ul>
                    {(left > 0).then(|| view! { <noscript inner_html=REFRESH></noscript> })}
                }
            }}
        </section>
    }
}

/// Takes in the progress until nothing is left. When documents are finished, the list is read again.
fn follow(collection: Uuid, progress: RwSignal<IngestProgress>) {
    let writes = writes();
    let is_gathering = StoredValue::new(false);
    Effect::new(move |_| {
        if progress.with_untracked(IngestProgress::left) == 0 {
            return;
        }
        let Ok(source) = EventSource::new(&paths::progress(collection)) else { return };
        let open = source.clone();
        let take_in = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(now) = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok()) else {
                return;
            };
            let Some(before) = progress.try_get_untracked() else { return };
            let is_over = IngestProgress::left(&now) == 0;
            let has_news = now.ready != before.ready || now.failed != before.failed;
            progress.set(now);
            if is_over {
                // The browser would connect again and again.
                open.close();
                writes.note();
            } else if has_news && !is_gathering.get_value() {
                is_gathering.set_value(true);
                set_timeout(move || writes.note(), GATHERED);
            }
        });
        source.set_onmessage(Some(take_in.as_ref().unchecked_ref()));

        let following = StoredValue::new_local((source, take_in));
        on_cleanup(move || following.with_value(|(source, _)| source.close()));
    });
}
