//! Questions that their askers hand to a person.

use anyhow::Context;
use app::{error::AppError, review::HandOver};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AnswerService, feedback, message, review::Cause};
use crate::error::Result;

impl AnswerService {
    /// Puts the asker's own question on the review desk; one that was resolved is opened again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it isn't the asker's own; [`AppError::Conflict`] while its
    /// answer is being written, or was withdrawn.
    pub(super) async fn put_on_the_desk(&self, asker: Uuid, id: Uuid, words: HandOver) -> Result<()> {
        let note = feedback::parse("note", words.note)?;
        message::check_own(&self.db, asker, id).await?;
        match store(&self.db, id, note).await? {
            true => Ok(()),
            false => Err(AppError::conflict("There is no finished answer to hand over.").into()),
        }
    }
}

async fn store(db: &PgPool, message: Uuid, asked: Option<String>) -> anyhow::Result<bool> {
    let stored = sqlx::query!(
        r#"
        insert into review (id, message_id, cause, asked, handed_over_at)
        select $1, message.id, $3, $4, now()
        from message
        where message.id = $2 and message.state in ('done', 'stopped', 'failed')
        on conflict on constraint review_message_key do update
        set cause = excluded.cause, asked = excluded.asked, handed_over_at = excluded.handed_over_at,
            state = 'open', note = null, correction = null, resolved_by = null, resolved_at = null
        "#,
        Uuid::now_v7(),
        message,
        Cause::HandedOver.word(),
        asked,
    )
    .execute(db)
    .await
    .context("could not hand a question over")?;
    Ok(stored.rows_affected() > 0)
}
