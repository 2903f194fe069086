//! What the asker thinks of an answer.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    answer::{Feedback, Rating},
    asking::RateAnswer,
    parts::{icon::Icon, post_form::PostForm},
};

/// What can be wrong with an answer, as people put it.
const REASONS: [(&str, &str); 5] = [
    ("wrong", "It is wrong"),
    ("incomplete", "Something is missing"),
    ("source", "The sources don't say this"),
    ("outdated", "It is out of date"),
    ("other", "Something else"),
];

/// Up with one click; down with a reason.
#[component]
pub fn RatingForm(message: Uuid, feedback: Option<Feedback>) -> impl IntoView {
    let rating = feedback.map(|feedback| feedback.rating);
    let reasons = REASONS
        .into_iter()
        .map(|(word, text)| {
            view! {
                <label class="check">
                    <input type="radio" name="reason" value=word/>
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();

    view! {
        <PostForm to=RateAnswer::PATH class="rating-up">
            <input type="hidden" name="message" value=message.to_string()/>
            <button
                class="button button-quiet"
                name="rating"
                value="up"
                aria-pressed=(rating == Some(Rating::Up)).to_string()
            >
                <Icon name="up"/>
                "Helpful"
            </button>
        </PostForm>
        <details class="rating-down">
            <summary class="button button-quiet" class:is-pressed=rating == Some(Rating::Down)>
                <Icon name="down"/>
                {if rating == Some(Rating::Down) { "Not helpful: noted" } else { "Not helpful" }}
            </summary>
            <PostForm to=RateAnswer::PATH class="rating-form form">
                <input type="hidden" name="message" value=message.to_string()/>
                <fieldset>
                    <legend>"What is wrong?"</legend>
                    {reasons}
                </fieldset>
                <label class="field">
                    <span>"In your words, if you like"</span>
                    <textarea name="comment" rows="2" maxlength="2000"></textarea>
                </label>
                <button class="button" name="rating" value="down">
                    "Send"
                </button>
            </PostForm>
        </details>
    }
}
