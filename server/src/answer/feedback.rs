//! What askers think of their answers.

use anyhow::Context;
use app::{
    answer::{Feedback, Rating},
    error::AppError,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AnswerService, cache, message, review};
use crate::error::Result;

impl AnswerService {
    /// Keeps the asker's opinion, in place of an earlier one. A bad one puts the answer on the
    /// review desk.
    pub(super) async fn keep_feedback(&self, asker: Uuid, id: Uuid, feedback: Feedback) -> Result<()> {
        let reason = parse("reason", feedback.reason)?;
        let comment = parse("comment", feedback.comment)?;
        message::check_own(&self.db, asker, id).await?;
        store(&self.db, asker, id, feedback.rating, reason, comment).await?;
        match feedback.rating {
            Rating::Down => {
                cache::forget(&self.db, id).await?;
                review::open(&self.db, id, review::Cause::RatedDown).await
            }
            Rating::Up => review::take_back(&self.db, id, review::Cause::RatedDown).await,
        }?;
        Ok(())
    }
}

pub(super) fn parse(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    const LONGEST: usize = 2_000;
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > LONGEST => {
            Err(AppError::invalid(field, format!("{LONGEST} characters are the most.")))
        }
        text => Ok(text),
    }
}

async fn store(
    db: &PgPool,
    asker: Uuid,
    message: Uuid,
    rating: Rating,
    reason: Option<String>,
    comment: Option<String>,
) -> anyhow::Result<()> {
    let rating = match rating {
        Rating::Up => "up",
        Rating::Down => "down",
    };
    sqlx::query!(
        r#"
        insert into feedback (message_id, account_id, rating, reason, comment)
        values ($1, $2, $3, $4, $5)
        on conflict (message_id, account_id) do update
        set rating = excluded.rating, reason = excluded.reason, comment = excluded.comment, updated_at = now()
        "#,
        message,
        asker,
        rating,
        reason,
        comment,
    )
    .execute(db)
    .await
    .context("could not store feedback")?;
    Ok(())
}
