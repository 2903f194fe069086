//! What stands in place of a page that could not be read.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Redirect, hooks::use_location};

use crate::{error::AppError, paths};

/// Stands in place of a page that could not be read. Who isn't signed in is sent to sign in.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    if error == AppError::SignInNeeded {
        return view! { <Redirect path=paths::sign_in(&here())/> }.into_any();
    }
    answer_with(error.status());
    let heading = match error {
        AppError::NotFound => "Not found",
        AppError::Forbidden => "Not for your role",
        AppError::Unavailable { .. } => "Not available right now",
        _ => "This didn't work",
    };
    view! {
        <Title text=heading/>
        <section class="page page-narrow error-page">
            <h1>{heading}</h1>
            <p>{error.to_string()}</p>
            <p>
                <a href="/">"Ask a question"</a>
                " or "
                <a href="/library">"browse the library"</a>
                "."
            </p>
        </section>
    }
    .into_any()
}

/// Sends the page with this status.
pub(crate) fn answer_with(status: u16) {
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}

/// The address that is shown, from its path on.
fn here() -> String {
    let location = use_location();
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
}
