//! How a question was understood, and how to put it right.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{asking::AskQuestion, parts::post_form::PostForm};

/// Shows how the question was read; unfolded, it can be changed and asked again.
#[component]
pub fn ReadAs(
    /// Empty where it was read as it stands.
    readings: Vec<String>,
    /// The documents or the collection that it was narrowed to.
    narrowed_to: Vec<String>,
    question: String,
    /// In which the corrected question is asked.
    conversation: Uuid,
) -> impl IntoView {
    let quoted =
        |texts: &[String]| texts.iter().map(|text| format!("“{text}”")).collect::<Vec<_>>().join(", ");
    let (read, narrowed) = (quoted(&readings), quoted(&narrowed_to));
    let shown = match (readings.is_empty(), narrowed_to.is_empty()) {
        (true, _) => format!("Answered from {narrowed} only"),
        (false, true) => format!("Understood as {read}"),
        (false, false) => format!("Understood as {read}, from {narrowed} only"),
    };
    let corrected = if readings.is_empty() { question.clone() } else { readings.join(" ") };
    let is_narrowed = !narrowed_to.is_empty();
    view! {
        <details class="read-as">
            <summary>{shown}</summary>
            {is_narrowed
                .then(|| {
                    view! {
                        <PostForm to=AskQuestion::PATH>
                            <input type="hidden" name="conversation" value=conversation.to_string()/>
                            <input type="hidden" name="everywhere" value="true"/>
                            <button class="button" name="question" value=question>
                                "Ask of everything"
                            </button>
                        </PostForm>
                    }
                })}
            <PostForm to=AskQuestion::PATH class="form-row">
                <input type="hidden" name="conversation" value=conversation.to_string()/>
                <input type="hidden" name="as_it_stands" value="true"/>
                <label class="field">
                    <span>"Not what you meant? Ask it so:"</span>
                    <input name="question" required maxlength="4000" value=corrected/>
                </label>
                <button class="button">"Ask"</button>
            </PostForm>
        </details>
    }
}
