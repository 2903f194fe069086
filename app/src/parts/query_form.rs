//! Forms whose fields become the address of what they show.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::parts::post_form::{fields, form_of};

/// A form that leads to `to` with its fields as the query: as any form does, or without leaving the
/// page once it is hydrated.
#[component]
pub fn QueryForm(
    #[prop(into)] to: String,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = to.clone();
    let submit = move |event: SubmitEvent| {
        let Some(form) = form_of(&event) else { return };
        event.prevent_default();
        let query = String::from(fields(&form, &event).to_string());
        navigate(&format!("{path}?{query}"), NavigateOptions::default());
    };
    view! {
        <form method="get" action=to class=class on:submit=submit>
            {children()}
        </form>
    }
}
