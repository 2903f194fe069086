//! Handing a question to a person, and what the person said.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    asking,
    parts::{icon::Icon, post_form::PostForm},
    review::{HandedOver, ReviewState},
};

/// Offers to ask a person, with a word to them.
#[component]
pub fn HandOverForm(message: Uuid) -> impl IntoView {
    view! {
        <details class="hand-over">
            <summary class="button">
                <Icon name="users"/>
                "Ask a person"
            </summary>
            <PostForm to=asking::HandOver::PATH class="form">
                <input type="hidden" name="message" value=message.to_string()/>
                <label class="field">
                    <span>"What they should know, if anything"</span>
                    <textarea name="note" rows="2" maxlength="2000"></textarea>
                </label>
                <p class="hint">"Support sees your question, this answer and its sources."</p>
                <button class="button button-primary">"Hand it over"</button>
            </PostForm>
        </details>
    }
}

/// What became of a question that was handed over.
#[component]
pub fn HandedOverNote(handed_over: HandedOver) -> impl IntoView {
    let HandedOver { at, state, note, correction, .. } = handed_over;
    let told = match state {
        ReviewState::Open => format!("Handed to a person on {}. The reply will stand here.", at.day()),
        ReviewState::Approved => "A person looked at this answer: it is right.".to_owned(),
        ReviewState::Corrected => "A person answered:".to_owned(),
        ReviewState::Rejected => "A person looked at this question and can't answer it.".to_owned(),
    };
    view! {
        <div class="note handed-over">
            <Icon name="users"/>
            <div>
                <p>{told}</p>
                {correction.map(|correction| view! { <p class="handed-over-answer">{correction}</p> })}
                {note.map(|note| view! { <p>{note}</p> })}
            </div>
        </div>
    }
}
