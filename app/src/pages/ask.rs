//! The first page: a question, and what can be asked.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::{
    asking::AskQuestion,
    document::Collection,
    error::AppError,
    parts::{post_form::PostForm, question_form::QuestionForm, reading::show},
    paths,
    ports::{current_user, ports},
};

/// What a newcomer is shown.
struct Welcome {
    /// What the reader may ask of.
    collections: Vec<Collection>,
    /// Questions that the documents themselves raise.
    examples: Vec<String>,
    models: Vec<String>,
    may_manage: bool,
}

/// What can be asked, and of what.
async fn read_welcome() -> Result<Welcome, AppError> {
    let reader = current_user()?;
    let ports = ports()?;
    let collections = ports.library.collections(&reader).await?;
    let examples = crate::pages::examples::drawn_from(&*ports.library, &reader, &collections).await?;
    Ok(Welcome { collections, examples, models: ports.answers.models(), may_manage: reader.is_admin() })
}

/// Asks a first question.
#[component]
pub fn AskPage() -> impl IntoView {
    view! {
        <Title text=""/>
        <div class="page page-ask">
            {show(read_welcome(), |welcome| view! { <WelcomeView welcome/> }.into_any())}
        </div>
    }
}

#[component]
fn WelcomeView(welcome: Welcome) -> impl IntoView {
    let Welcome { collections, examples, models, may_manage } = welcome;
    let asked_of: Vec<_> = collections.iter().filter(|collection| collection.chunks > 0).cloned().collect();
    let nothing_yet = asked_of.is_empty();

    view! {
        <h1>"What would you like to know?"</h1>
        <p class="lede">
            "Every sentence of an answer carries a footnote to the passage it stands on, so you can check it."
        </p>
        <QuestionForm collections=asked_of models/>
        {nothing_yet.then(|| view! { <NothingYet may_manage/> })}
        {(!examples.is_empty()).then(|| view! { <Examples examples/> })}
        {(!collections.is_empty()).then(|| view! { <AskedOf collections/> })}
    }
}

#[component]
fn Examples(examples: Vec<String>) -> impl IntoView {
    let examples = examples
        .into_iter()
        .map(|question| {
            view! {
                <li>
                    <PostForm to=AskQuestion::PATH>
                        <button class="example" name="question" value=question.clone()>
                            {question.clone()}
                        </button>
                    </PostForm>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="examples" aria-labelledby="examples">
            <h2 class="overline" id="examples">"For example"</h2>
            <ul>{examples}</ul>
        </section>
    }
}

#[component]
fn AskedOf(collections: Vec<Collection>) -> impl IntoView {
    let collections = collections
        .into_iter()
        .map(|collection| {
            view! {
                <li>
                    <a href=paths::collection(collection.id)>
                        <span class="asked-of-name">{collection.name}</span>
                        <span class="asked-of-count">{documents(collection.documents)}</span>
                        {(!collection.description.is_empty())
                            .then(|| view! { <span class="asked-of-about">{collection.description}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="asked-of" aria-labelledby="asked-of">
            <h2 class="overline" id="asked-of">"Answers are drawn from"</h2>
            <ul>{collections}</ul>
        </section>
    }
}

#[component]
fn NothingYet(may_manage: bool) -> impl IntoView {
    if may_manage {
        view! {
            <p class="note">
                <span>
                    "There is nothing to answer from yet. "
                    <a href="/library">"Make a collection and upload documents"</a>
                    "; each can be asked about as soon as it is read."
                </span>
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="note">
                <span>
                    "There is nothing yet that you may read. An administrator can add documents, or give you access."
                </span>
            </p>
        }
        .into_any()
    }
}

/// A number of documents in words.
pub(crate) fn documents(count: i64) -> String {
    if count == 1 { "1 document".to_owned() } else { format!("{count} documents") }
}
