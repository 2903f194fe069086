//! Where nothing is.

use leptos::prelude::*;

use crate::{error::AppError, parts::error_page::ErrorPage};

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <main id="main" class="standalone">
            <ErrorPage error=AppError::NotFound/>
        </main>
    }
}
