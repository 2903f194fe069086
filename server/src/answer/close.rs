//! The end of an answer: its last events and its final state, in one transaction.

use anyhow::Context;
use app::{
    answer::{AnswerEvent, AnswerState, AnswerTimes, CheckedSentence, CorrectedCitation, Problem, Usage},
    error::AppError,
    model::Aid,
};
use sqlx::{PgConnection, PgPool, types::Json};
use uuid::Uuid;

use super::{
    cache,
    ledger::{self, Settlement},
    log,
};

/// How an answer ended.
pub(super) struct Closing {
    pub(super) state: AnswerState,
    pub(super) answer: String,
    pub(super) abstained: bool,
    pub(super) confidence: Option<f64>,
    pub(super) sentences: Vec<CheckedSentence>,
    pub(super) corrected: Vec<CorrectedCitation>,
    pub(super) aided_by: Vec<Aid>,
    pub(super) error: Option<AppError>,
    /// What it may be given again by, where it may.
    pub(super) keep: Option<cache::Key>,
    /// Who answered in the place of whom the first event named.
    pub(super) stood_in: Option<String>,
    pub(super) usage: Usage,
    /// `None` where nobody knows any more what its model took.
    pub(super) settlement: Option<Settlement>,
    pub(super) times: AnswerTimes,
}

/// Ends the answer `message`; one that is not being written any more stays as it is.
pub(super) async fn close(db: &PgPool, message: Uuid, closing: Closing) -> anyhow::Result<()> {
    let problem = closing.error.as_ref().map(problem);
    let last = match &problem {
        Some(problem) => vec![AnswerEvent::Error(problem.clone())],
        None => vec![
            AnswerEvent::Verdict {
                abstained: closing.abstained,
                confidence: closing.confidence,
                sentences: closing.sentences.clone(),
                corrected: closing.corrected.clone(),
                aided_by: closing.aided_by.clone(),
            },
            AnswerEvent::Done {
                usage: closing.usage.clone(),
                timings_ms: closing.times.clone(),
                model: closing.stood_in.clone(),
            },
        ],
    };
    let mut transaction = db.begin().await?;
    for event in &last {
        if log::append(&mut transaction, message, event).await?.is_none() {
            drop(transaction);
            return ledger::leave_as_guessed(db, message, closing.state).await;
        }
    }
    store(&mut transaction, message, &closing, problem).await?;
    match &closing.settlement {
        Some(settlement) => ledger::settle(&mut transaction, message, closing.state, settlement).await?,
        None => ledger::leave_as_guessed(&mut *transaction, message, closing.state).await?,
    }
    if let Some(key) = &closing.keep {
        cache::keep(&mut transaction, message, key).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Ends an answer whose server went down while it wrote it.
pub(super) async fn close_unfinished(db: &PgPool, message: Uuid) -> anyhow::Result<()> {
    close_as_far_as_it_came(db, message, AnswerState::Failed, Some(restarted())).await
}

/// Why an answer has no end.
pub(super) fn restarted() -> AppError {
    AppError::Unavailable {
        message: "The server was restarted while this answer was being written. Ask again.".to_owned(),
    }
}

/// Ends an answer that this process isn't writing, as its asker wants.
pub(super) async fn close_stopped(db: &PgPool, message: Uuid) -> anyhow::Result<()> {
    close_as_far_as_it_came(db, message, AnswerState::Stopped, None).await
}

async fn close_as_far_as_it_came(
    db: &PgPool,
    message: Uuid,
    state: AnswerState,
    error: Option<AppError>,
) -> anyhow::Result<()> {
    let closing = Closing {
        state,
        answer: text_so_far(db, message).await?,
        abstained: false,
        confidence: None,
        sentences: Vec::new(),
        corrected: Vec::new(),
        aided_by: Vec::new(),
        error,
        keep: None,
        stood_in: None,
        usage: Usage::default(),
        settlement: None,
        times: AnswerTimes::default(),
    };
    close(db, message, closing).await
}

/// The text that the log of `message` has.
async fn text_so_far(db: &PgPool, message: Uuid) -> anyhow::Result<String> {
    let events = log::read(db, message, 0).await?;
    let texts = events.into_iter().filter_map(|(_, event)| match event {
        AnswerEvent::Delta { text } => Some(text),
        _ => None,
    });
    Ok(texts.collect())
}

/// The failure as a problem object.
pub(crate) fn problem(error: &AppError) -> Problem {
    let status =
        http::StatusCode::from_u16(error.status()).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: error.to_string(),
        code: error.code().to_owned(),
    }
}

async fn store(
    connection: &mut PgConnection,
    message: Uuid,
    closing: &Closing,
    problem: Option<Problem>,
) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        update message
        set state = $2, answer = $3, abstained = $4, sentences = $5, error = $6,
            prompt_tokens = $7, completion_tokens = $8, cost_usd = $9,
            search_ms = $10, first_token_ms = $11, total_ms = $12,
            confidence = $13, aided_by = $14, finished_at = now()
        where id = $1 and state = 'writing'
        "#,
        message,
        word(closing.state),
        closing.answer,
        closing.abstained,
        Json(&closing.sentences) as _,
        problem.map(Json) as _,
        closing.usage.prompt_tokens as i32,
        closing.usage.completion_tokens as i32,
        closing.usage.cost_usd,
        closing.times.search,
        closing.times.first_token,
        closing.times.total,
        closing.confidence,
        Json(&closing.aided_by) as _,
    )
    .execute(connection)
    .await
    .context("could not store an answer")?;
    Ok(())
}

/// The word the database uses.
pub(super) fn word(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Writing => "writing",
        AnswerState::Done => "done",
        AnswerState::Stopped => "stopped",
        AnswerState::Failed => "failed",
        AnswerState::Withdrawn => "withdrawn",
    }
}
