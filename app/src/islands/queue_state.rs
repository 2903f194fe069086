//! How the queue of all collections stands, as it goes on.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::ingest_progress::Running;
use crate::{parts::icon::Icon, paths, queue::QueueReport};

/// Counts what waits, runs and failed, and says how long the rest takes.
#[island]
pub fn QueueState(report: QueueReport) -> impl IntoView {
    let report = RwSignal::new(report);
    // Effects run in the browser alone.
    Effect::new(move |_| follow(report));

    view! {
        <section class="ingesting" aria-label="How it stands">
            {move || {
                let QueueReport { pause, waiting, running, failed, cancelled, documents, .. } = report.get();
                let rest = report.with(in_words);
                view! {
                    {pause.map(|pause| {
                        let by = pause.by.map(|by| format!(" by {}", by.email)).unwrap_or_default();
                        view! {
                            <p class="note">
                                <Icon name="info"/>
                                <span>{format!("Paused{by} since {}.", pause.since.day())}</span>
                            </p>
                        }
                    })}
                    <p class="ingesting-count" role="status">
                        <strong>{format!("{waiting} waiting")}</strong>
                        <span>{format!("{running} running")}</span>
                        {(failed > 0).then(|| view! { <span class="is-bad">{format!("{failed} failed")}</span> })}
                        {(cancelled > 0).then(|| view! { <span>{format!("{cancelled} cancelled")}</span> })}
                        {rest.map(|rest| view! { <span>{rest}</span> })}
                    </p>
                    <Running documents/>
                }
            }}
        </section>
    }
}

fn follow(report: RwSignal<QueueReport>) {
    let Ok(source) = EventSource::new(paths::QUEUE_EVENTS) else { return };
    let take_in = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(now) = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok()) {
            report.set(now);
        }
    });
    source.set_onmessage(Some(take_in.as_ref().unchecked_ref()));
    // Lives as long as the page does.
    take_in.forget();
}

/// The rate, and how long what is left takes at it.
fn in_words(report: &QueueReport) -> Option<String> {
    let rate = report.per_minute.map(|rate| format!("{} a minute", rate.round() as i64))?;
    let left = report.seconds_left.filter(|_| report.left() > 0).map(|seconds| match seconds {
        ..91 => "about a minute left".to_owned(),
        91..=5_400 => format!("about {} minutes left", (seconds + 30) / 60),
        _ => format!("about {} hours left", (seconds + 1_800) / 3_600),
    });
    Some([Some(rate), left].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_as_people_say_it() {
        let report = |seconds_left| QueueReport {
            waiting: 9,
            per_minute: Some(48.5),
            seconds_left,
            ..Default::default()
        };
        assert_eq!(in_words(&report(Some(1_490))).unwrap(), "49 a minute, about 25 minutes left");
        assert_eq!(in_words(&report(Some(40))).unwrap(), "49 a minute, about a minute left");
        assert_eq!(in_words(&report(None)).unwrap(), "49 a minute");
    }
}
