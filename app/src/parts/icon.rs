//! Icons, from one sprite.

use leptos::prelude::*;

/// An icon of `public/icons.svg`. It says nothing to a screen reader: the text beside it does.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use_ href=format!("/icons.svg#{name}")></use_>
        </svg>
    }
}
