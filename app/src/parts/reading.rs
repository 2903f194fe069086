//! Showing what a page reads, once all of it has been read.

use leptos::prelude::*;

use crate::{error::AppError, parts::error_page::ErrorPage};

/// Shows what was read, or why it could not be.
pub(crate) fn show<T: 'static>(
    reading: impl Future<Output = Result<T, AppError>> + Send + 'static,
    view: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    Suspend::new(async move {
        match reading.await {
            Ok(read) => view(read),
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }
    })
    .into_any()
}

/// Shows what was read, and nothing where it could not be: something else on the page says why.
pub(crate) fn show_if_read<T: 'static>(
    reading: impl Future<Output = Result<T, AppError>> + Send + 'static,
    view: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView {
    Suspend::new(async move { reading.await.map_or_else(|_| ().into_any(), view) }).into_any()
}
