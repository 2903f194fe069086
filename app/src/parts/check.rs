//! A thing that can be ticked.

use leptos::prelude::*;
use uuid::Uuid;

/// A box with its label, for a field that takes the ids of all that are ticked.
#[component]
pub fn Check(name: &'static str, id: Uuid, label: String, #[prop(optional)] checked: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value=id.to_string() checked=checked/>
            <span>{label}</span>
        </label>
    }
}
