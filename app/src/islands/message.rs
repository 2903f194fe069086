//! A question and its answer.

use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use uuid::Uuid;
use wasm_bindgen_futures::JsFuture;

use super::{
    answer_text::AnswerText,
    hand_over::{HandOverForm, HandedOverNote},
    live_answer::follow,
    rating::RatingForm,
    read_as::ReadAs,
    source_list::{SourceList, by_use},
};
use crate::{
    answer::{AnswerState, CacheUse, Message, Support},
    asking::{AskQuestion, StopAnswer},
    error::AppError,
    model::ModelRole,
    parts::{error_note::ErrorNote, icon::Icon, place::page_beside, post_form::PostForm},
    paths,
};

/// Without JavaScript, a page with an unfinished answer asks for itself again.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="2"><p class="hint">The answer is still being written; this page reloads by itself.</p>"#;

/// Shows a question with its answer and, in the browser, follows the answer until it is done.
#[island]
pub fn MessageView(message: Message, conversation: Uuid) -> impl IntoView {
    let (id, question) = (message.id, message.question.clone());
    let narrowed_to = message.narrowed_to.clone();
    let message = RwSignal::new(message);
    let pointed_at = RwSignal::new(None);
    // A small model may still be reading it.
    let readings = Memo::new(move |_| message.read().read_as.clone());
    let is_open = Memo::new(move |_| message.read().is_open());
    follow(message);

    view! {
        <article class="message" id=format!("message-{id}") aria-labelledby=format!("question-{id}")>
            <h2 class="question" id=format!("question-{id}")>{question.clone()}</h2>
            {move || {
                let (readings, narrowed_to) = (readings.get(), narrowed_to.clone());
                let is_as_it_stands = readings.is_empty() && narrowed_to.is_empty();
                let question = question.clone();
                (!is_as_it_stands).then(|| view! { <ReadAs readings narrowed_to question conversation/> })
            }}
            <div class="answer" aria-live="polite" aria-busy=move || is_open.get().to_string()>
                <AnswerText message pointed_at/>
                {move || outcome(&message.read(), conversation)}
            </div>
            {move || message.read().handed_over.clone().map(|handed_over| view! { <HandedOverNote handed_over/> })}
            <SourceList message pointed_at/>
            <footer class="message-foot">
                {move || {
                    if is_open.get() {
                        view! { <Stop id/> }.into_any()
                    } else {
                        view! { <Actions message=message.get()/> }.into_any()
                    }
                }}
            </footer>
        </article>
    }
}

/// What is to be said of an answer besides its text.
fn outcome(message: &Message, conversation: Uuid) -> AnyView {
    if message.withheld {
        return note("You may no longer read a source of this answer, so the answer is withheld.");
    }
    match message.state {
        AnswerState::Writing if message.blocks.is_empty() => {
            view! { <p class="doing">{doing(message)}</p> }.into_any()
        }
        AnswerState::Writing => ().into_any(),
        AnswerState::Done => view! {
            {message.notice.clone().map(|notice| view! { <p class="hint">{notice}</p> })}
            <Again message=message.clone() conversation/>
            <Checked message=message.clone()/>
        }
        .into_any(),
        AnswerState::Stopped => note("Stopped. What was written until then stays."),
        AnswerState::Withdrawn => {
            note("A document that this answer quoted was deleted, and the answer with it.")
        }
        AnswerState::Failed => {
            let problem = message.error.as_ref().map(|problem| problem.detail.clone());
            let problem = problem.unwrap_or_else(|| AppError::Internal.to_string());
            let question = message.question.clone();
            view! {
                <ErrorNote message=problem/>
                <PostForm to=AskQuestion::PATH>
                    <input type="hidden" name="conversation" value=conversation.to_string()/>
                    <button class="button" name="question" value=question>
                        "Ask again"
                    </button>
                </PostForm>
            }
            .into_any()
        }
    }
}

/// What is being done before there is any text.
fn doing(message: &Message) -> String {
    match (message.place, message.sources.len()) {
        (Some(1), _) => "The model is busy. This question is next…".to_owned(),
        (Some(2), _) => "The model is busy. 1 question comes before this one…".to_owned(),
        (Some(place), _) => format!("The model is busy. {} questions come before this one…", place - 1),
        (None, 0) => "Searching…".to_owned(),
        (None, 1) => "Reading 1 passage…".to_owned(),
        (None, passages) => format!("Reading {passages} passages…"),
    }
}

fn note(text: &'static str) -> AnyView {
    view! {
        <p class="note">
            <Icon name="info"/>
            <span>{text}</span>
        </p>
    }
    .into_any()
}

