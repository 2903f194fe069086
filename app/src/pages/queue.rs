//! The queue of documents to be taken in, as an admin sees and steers it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::{
    error::AppError,
    islands::queue_state::QueueState,
    notice::{Notice, tell},
    parts::{confirm::Confirm, post_form::PostForm, reading::show},
    ports::{current_user, ports},
    queue::{FailureReason, QueueReport},
};

/// How the queue stands, and what reads scans.
async fn read_queue() -> Result<(QueueReport, Option<String>), AppError> {
    let actor = current_user()?;
    let library = ports()?.library;
    Ok((library.queue(&actor).await?, library.text_recognition()))
}

/// Lets what is running finish and nothing else begin.
#[server(prefix = "/fn", endpoint = "pause_queue")]
pub async fn pause_queue() -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.pause_queue(&actor).await?;
    tell(Notice::Done("The queue is paused. What is running is still finished."))
}

/// Goes on after a pause.
#[server(prefix = "/fn", endpoint = "resume_queue")]
pub async fn resume_queue() -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.resume_queue(&actor).await?;
    tell(Notice::Done("The queue goes on."))
}

/// Puts every failed document back into the queue.
#[server(prefix = "/fn", endpoint = "retry_failed")]
pub async fn retry_failed() -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.retry_failed(&actor).await?;
    tell(Notice::Done("The failed documents are tried again."))
}

/// Takes out of the queue what waits.
#[server(prefix = "/fn", endpoint = "cancel_waiting")]
pub async fn cancel_waiting() -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.cancel_waiting(&actor).await?;
    tell(Notice::Done("What waited is taken out. Each document can be tried again by itself."))
}

/// Shows the queue as it goes on, and steers it.
#[component]
pub fn QueuePage() -> impl IntoView {
    view! {
        <Title text="Queue"/>
        <div class="page">
            <h1>"Queue"</h1>
            {show(read_queue(), view)}
        </div>
    }
}

fn view((report, text_recognition): (QueueReport, Option<String>)) -> AnyView {
    let reasons = report.reasons.clone();
    let (is_paused, waiting, failed) = (report.pause.is_some(), report.waiting, report.failed);
    view! {
        <p class="hint">"Documents of all collections on their way to being searchable."</p>
        <QueueState report/>
        <div class="queue-actions">
            {if is_paused {
                view! {
                    <PostForm to=ResumeQueue::PATH>
                        <button class="button button-primary">"Go on"</button>
                    </PostForm>
                }
                .into_any()
            } else {
                view! {
                    <PostForm to=PauseQueue::PATH>
                        <button class="button">"Pause"</button>
                    </PostForm>
                }
                .into_any()
            }}
            {(failed > 0).then(|| view! {
                <PostForm to=RetryFailed::PATH>
                    <button class="button">"Try all failed again"</button>
                </PostForm>
            })}
            {(waiting > 0).then(|| view! {
                <Confirm
                    label="Cancel what waits"
                    question="The documents that wait are not read. What was searchable of them before stays so, and each can be tried again by itself."
                >
                    <PostForm to=CancelWaiting::PATH>
                        <button class="button button-danger">"Cancel what waits"</button>
                    </PostForm>
                </Confirm>
            })}
        </div>
        {(!reasons.is_empty()).then(|| view! { <Reasons reasons/> })}
        <p class="hint">
            {match text_recognition {
                Some(program) => format!("Scans and pictures are read by {program}."),
                None => "Scans and pictures can't be read: Tesseract isn't installed on this server.".to_owned(),
            }}
        </p>
    }
    .into_any()
}

#[component]
fn Reasons(reasons: Vec<FailureReason>) -> impl IntoView {
    let rows = reasons
        .into_iter()
        .map(|reason| {
            view! {
                <li>
                    <span>{reason.detail}</span>
                    <span class="hint">{reason.documents}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="reasons">
            <h2 id="reasons">"Why documents failed"</h2>
            <ul class="rows">{rows}</ul>
        </section>
    }
}
