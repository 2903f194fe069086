//! Reading from the server, and reading again after something was written.

use std::future::Future;

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{error::AppError, parts::error_note::ErrorPage};

/// Counts what was written on this visit: whatever was read before is read again.
#[derive(Debug, Clone, Copy)]
pub struct Writes(RwSignal<u32>);

impl Default for Writes {
    fn default() -> Self {
        Self(RwSignal::new(0))
    }
}

impl Writes {
    /// Something was written: what the pages show may be out of date.
    pub fn note(self) {
        self.0.update(|count| *count += 1);
    }
}

/// What the whole page knows of its writes.
pub fn writes() -> Writes {
    expect_context::<Writes>()
}

/// Reads with `fetch`, and again when `key` changes or something was written.
pub fn read<K, T, Reading>(
    key: impl Fn() -> K + Send + Sync + 'static,
    fetch: impl Fn(K) -> Reading + Send + Sync + 'static,
) -> Resource<Result<T, AppError>>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Reading: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let Writes(count) = writes();
    Resource::new(move || (count.get(), key()), move |(_, key)| fetch(key))
}

/// Shows what was read, or why it could not be.
pub fn show<T>(
    reading: Resource<Result<T, AppError>>,
    view: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"One moment…"</p> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match reading.await {
                        Ok(read) => view(read),
                        Err(error) => view! { <ErrorPage error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}