/// Says of an answer that was given again when it was written, and offers to have it written anew.
#[component]
fn Again(message: Message, conversation: Uuid) -> impl IntoView {
    let written = message.answered_at.filter(|_| message.cache != CacheUse::Miss)?;
    let like = if message.cache == CacheUse::Semantic { "A question like this was" } else { "This was" };
    Some(view! {
        <div class="again">
            <span>{format!("{like} answered before, on {}.", written.day())}</span>
            <PostForm to=AskQuestion::PATH>
                <input type="hidden" name="conversation" value=conversation.to_string()/>
                <input type="hidden" name="fresh" value="true"/>
                <button class="button button-quiet" name="question" value=message.question>
                    "Ask again"
                </button>
            </PostForm>
        </div>
    })
}

/// How the sentences came through the check, in words: colour alone tells nobody enough.
#[component]
fn Checked(message: Message) -> impl IntoView {
    if message.abstained {
        return note(match message.confidence {
            Some(confidence) if confidence >= NEARLY => {
                "The sources come near but don't surely carry an answer, so none is given. The nearest passages are listed."
            }
            _ => "The sources don't carry an answer, so none is given. The nearest passages are listed.",
        });
    }
    let count =
        |support: Support| message.sentences.iter().filter(|sentence| sentence.support == support).count();
    let contradicted = message.sentences.iter().filter(|sentence| sentence.contradicted_by.is_some()).count();
    let (supported, weak) = (count(Support::Supported), count(Support::Weak));
    let unsupported = count(Support::Unsupported) - contradicted;
    if message.sentences.is_empty() {
        return ().into_any();
    }
    view! {
        <p class="checked">
            <span class="checked-label">"Checked against its sources:"</span>
            {(supported > 0).then(|| view! { <span class="check-supported">{format!("{supported} supported")}</span> })}
            {(weak > 0).then(|| view! { <span class="check-weak">{format!("{weak} weak")}</span> })}
            {(unsupported > 0)
                .then(|| view! { <span class="check-unsupported">{format!("{unsupported} unsupported")}</span> })}
            {(contradicted > 0)
                .then(|| view! { <span class="check-unsupported">{format!("{contradicted} contradicted")}</span> })}
            {message.confidence.map(|confidence| view! { <span class="check-confidence">{in_words(confidence)}</span> })}
        </p>
    }
    .into_any()
}

/// An estimate below which nothing in the sources comes near an answer.
const NEARLY: f64 = 0.35;

/// How likely it is that the sources carry an answer.
fn in_words(confidence: f64) -> &'static str {
    const SURELY: f64 = 0.8;
    const LIKELY: f64 = 0.6;
    match confidence {
        confidence if confidence >= SURELY => "very likely what was asked for",
        confidence if confidence >= LIKELY => "likely what was asked for",
        _ => "perhaps not what was asked for",
    }
}

#[component]
fn Stop(id: Uuid) -> impl IntoView {
    view! {
        <PostForm to=StopAnswer::PATH stays=true>
            <button class="button" name="message" value=id.to_string()>
                <Icon name="stop"/>
                "Stop"
            </button>
        </PostForm>
        <noscript inner_html=REFRESH></noscript>
    }
}

/// What can be done with a finished answer.
#[component]
fn Actions(message: Message) -> impl IntoView {
    if message.withheld {
        return ().into_any();
    }
    let asks_person = message.is_doubtful() && message.handed_over.is_none();
    if message.blocks.is_empty() {
        return asks_person.then(|| view! { <HandOverForm message=message.id/> }).into_any();
    }
    let (id, feedback) = (message.id, message.feedback.clone());
    let models = models(&message);
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = with_sources(&message, &window().location().origin().unwrap_or_default());
        spawn_local(async move {
            let written = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            copied.try_set(written.is_ok());
        });
    };
    view! {
        {asks_person.then(|| view! { <HandOverForm message=id/> })}
        <RatingForm message=id feedback/>
        <button type="button" class="button button-quiet needs-js" on:click=copy>
            <Icon name="copy"/>
            <span role="status">{move || if copied.get() { "Copied" } else { "Copy with sources" }}</span>
        </button>
        <span class="message-model">{models}</span>
    }
    .into_any()
}

/// Who wrote it, and who helped.
fn models(message: &Message) -> String {
    let mut models = message.model.clone();
    for aid in &message.aided_by {
        let did = match aid.role {
            ModelRole::Small => "question read by",
            ModelRole::Check => "checked by",
            ModelRole::Answer => continue,
        };
        models.push_str(&format!(" · {did} {}", aid.model));
    }
    models
}

/// The answer as plain text, with a list of what it cites.
fn with_sources(message: &Message, origin: &str) -> String {
    let (mut cited, _) = by_use(&message.blocks, message.sources.clone());
    cited.sort_by_key(|source| source.reference);
    let mut text = format!("{}\n\n{}\n", message.question, message.answer);
    for source in cited {
        let mut place = vec![source.title];
        let page = page_beside(&source.heading_path, source.page);
        place.extend(source.heading_path);
        place.extend(page);
        let passage = paths::passage(source.document_id, source.chunk_id);
        text.push_str(&format!("\n[{}] {}\n    {origin}{passage}", source.reference, place.join(", ")));
    }
    text
}
