//! The review desk: answers that somebody should look at, and what the desk said of them.

use anyhow::Context;
use app::{
    account::User,
    answer::{CheckedSentence, Support},
    error::AppError,
    list::{Page, PageRequest, foreign_cursor},
    review::{Outcome, Resolution, Review, ReviewState},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AnswerService, cache, message};
use crate::error::Result;

/// Why an answer should be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    RatedDown,
    /// The check found a sentence that its sources don't carry.
    Unsupported,
    /// The asker wants a person to answer.
    HandedOver,
}

impl Cause {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::RatedDown => "rated_down",
            Self::Unsupported => "unsupported",
            Self::HandedOver => "handed_over",
        }
    }
}

/// Whether an answer should be looked at, judged by the check of its sentences.
pub(super) fn is_doubtful(sentences: &[CheckedSentence]) -> bool {
    sentences.iter().any(|sentence| sentence.support == Support::Unsupported)
}

/// Puts an answer on the desk, once.
pub(super) async fn open(db: &PgPool, message: Uuid, cause: Cause) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        insert into review (id, message_id, cause)
        values ($1, $2, $3)
        on conflict on constraint review_message_key do nothing
        "#,
        Uuid::now_v7(),
        message,
        cause.word(),
    )
    .execute(db)
    .await
    .context("could not open a review")?;
    Ok(())
}

/// Takes an answer from the desk that lay there for `cause` and hasn't been looked at.
pub(super) async fn take_back(db: &PgPool, message: Uuid, cause: Cause) -> anyhow::Result<()> {
    sqlx::query!(
        r#"delete from review where message_id = $1 and cause = $2 and state = 'open'"#,
        message,
        cause.word(),
    )
    .execute(db)
    .await
    .context("could not take back a review")?;
    Ok(())
}

impl AnswerService {
    /// The reviews in `state`, or all, the longest waiting first. Of answers and
    /// sources the reviewer gets what they may read.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who doesn't work the desk.
    pub(super) async fn list_reviews(
        &self,
        reviewer: &User,
        state: Option<ReviewState>,
        page: &PageRequest,
    ) -> Result<Page<Review>> {
        const USUAL: u32 = 50;
        const MOST: u32 = 100;
        check_reviewer(reviewer)?;
        let limit = page.limit(USUAL, MOST)?;
        let after = page.cursor().map(|cursor| cursor.parse().map_err(|_| foreign_cursor())).transpose()?;
        let mut rows = rows(&self.db, state, after, i64::from(limit) + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
        let items = self.with_messages(reviewer.id, rows).await?;
        Ok(Page { items, next_cursor })
    }

    /// Says what the desk thinks of an answer.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who doesn't work the desk; [`AppError::NotFound`];
    /// [`AppError::Invalid`] where a correction has no text; [`AppError::Conflict`] where somebody
    /// was faster.
    pub(super) async fn resolve(&self, reviewer: &User, id: Uuid, resolution: Resolution) -> Result<Review> {
        check_reviewer(reviewer)?;
        let (correction, note) = (correction(&resolution)?, text("note", resolution.note.as_deref())?);
        let state = resolution.outcome.state();
        let resolved = sqlx::query_scalar!(
            r#"
            update review
            set state = $2, note = $3, correction = $4, resolved_by = $5, resolved_at = now()
            where id = $1 and state = 'open'
            returning id
            "#,
            id,
            state.as_str(),
            note,
            correction,
            reviewer.id,
        )
        .fetch_optional(&self.db)
        .await
        .context("could not resolve a review")?;
        let row = row(&self.db, id).await?.ok_or(AppError::NotFound)?;
        if resolved.is_none() {
            return Err(AppError::conflict("Somebody has already resolved this review.").into());
        }
        if resolution.outcome != Outcome::Approved {
            cache::forget(&self.db, row.message_id).await?;
        }
        let mut reviews = self.with_messages(reviewer.id, vec![row]).await?;
        Ok(reviews.pop().ok_or(AppError::NotFound)?)
    }

    async fn with_messages(&self, reviewer: Uuid, rows: Vec<Row>) -> Result<Vec<Review>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.message_id).collect();
        let mut messages = message::load(&self.db, &self.models, reviewer, &ids).await?;
        let mut reviews = Vec::with_capacity(rows.len());
        for row in rows {
            // An answer deleted in this moment takes its review with it.
            let Some(at) = messages.iter().position(|message| message.id == row.message_id) else { continue };
            reviews.push(Review {
                id: row.id,
                cause: row.cause,
                asked: row.asked,
                state: row.state.parse()?,
                message: messages.swap_remove(at),
                note: row.note,
                correction: row.correction,
                created_at: row.created_at.into(),
                resolved_at: row.resolved_at.map(Into::into),
            });
        }
        Ok(reviews)
    }
}

/// That there is a desk is no secret.
fn check_reviewer(user: &User) -> Result<(), AppError> {
    if user.is_reviewer() { Ok(()) } else { Err(AppError::Forbidden) }
}

fn correction(resolution: &Resolution) -> Result<Option<&str>, AppError> {
    let text = text("correction", resolution.correction.as_deref())?;
    match (resolution.outcome, text) {
        (Outcome::Corrected, None) => Err(AppError::invalid("correction", "Write the correct answer.")),
        (Outcome::Corrected, text) => Ok(text),
        (Outcome::Approved | Outcome::Rejected, _) => Ok(None),
    }
}

/// What a reviewer wrote, if anything.
fn text<'a>(field: &str, text: Option<&'a str>) -> Result<Option<&'a str>, AppError> {
    const LONGEST: usize = 10_000;
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > LONGEST => {
            Err(AppError::invalid(field, format!("{LONGEST} characters are the most.")))
        }
        text => Ok(text),
    }
}

struct Row {
    id: Uuid,
    message_id: Uuid,
    cause: String,
    asked: Option<String>,
    state: String,
    note: Option<String>,
    correction: Option<String>,
    created_at: time::OffsetDateTime,
    resolved_at: Option<time::OffsetDateTime>,
}

/// Ids are made in the order of time, so they are the order and the cursor.
async fn rows(
    db: &PgPool,
    state: Option<ReviewState>,
    after: Option<Uuid>,
    limit: i64,
) -> anyhow::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select id, message_id, cause, asked, state, note, correction, created_at, resolved_at
        from review
        where ($1::text is null or state = $1)
          and ($2::uuid is null or id > $2)
        order by id
        limit $3
        "#,
        state.map(ReviewState::as_str),
        after,
        limit,
    )
    .fetch_all(db)
    .await
    .context("could not list reviews")
}

async fn row(db: &PgPool, id: Uuid) -> anyhow::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select id, message_id, cause, asked, state, note, correction, created_at, resolved_at
        from review
        where id = $1
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not read a review")
}
