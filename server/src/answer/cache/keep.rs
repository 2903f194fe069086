//! Keeping answers, and letting go of them.

use anyhow::Context;
use pgvector::HalfVector;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Key, sameness};

/// Keeps the answer of `message`, in place of one before to the same question. To be called in the
/// transaction that finishes the answer.
pub(in crate::answer) async fn keep(
    connection: &mut PgConnection,
    message: Uuid,
    key: &Key,
) -> anyhow::Result<()> {
    let (vector, embedder) = match &key.vector {
        Some(vector) => (Some(HalfVector::from_f32_slice(&vector.values)), Some(vector.embedder.as_str())),
        None => (None, None),
    };
    sqlx::query!(
        r#"
        insert into cached_answer (message_id, scope, question, asked, vector, embedder, searched_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict on constraint cached_answer_key do update
        set message_id = excluded.message_id, asked = excluded.asked, vector = excluded.vector,
            embedder = excluded.embedder, searched_at = excluded.searched_at, kept_at = now()
        "#,
        message,
        key.here.as_slice(),
        sameness::normalised(&key.asked),
        key.asked,
        vector as _,
        embedder,
        key.searched_at,
    )
    .execute(connection)
    .await
    .context("could not keep an answer")?;
    Ok(())
}

/// Doesn't give the answer of `message`, or the one that it was given again, to anybody any more:
/// somebody says that it is bad.
pub(in crate::answer) async fn forget(db: &PgPool, message: Uuid) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        delete from cached_answer
        where message_id in ($1, (select cached_from from message where id = $1))
        "#,
        message,
    )
    .execute(db)
    .await
    .context("could not let go of an answer")?;
    Ok(())
}
