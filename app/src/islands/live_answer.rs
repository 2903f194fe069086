//! Following an answer while it is written.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{
    answer::{LiveEvent, Message},
    paths,
};

/// Takes in the answer's events until it is finished. A broken connection is taken up by the browser
/// itself, from the last event it saw. Effects run in the browser alone, and so does this.
pub(crate) fn follow(message: RwSignal<Message>) {
    Effect::new(move |_| {
        let Some(url) = message.with_untracked(|message| {
            message.is_open().then(|| paths::answer_events(message.id, message.seq))
        }) else {
            return;
        };
        let Ok(source) = EventSource::new(&url) else { return };
        let open = source.clone();
        let take_in = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some((seq, event)) = parse(&event) {
                message.try_update(|message| message.apply(seq, event));
            }
            // The browser would connect again and again to an answer that has ended.
            if !message.try_with_untracked(Message::is_open).unwrap_or(false) {
                open.close();
            }
        });
        source.set_onmessage(Some(take_in.as_ref().unchecked_ref()));

        let following = StoredValue::new_local((source, take_in));
        on_cleanup(move || following.with_value(|(source, _)| source.close()));
    });
}

fn parse(event: &MessageEvent) -> Option<(i32, LiveEvent)> {
    let seq = event.last_event_id().parse().ok()?;
    let event = serde_json::from_str(&event.data().as_string()?).ok()?;
    Some((seq, event))
}
