//! Failures inside a page.

use leptos::prelude::*;

use crate::parts::icon::Icon;

/// A failure inside a page, read out when it appears.
#[component]
pub fn ErrorNote(#[prop(into)] message: String) -> impl IntoView {
    view! {
        <p class="note note-error" role="alert">
            <Icon name="alert"/>
            <span>{message}</span>
        </p>
    }
}
