//! Asking: the answer as a stream of events, or whole.

use app::{
    account::User,
    answer::{
        AnswerEvent, AnswerTimes, Ask, Asked, CacheUse, CheckedSentence, Problem as StoredProblem, Source,
        Usage,
    },
    error::AppError,
    model::Aid,
    ports::Answers,
};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures::{Stream, StreamExt, TryStreamExt};
use http::{HeaderMap, header};
use serde::Serialize;
use tokio_util::sync::DropGuard;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::AnswerService,
    error::Error,
    http::{
        answer_events::heartbeat,
        identity::{Credential, CurrentUser},
        input::Json,
        problem::{ApiError, ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ask))
}

/// An answer, whole.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Answered {
    conversation_id: Uuid,
    message_id: Uuid,
    /// With its citations as `[1]`.
    answer: String,
    abstained: bool,
    sources: Vec<Source>,
    sentences: Vec<CheckedSentence>,
    model: String,
    cache: CacheUse,
    /// How the question was read where it wasn't read as it stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    read_as: Vec<String>,
    /// The documents or the collection that the question names, from which alone it was answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    narrowed_to: Vec<String>,
    /// How likely it is that the sources carry an answer, 0 to 1, where it was estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    /// What else is to be told of it: that a budget is nearly spent, or who stood in for a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    /// The models that helped besides the one that wrote the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aided_by: Vec<Aid>,
    usage: Usage,
    timings_ms: AnswerTimes,
}

/// Asks a question.
///
/// With `Accept: text/event-stream` the answer comes as it is written, as the events `meta`,
/// `sources`, `waiting`… where the model is busy, `delta`…, `verdict`, `done`; an `error` is always
/// last. Otherwise it comes whole.
/// Closing the connection stops the work.
#[utoipa::path(
    post,
    path = "/ask",
    tag = "answers",
    request_body = Ask,
    responses(
        (status = OK, content((Answered = "application/json"), (AnswerEvent = "text/event-stream"))),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json",
            description = "No such conversation or collection"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, body = Problem, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, body = Problem, content_type = "application/problem+json",
            description = "The model failed"),
    )
)]
async fn ask(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    credential: Credential,
    headers: HeaderMap,
    Json(ask): Json<Ask>,
) -> ApiResult<Response> {
    let (asked, stop) = answers.begin(&asker, ask).await?;
    // Whoever drops the response, by closing the connection, stops the work.
    let guard = stop.drop_guard();
    let events = answers.follow(&asker, asked.message_id).await?.map_ok(|(_, event)| event);
    let events = events.take_until(Box::pin(credential.ended()));
    if wants_stream(&headers) {
        return Ok(Sse::new(as_sent(events, guard)).keep_alive(heartbeat()).into_response());
    }
    let answered = whole(&answers, &asker, asked, events).await?;
    guard.disarm();
    Ok(Json(answered).into_response())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

/// The events under their names; the guard goes with them.
fn as_sent(
    events: impl Stream<Item = Result<AnswerEvent, Error>> + Send + 'static,
    guard: DropGuard,
) -> impl Stream<Item = Result<Event, axum::Error>> + Send + 'static {
    events.map(move |event| {
        let _held = &guard;
        // What happens to the log itself is told as what happens to the answer is.
        let event = event.unwrap_or_else(|error| AnswerEvent::Error(crate::answer::problem(&error.into())));
        sent(&event)
    })
}

fn sent(event: &AnswerEvent) -> Result<Event, axum::Error> {
    let named = Event::default().event(event.name());
    match event {
        AnswerEvent::Error(problem) => named.json_data(problem),
        // Of the stored form, `{event, data}`, the data alone is sent.
        other => {
            let mut stored = serde_json::to_value(other).map_err(axum::Error::new)?;
            named.json_data(stored["data"].take())
        }
    }
}

/// The answer once it is finished.
async fn whole(
    answers: &AnswerService,
    asker: &User,
    asked: Asked,
    events: impl Stream<Item = Result<AnswerEvent, Error>> + Send,
) -> ApiResult<Answered> {
    let mut kept_before = CacheUse::Miss;
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.try_next().await? {
        match event {
            AnswerEvent::Meta { cache, .. } => kept_before = cache,
            AnswerEvent::Done { usage, timings_ms, .. } => {
                let message = answers.message(asker, asked.message_id).await?;
                return Ok(Answered {
                    conversation_id: asked.conversation_id,
                    message_id: asked.message_id,
                    answer: message.answer,
                    abstained: message.abstained,
                    sources: message.sources,
                    sentences: message.sentences,
                    model: message.model,
                    cache: kept_before,
                    read_as: message.read_as,
                    narrowed_to: message.narrowed_to,
                    confidence: message.confidence,
                    notice: message.notice,
                    aided_by: message.aided_by,
                    usage,
                    timings_ms,
                });
            }
            AnswerEvent::Error(problem) => return Err(failure(problem).into()),
            AnswerEvent::Sources { .. }
            | AnswerEvent::Waiting { .. }
            | AnswerEvent::Delta { .. }
            | AnswerEvent::Verdict { .. } => {}
        }
    }
    // It ended without its last event: it may not be read on, or is gone.
    Err(ApiError(AppError::NotFound))
}

/// The failure that a stored problem tells of.
fn failure(problem: StoredProblem) -> AppError {
    match problem.status {
        404 => AppError::NotFound,
        429 => AppError::Limited {
            code: problem.code,
            message: problem.detail,
            wait_seconds: crate::answer::seconds_to_midnight(),
        },
        502 => AppError::Model { code: problem.code, message: problem.detail },
        503 => AppError::Unavailable { message: problem.detail },
        _ => AppError::Internal,
    }
}
