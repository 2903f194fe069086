//! Reading from the server, and reading again after something was written.
//!
//! What a page reads travels as JSON text and is taken apart in the one place that shows it, so that
//! the machinery of reading is compiled once and not once for each thing read: half of the browser's
//! part would be copies of it.

use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{prelude::*, server_fn::ServerFn};
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

/// What the server was asked for, once it has answered: a `T` as JSON.
pub struct Reading<T> {
    text: Resource<Result<String, AppError>>,
    read: PhantomData<fn() -> T>,
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

type Asked = Pin<Box<dyn Future<Output = Result<String, AppError>> + Send>>;

/// Calls the server function that `ask` makes, again when it makes another or something was written.
pub fn read<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Reading<F::Output>
where
    F: ServerFn<Error = AppError> + Serialize + DeserializeOwned + Send + 'static,
    F::Output: Serialize,
{
    // Arguments are plain data, which always becomes JSON.
    let arguments = move || serde_json::to_string(&ask()).unwrap_or_default();
    Reading { text: read_text(Box::new(arguments), call::<F>), read: PhantomData }
}

fn read_text(
    arguments: Box<dyn Fn() -> String + Send + Sync>,
    call: fn(String) -> Asked,
) -> Resource<Result<String, AppError>> {
    let Writes(count) = writes();
    Resource::new(move || (count.get(), arguments()), move |(_, arguments)| call(arguments))
}

/// On the server, the function itself.
#[cfg(feature = "ssr")]
fn call<F>(arguments: String) -> Asked
where
    F: ServerFn<Error = AppError> + DeserializeOwned + Send + 'static,
    F::Output: Serialize,
{
    Box::pin(async move {
        let function: F = serde_json::from_str(&arguments).map_err(|_| AppError::Internal)?;
        let returned = function.run_body().await?;
        serde_json::to_string(&returned).map_err(|_| AppError::Internal)
    })
}

/// In the browser, a request to it.
#[cfg(not(feature = "ssr"))]
fn call<F: ServerFn>(arguments: String) -> Asked {
    Box::pin(send_wrapper::SendWrapper::new(async move {
        crate::parts::sending::post_json(F::PATH, &arguments).await
    }))
}

/// Shows what was read, or why it could not be.
pub fn show<T>(reading: Reading<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: DeserializeOwned,
{
    show_text(
        reading.text,
        Arc::new(move |text| match text.and_then(|text| parse(&text)) {
            Ok(read) => view(read),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }),
    )
}

/// Shows what was read, and nothing where it could not be: something else on the page says why.
pub fn show_if_read<T>(reading: Reading<T>, view: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: DeserializeOwned,
{
    show_text(
        reading.text,
        Arc::new(move |text| text.and_then(|text| parse(&text)).map(&view).unwrap_or_else(|_| ().into_any())),
    )
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, AppError> {
    // Fails only where the page and the server are of different versions.
    serde_json::from_str(text)
        .map_err(|_| AppError::Unavailable { message: "This page is out of date. Load it again.".into() })
}

fn show_text(
    text: Resource<Result<String, AppError>>,
    view: Arc<dyn Fn(Result<String, AppError>) -> AnyView + Send + Sync>,
) -> AnyView {
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"One moment…"</p> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move { view(text.await) })
            }}
        </Transition>
    }
    .into_any()
}
