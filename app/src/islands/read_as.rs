//! How a question was understood, and how to put it right.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{asking::AskQuestion, parts::post_form::PostForm};

/// Shows how the question was read; unfolded, it can be changed and asked again.
#[component]
pub(super) fn ReadAs(
    readings: Vec<String>,
    /// In which the corrected question is asked.
    conversation: Uuid,
) -> impl IntoView {
    let shown: String = readings.iter().map(|reading| format!("“{reading}”")).collect::<Vec<_>>().join(", ");
    let corrected = readings.join(" ");
    view! {
        <details class="read-as">
            <summary>"Understood as " {shown}</summary>
            <PostForm to=AskQuestion::PATH class="form-row">
                <input type="hidden" name="conversation" value=conversation.to_string()/>
                <label class="field">
                    <span>"Not what you meant? Ask it so:"</span>
                    <input name="question" required maxlength="4000" value=corrected/>
                </label>
                <button class="button">"Ask"</button>
            </PostForm>
        </details>
    }
}
