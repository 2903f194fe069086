//! The first page: a question, and what can be asked.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use serde::{Deserialize, Serialize};

use crate::{
    document::Collection,
    error::AppError,
    parts::{
        post_form::PostForm,
        question_form::{AskQuestion, QuestionForm},
        reading::{read, show},
    },
    paths,
};
use leptos::server_fn::ServerFn;

/// What a newcomer is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// What the reader may ask of.
    pub collections: Vec<Collection>,
    /// Questions that the documents themselves raise.
    pub examples: Vec<String>,
    pub models: Vec<String>,
    pub may_manage: bool,
}

/// What can be asked, and of what.
#[server(prefix = "/fn", endpoint = "welcome", input = server_fn::codec::Json)]
pub async fn read_welcome() -> Result<Welcome, AppError> {
    let reader = crate::ports::current_user()?;
    let ports = crate::ports::ports()?;
    let collections = ports.library.collections(&reader).await?;
    let examples = examples::drawn_from(&*ports.library, &reader, &collections).await?;
    Ok(Welcome { collections, examples, models: ports.answers.models(), may_manage: reader.is_admin() })
}

/// Asks a first question.
#[component]
pub fn AskPage() -> impl IntoView {
    let welcome = read(|| (), |()| read_welcome());
    view! {
        <Title text=""/>
        <div class="page page-ask">
            {show(welcome, |welcome| view! { <WelcomeView welcome/> }.into_any())}
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
                    <A href=paths::collection(collection.id)>
                        <span class="asked-of-name">{collection.name}</span>
                        <span class="asked-of-count">{documents(collection.documents)}</span>
                        {(!collection.description.is_empty())
                            .then(|| view! { <span class="asked-of-about">{collection.description}</span> })}
                    </A>
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

/// Example questions: headings of the documents that are questions themselves.
#[cfg(feature = "ssr")]
mod examples {
    use crate::{
        account::User,
        document::{Collection, DocumentFilter, Status},
        list::PageRequest,
        ports::{Library, Result},
    };

    const SHOWN: usize = 4;
    /// Documents that are looked into for questions, a collection.
    const LOOKED_INTO: u32 = 6;

    /// From each collection in turn, the guide's last: it is there to start with, not to crowd out.
    pub(super) async fn drawn_from(
        library: &dyn Library,
        reader: &User,
        collections: &[Collection],
    ) -> Result<Vec<String>> {
        let mut by_collection = Vec::new();
        let (guides, others): (Vec<_>, Vec<_>) =
            collections.iter().partition(|collection| collection.is_guide);
        for collection in others.into_iter().chain(guides) {
            by_collection.push(questions_in(library, reader, collection).await?);
        }

        let mut examples = Vec::new();
        for place in 0..SHOWN {
            for questions in &by_collection {
                if let Some(question) = questions.get(place) {
                    examples.push(question.clone());
                }
            }
        }
        examples.truncate(SHOWN);
        Ok(examples)
    }

    async fn questions_in(
        library: &dyn Library,
        reader: &User,
        collection: &Collection,
    ) -> Result<Vec<String>> {
        let ready = DocumentFilter {
            collection: Some(collection.id),
            status: Some(Status::Ready),
            ..Default::default()
        };
        let first = PageRequest { limit: Some(LOOKED_INTO), cursor: None };
        let mut questions = Vec::new();
        for document in library.documents(reader, ready, first).await?.items {
            let outline = library.view_document(reader, document.id, None, None).await?.outline;
            questions.extend(
                outline.into_iter().map(|heading| heading.text).filter(|heading| is_question(heading)),
            );
            if questions.len() >= SHOWN {
                break;
            }
        }
        Ok(questions)
    }

    fn is_question(heading: &str) -> bool {
        heading.ends_with('?') && (12..=90).contains(&heading.chars().count())
    }
}
