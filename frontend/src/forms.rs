//! Forms that are sent while their page stays, so that a refusal loses nothing that was entered.

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, FormData, HtmlButtonElement, HtmlFormElement, ScrollRestoration, SubmitEvent, UrlSearchParams,
};

use crate::sending::{Answer, post_form};

/// Sends the forms with `data-sent` from here on: those of the page, those of islands, and those
/// that come later.
pub(crate) fn send_in_place() {
    window_event_listener(ev::submit, |event| {
        let form = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form.filter(|form| form.has_attribute("data-sent")) {
            event.prevent_default();
            send(form, &event);
        }
    });
}

fn send(form: HtmlFormElement, event: &SubmitEvent) {
    if form.get_attribute("aria-busy").as_deref() == Some("true") {
        return;
    }
    let (path, fields) = (form.get_attribute("action").unwrap_or_default(), fields(&form, event));
    set(&form, "aria-busy", "true");
    spawn_local(async move {
        let sent = post_form(&path, &fields).await;
        set(&form, "aria-busy", "false");
        match sent {
            Ok(Answer { location: Some(location) }) => go_to(&location),
            Ok(Answer { location: None }) if form.get_attribute("data-sent").as_deref() == Some("load") => {
                // Fails where the page is being left already.
                let _ = window().location().reload();
            }
            Ok(_) => show_refusal(&form, None),
            Err(refused) => show_refusal(&form, Some(&refused.to_string())),
        }
    });
}

/// The form's fields, with the pressed button's where it has one.
fn fields(form: &HtmlFormElement, event: &SubmitEvent) -> UrlSearchParams {
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

/// Loads the page at this address, even where only the place on the page differs from what is shown.
fn go_to(address: &str) {
    let (location, page) = (window().location(), address.split('#').next().unwrap_or_default());
    let here = [location.pathname(), location.search()].map(Result::unwrap_or_default).concat();
    // Each fails where the page is being left already.
    if page == here
        && let Ok(history) = window().history()
        && history.push_state_with_url(&JsValue::NULL, "", Some(address)).is_ok()
    {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
        let _ = location.reload();
    } else {
        let _ = location.assign(address);
    }
}

fn show_refusal(form: &Element, refusal: Option<&str>) {
    let Some(note) = form.query_selector(":scope > .form-refusal").ok().flatten() else { return };
    if let Some(text) = note.query_selector("span").ok().flatten() {
        text.set_text_content(refusal);
    }
    // Fails on a malformed name alone, which this is not.
    let _ = note.toggle_attribute_with_force("hidden", refusal.is_none());
}

fn set(form: &Element, attribute: &str, value: &str) {
    // Fails on a malformed name alone, which these are not.
    let _ = form.set_attribute(attribute, value);
}
