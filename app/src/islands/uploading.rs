//! Files in the browser: out of a drop or a picker, and on to the server.

use std::collections::HashSet;

use js_sys::{Array, Function, Promise, Reflect};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry, FormData,
    HtmlInputElement, RequestInit, Response,
};

use crate::{answer::Problem, document::numbered, paths};

/// A file, and its path in the folder that it came in.
pub(crate) struct Upload {
    pub(crate) path: String,
    file: File,
}

/// The files chosen in a file picker.
pub(crate) fn picked_files(input: &HtmlInputElement) -> Vec<Upload> {
    let Some(files) = input.files() else { return Vec::new() };
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(|file| {
            // Given for the files of a chosen folder only; web-sys does not know it.
            let path = Reflect::get(&file, &JsValue::from_str("webkitRelativePath")).ok();
            let path = path.and_then(|path| path.as_string()).filter(|path| !path.is_empty());
            Upload { path: path.unwrap_or_else(|| file.name()), file }
        })
        .filter(|upload| !is_hidden(&upload.path))
        .collect()
}

/// The files of a drop, those in dropped folders included. What was dropped must be asked for at
/// once, before the event is over; the future then looks into the folders.
pub(crate) fn dropped_files(transfer: &DataTransfer) -> impl Future<Output = Vec<Upload>> + use<> {
    let items = transfer.items();
    let mut waiting: Vec<FileSystemEntry> =
        (0..items.length()).filter_map(|at| items.get(at)?.webkit_get_as_entry().ok().flatten()).collect();
    async move {
        let mut uploads = Vec::new();
        while let Some(entry) = waiting.pop() {
            if entry.is_directory() {
                waiting.extend(entries_in(entry.unchecked_into()).await);
            } else if let Some(upload) = file_of(entry.unchecked_into()).await {
                uploads.push(upload);
            }
        }
        uploads.retain(|upload| !is_hidden(&upload.path));
        uploads.sort_by(|one, other| one.path.cmp(&other.path));
        uploads
    }
}

/// Files that systems leave in folders, such as `.DS_Store`, are nobody's documents.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// A directory hands out its entries in batches, until an empty one.
async fn entries_in(directory: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = directory.create_reader();
    let mut entries = Vec::new();
    loop {
        let batch = called_back(|resolve, reject| {
            reader.read_entries_with_callback_and_callback(resolve.unchecked_ref(), reject.unchecked_ref())
        });
        let Ok(batch) = batch.await else { return entries };
        let batch = Array::from(&batch);
        if batch.length() == 0 {
            return entries;
        }
        entries.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file_of(entry: FileSystemFileEntry) -> Option<Upload> {
    let file = called_back(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve.unchecked_ref(), reject.unchecked_ref());
        Ok(())
    });
    let file: File = file.await.ok()?.unchecked_into();
    Some(Upload { path: entry.full_path().trim_start_matches('/').to_owned(), file })
}

/// What a function of the browser's older kind calls back with.
async fn called_back(
    call: impl FnOnce(&Function, &Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let mut call = Some(call);
    let promise = Promise::new(&mut |resolve, reject| {
        if let Some(Err(error)) = call.take().map(|call| call(&resolve, &reject)) {
            // Calling a promise's own function does not fail.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}

/// Gives files that were chosen together, from several folders, each a name of its own: they would
/// be versions of one document.
pub(crate) fn told_apart(uploads: Vec<Upload>) -> Vec<Upload> {
    let mut taken = HashSet::new();
    let own_name = |upload: Upload| {
        let mut names = (1..).map(|number| numbered(&upload.path, number));
        let path = names.find(|name| taken.insert(name.clone())).unwrap_or_default();
        Upload { path, ..upload }
    };
    uploads.into_iter().map(own_name).collect()
}

/// Sends a file into a collection. Fails with a sentence for the reader.
pub(crate) async fn send(collection: Uuid, upload: &Upload) -> Result<(), String> {
    let unreachable = |_| "could not be sent: the server can't be reached.".to_owned();
    let form = FormData::new().map_err(unreachable)?;
    form.append_with_blob_and_filename("file", &upload.file, &upload.path).map_err(unreachable)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&form);

    let sent = leptos::prelude::window().fetch_with_str_and_init(&paths::upload_api(collection), &request);
    let response: Response = JsFuture::from(sent).await.map_err(unreachable)?.unchecked_into();
    if response.ok() {
        return Ok(());
    }
    let body = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    let problem = body.as_string().and_then(|body| serde_json::from_str::<Problem>(&body).ok());
    Err(problem.map_or_else(|| format!("was refused ({}).", response.status()), |problem| problem.detail))
}
