//! Asking before something is lost.

use leptos::prelude::*;

/// A button that opens a question, whose answer is the form inside it. Works without JavaScript.
#[component]
pub fn Confirm(
    /// What the button says.
    #[prop(into)]
    label: String,
    /// What will happen, in a sentence.
    #[prop(into)]
    question: String,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="confirm">
            <summary class="button button-quiet button-danger">{label}</summary>
            <div class="confirm-body">
                <p>{question}</p>
                {children()}
            </div>
        </details>
    }
}
