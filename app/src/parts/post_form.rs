//! Forms that call server functions.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::error::ServerFnUrlError, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, HtmlButtonElement, HtmlFormElement, UrlSearchParams};

use crate::{
    error::AppError,
    parts::{
        error_note::ErrorNote,
        reading::writes,
        sending::{Answer, post_form},
    },
};

/// A form that calls the server function at `to`: as any form does, or without leaving the page
/// once it is hydrated. Afterwards everything on the page is read again.
///
/// It does what `ActionForm` does, but is compiled once and not once for each server function,
/// which keeps the browser's part small. Fields are named as the function's arguments.
#[component]
pub fn PostForm(
    /// The server function's path.
    to: &'static str,
    #[prop(optional)] class: &'static str,
    /// Gets what the function returned, as JSON.
    #[prop(optional, into)]
    on_done: Option<Callback<String>>,
    /// Empties the fields once they were taken.
    #[prop(optional)]
    reset: bool,
    children: Children,
) -> impl IntoView {
    let error = RwSignal::new(refused_before(to));
    let sending = RwSignal::new(false);
    let navigate = use_navigate();
    let writes = writes();

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = form_of(&event) else { return };
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        let fields = fields(&form, &event);
        let navigate = navigate.clone();
        spawn_local(async move {
            let sent = post_form(to, &fields).await;
            sending.try_set(false);
            match sent {
                Ok(Answer { location, returned }) => {
                    error.try_set(None);
                    if reset {
                        form.reset();
                    }
                    if let Some(on_done) = on_done {
                        on_done.run(returned);
                    }
                    if let Some(location) = location {
                        navigate(&location, NavigateOptions::default());
                    }
                    writes.note();
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };

    view! {
        <form method="post" action=to class=class on:submit=submit aria-busy=move || sending.get().to_string()>
            {children()}
            {move || error.get().map(|error| view! { <ErrorNote message=error.to_string()/> })}
        </form>
    }
}

/// The failure that the server sent this form back with, where the form was sent without JavaScript.
fn refused_before(to: &str) -> Option<AppError> {
    let query = use_query_map();
    query.with_untracked(|query| {
        let error = query.get("__err").filter(|_| query.get("__path").as_deref() == Some(to))?;
        Some(ServerFnUrlError::<AppError>::decode_err(&error))
    })
}

/// The form that is being sent.
pub(crate) fn form_of(event: &SubmitEvent) -> Option<HtmlFormElement> {
    event.target()?.dyn_into().ok()
}

/// The form's fields, with the pressed button's where it has one.
pub(crate) fn fields(form: &HtmlFormElement, event: &SubmitEvent) -> UrlSearchParams {
    let fields = UrlSearchParams::new().unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into());
    if let Ok(data) = FormData::new_with_form(form) {
        for entry in data.entries().into_iter().flatten() {
            let pair = js_sys::Array::from(&entry);
            if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
                fields.append(&name, &value);
            }
        }
    }
    if let Some(button) = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok())
        && !button.name().is_empty()
    {
        fields.append(&button.name(), &button.value());
    }
    fields
}
