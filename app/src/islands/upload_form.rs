//! Uploading documents: a plain form that, in the browser, takes whole folders dropped on it.

use leptos::{
    attr::custom::custom_attribute,
    ev::{self, DragEvent},
    prelude::*,
    task::spawn_local,
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    ingest_progress::UPLOADED,
    uploading::{Upload, dropped_files, picked_files, send, told_apart},
};
use crate::{parts::icon::Icon, paths};

/// How many files are on their way at once.
const AT_ONCE: usize = 3;

/// Takes files and folders into a collection.
#[island]
pub fn UploadForm(collection: Uuid) -> impl IntoView {
    let uploading = RwSignal::new(Uploading::default());
    let is_over = RwSignal::new(false);

    let start = move |uploads: Vec<Upload>| {
        uploading.update(|now| now.take(uploads.len()));
        let waiting = StoredValue::new_local(told_apart(uploads).into_iter());
        for _ in 0..AT_ONCE {
            spawn_local(async move {
                while let Some(upload) = waiting.try_update_value(Iterator::next).flatten() {
                    let sent = send(collection, &upload).await;
                    uploading.update(|now| now.note(&upload, sent));
                    tell_of_upload();
                }
            });
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(transfer) = event.data_transfer() {
            let files = dropped_files(&transfer);
            spawn_local(async move { start(files.await) });
        }
    };
    let picked = move |event: Event| {
        let Some(input) = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        start(picked_files(&input));
        input.set_value("");
    };
    // Effects run in the browser alone.
    Effect::new(move |_| {
        // Leaving the page would break off what is on its way, so the browser asks first.
        window_event_listener(ev::beforeunload, move |event| {
            if !uploading.with_untracked(Uploading::is_over) {
                event.prevent_default();
            }
        });
    });
    let hold = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(true);
    };

    view! {
        <form
            class="upload"
            class:is-over=move || is_over.get()
            method="post"
            enctype="multipart/form-data"
            action=paths::upload(collection)
            on:dragover=hold
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <Icon name="upload"/>
            <p class="upload-call">
                <span class="needs-js">"Drop files or whole folders here, or "</span>
                <label class="upload-pick">
                    <span>"choose files"</span>
                    <input type="file" name="file" multiple on:change=picked/>
                </label>
                <label class="upload-pick needs-js">
                    <span>"choose a folder"</span>
                    <input type="file" {..custom_attribute("webkitdirectory", "")} on:change=picked/>
                </label>
            </p>
            <p class="hint">"PDF, Office, OpenDocument, e-books, web pages, text, tables, JSON, XML, e-mail, scans and ZIP archives"</p>
            <button class="button no-js">"Upload"</button>
            {move || view! { <Outcome uploading=uploading.get()/> }}
        </form>
    }
}

/// How the files of this visit came through.
#[derive(Debug, Clone, Default, PartialEq)]
struct Uploading {
    files: usize,
    taken: usize,
    /// The name of each refused file, and why.
    refused: Vec<(String, String)>,
}

impl Uploading {
    /// More files are on their way; the counts of those before them end with them.
    fn take(&mut self, files: usize) {
        if self.is_over() {
            *self = Self::default();
        }
        self.files += files;
    }

    fn note(&mut self, upload: &Upload, sent: Result<(), String>) {
        match sent {
            Ok(()) => self.taken += 1,
            Err(why) => self.refused.push((upload.path.clone(), why)),
        }
    }

    fn is_over(&self) -> bool {
        self.taken + self.refused.len() >= self.files
    }
}

#[component]
fn Outcome(uploading: Uploading) -> impl IntoView {
    let Uploading { files, taken, refused } = uploading;
    if files == 0 {
        return ().into_any();
    }
    let done = taken + refused.len();
    let is_over = done >= files;
    let words =
        if is_over { format!("{taken} of {files} uploaded") } else { format!("Uploading {done} of {files}") };
    let refused = refused
        .into_iter()
        .map(|(name, why)| {
            view! {
                <li>
                    <strong>{name}</strong>
                    " "
                    {why}
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="upload-outcome" role="status">
            <p>{words}</p>
            {(!is_over).then(|| view! { <progress max=files.to_string() value=done.to_string()></progress> })}
            {(!refused.is_empty()).then(|| view! { <ul class="upload-refused">{refused.collect_view()}</ul> })}
        </div>
    }
    .into_any()
}

/// Lets what shows the progress of reading know that there is some.
fn tell_of_upload() {
    if let Ok(uploaded) = Event::new(UPLOADED) {
        // Fails on an event that is under way, which this one is not.
        let _ = window().dispatch_event(&uploaded);
    }
}
