//! Taking back answers whose documents are deleted.

use anyhow::Context;
use sqlx::PgConnection;
use uuid::Uuid;

/// Withdraws every answer that was offered a passage of `document`: its text, its log and what
/// was offered are removed, the question stays. An answer being written stops. To be called in
/// the transaction that hides the document; returns how many answers there were.
///
/// # Errors
/// Where the database can't be written.
pub async fn withdraw(connection: &mut PgConnection, document: Uuid) -> anyhow::Result<i64> {
    let withdrawn = sqlx::query_scalar!(
        r#"
        update message
        set state = 'withdrawn', answer = '', abstained = false, sentences = '[]', error = null,
            finished_at = coalesce(finished_at, now())
        where id in (select message_id from message_source where document_id = $1)
        returning id
        "#,
        document,
    )
    .fetch_all(&mut *connection)
    .await
    .context("could not withdraw the answers of a document")?;
    sqlx::query!(r#"delete from cached_answer where message_id = any($1)"#, &withdrawn)
        .execute(&mut *connection)
        .await
        .context("could not let go of withdrawn answers")?;
    sqlx::query!(r#"delete from answer_event where message_id = any($1)"#, &withdrawn)
        .execute(&mut *connection)
        .await
        .context("could not remove the logs of withdrawn answers")?;
    sqlx::query!(r#"delete from message_source where message_id = any($1)"#, &withdrawn)
        .execute(&mut *connection)
        .await
        .context("could not remove the sources of withdrawn answers")?;
    sqlx::query!(
        r#"update review set correction = null, note = null where message_id = any($1)"#,
        &withdrawn
    )
    .execute(&mut *connection)
    .await
    .context("could not clear the reviews of withdrawn answers")?;
    Ok(withdrawn.len() as i64)
}
