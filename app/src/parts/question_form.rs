//! Where a question is written.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    asking::AskQuestion,
    document::Collection,
    parts::{check::Check, icon::Icon, post_form::PostForm},
};

/// Asks a first question, or the next of a conversation.
#[component]
pub fn QuestionForm(
    /// The conversation that the question goes on with.
    #[prop(optional)]
    conversation: Option<Uuid>,
    /// What can be asked of; with more than one, the question can be narrowed to some.
    #[prop(optional)]
    collections: Vec<Collection>,
    /// The models that can be asked, the default first; with more than one, there is a choice.
    #[prop(optional)]
    models: Vec<String>,
) -> impl IntoView {
    let is_first = conversation.is_none();
    let (label, placeholder) = if is_first {
        ("Your question", "Ask a question…")
    } else {
        ("Your next question", "Ask a follow-up…")
    };

    view! {
        <PostForm to=AskQuestion::PATH class="question-form">
            {conversation.map(|id| view! { <input type="hidden" name="conversation" value=id.to_string()/> })}
            <label class="visually-hidden" for="question">
                {label}
            </label>
            <textarea
                id="question"
                name="question"
                rows=if is_first { "3" } else { "2" }
                maxlength="4000"
                required
                autofocus=is_first
                placeholder=placeholder
                data-enter="send"
            ></textarea>
            <div class="question-foot">
                {(collections.len() > 1).then(|| view! { <Narrow collections/> })}
                {(models.len() > 1).then(|| view! { <ModelChoice models/> })}
                <button class="button button-primary question-send">
                    <span>"Ask"</span>
                    <Icon name="arrow"/>
                </button>
            </div>
        </PostForm>
    }
}

#[component]
fn Narrow(collections: Vec<Collection>) -> impl IntoView {
    let boxes = collections
        .into_iter()
        .map(|collection| {
            view! {
                <li>
                    <Check name="collections[]" id=collection.id label=collection.name/>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="narrow">
            <summary>"Ask of some collections only"</summary>
            <ul>{boxes}</ul>
        </details>
    }
}

#[component]
fn ModelChoice(models: Vec<String>) -> impl IntoView {
    let options = models
        .into_iter()
        .enumerate()
        .map(|(at, model)| {
            // The default isn't named, so that another may stand in for it.
            let value = if at == 0 { String::new() } else { model.clone() };
            view! { <option value=value>{model}</option> }
        })
        .collect_view();
    view! {
        <label class="choice">
            <span>"Answered by"</span>
            <select name="model">{options}</select>
        </label>
    }
}
