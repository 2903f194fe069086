//! The review desk: answers that somebody should look at, for support and admins.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use crate::{
    error::AppError,
    islands::{
        answer_text::{scoped, source_anchor},
        source_list::SourceBody,
    },
    list::{Page, PageRequest},
    notice::{Notice, tell},
    parts::{post_form::PostForm, reading::show},
    ports::{current_user, ports},
    review::{Outcome, Review, ReviewState},
};

/// What waits on the desk.
async fn read_open() -> Result<Page<Review>, AppError> {
    let reviewer = current_user()?;
    ports()?.answers.reviews(&reviewer, Some(ReviewState::Open), PageRequest::default()).await
}

/// Says what the desk thinks of an answer.
#[server(prefix = "/fn", endpoint = "resolve_review")]
pub async fn resolve_review(
    id: Uuid,
    outcome: Outcome,
    note: Option<String>,
    correction: Option<String>,
) -> Result<(), AppError> {
    let reviewer = current_user()?;
    let resolution = crate::review::Resolution { outcome, note, correction };
    ports()?.answers.resolve_review(&reviewer, id, resolution).await?;
    tell(Notice::Done("Resolved."))
}

/// Lists what waits, the longest waiting first, each with a form to resolve it.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    view! {
        <Title text="Reviews"/>
        <div class="page">
            <header class="page-head">
                <h1>"Reviews"</h1>
            </header>
            {show(read_open(), view)}
        </div>
    }
}

fn view(open: Page<Review>) -> AnyView {
    if open.items.is_empty() {
        return view! { <p class="hint">"Nothing waits to be looked at."</p> }.into_any();
    }
    let has_more = open.next_cursor.is_some();
    let reviews = open.items.into_iter().map(|review| view! { <OpenReview review/> }).collect_view();
    view! {
        <p class="hint">
            "Answers that somebody should look at, the longest waiting first. Who handed a question over sees your \
             note and your answer in their conversation."
        </p>
        {reviews}
        {has_more.then(|| view! { <p class="hint">"More follow when these are resolved."</p> })}
    }
    .into_any()
}

#[component]
fn OpenReview(review: Review) -> impl IntoView {
    let Review { id, cause, asked, message, created_at, .. } = review;
    let why = match cause.as_str() {
        "handed_over" => "Handed over by the asker",
        "rated_down" => "Rated as not helpful",
        _ => "A sentence isn't carried by its sources",
    };
    let blocks = message
        .blocks
        .iter()
        .map(|html| view! { <div class="block" inner_html=scoped(html, message.id)></div> })
        .collect_view();
    let sources = message.sources.into_iter().map(|source| {
        let reference = source.reference;
        view! {
            <li class="source" id=source_anchor(message.id, reference)>
                <span class="source-number">{reference}</span>
                <SourceBody source/>
            </li>
        }
    });
    view! {
        <article class="review" aria-labelledby=format!("review-{id}")>
            <h2 id=format!("review-{id}")>{message.question}</h2>
            <p class="hint">
                {why} ", "
                <time datetime=created_at.as_str().to_owned()>{created_at.day()}</time>
            </p>
            {asked.map(|asked| view! { <blockquote class="review-asked">{asked}</blockquote> })}
            <div class="answer-text">{blocks}</div>
            {message.withheld.then(|| view! { <p class="hint">"You may not read all that this answer stands on, so it is withheld."</p> })}
            <details class="sources-rest">
                <summary>"What it was given"</summary>
                <ol class="source-list">{sources.collect_view()}</ol>
            </details>
            <PostForm to=ResolveReview::PATH class="form">
                <input type="hidden" name="id" value=id.to_string()/>
                <label class="field">
                    <span>"The right answer, where it needs one"</span>
                    <textarea name="correction" rows="3" maxlength="10000"></textarea>
                </label>
                <label class="field">
                    <span>"A note"</span>
                    <textarea name="note" rows="2" maxlength="10000"></textarea>
                </label>
                <div class="form-row">
                    <button class="button button-primary" name="outcome" value="corrected">"Answer it so"</button>
                    <button class="button" name="outcome" value="approved">"The answer is right"</button>
                    <button class="button" name="outcome" value="rejected">"Can't be answered"</button>
                </div>
            </PostForm>
        </article>
    }
}
