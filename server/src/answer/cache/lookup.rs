//! Finding an answer that may be given again, and giving it.

use anyhow::Context;
use app::answer::{AnswerEvent, CacheUse, CheckedSentence};
use pgvector::HalfVector;
use sqlx::{PgConnection, PgPool, types::Json};
use uuid::Uuid;

use super::{Kept, Key, sameness};
use crate::answer::{log, message, offer::Offer};

impl Key {
    /// The answer before that may be given to `asker` again, where a search has just found
    /// `offer`: its message, and how it was found.
    pub(in crate::answer) async fn find(
        &self,
        db: &PgPool,
        asker: Uuid,
        offer: &Offer,
    ) -> anyhow::Result<Option<(Uuid, CacheUse)>> {
        let scopes = vec![self.alone.to_vec(), self.here.to_vec()];
        let asked_alike = asked_alike(db, &scopes, &sameness::normalised(&self.asked)).await?;
        for message in asked_alike {
            if holds(db, asker, message, offer).await? {
                return Ok(Some((message, CacheUse::Exact)));
            }
        }
        let Some(vector) = self.vector.as_ref() else { return Ok(None) };
        let near = near(db, &scopes, &HalfVector::from_f32_slice(&vector.values), &vector.embedder).await?;
        for (message, asked) in near {
            if sameness::may_ask_the_same(&self.asked, &asked) && holds(db, asker, message, offer).await? {
                return Ok(Some((message, CacheUse::Semantic)));
            }
        }
        Ok(None)
    }
}

/// Gives the answer of the message `before` to `message` again; `None`, with nothing to be kept,
/// where it no longer holds in this moment.
pub(in crate::answer) async fn give(
    connection: &mut PgConnection,
    asker: Uuid,
    (before, how): (Uuid, CacheUse),
    message: Uuid,
) -> anyhow::Result<Option<Kept>> {
    if !copy_sources(connection, asker, before, message).await? {
        return Ok(None);
    }
    let Some(row) = mark(connection, message, before, how).await? else { return Ok(None) };
    let events = log::read(&mut *connection, before, 0).await?;
    let confidence = events.into_iter().find_map(|(_, event)| match event {
        AnswerEvent::Verdict { confidence, .. } => confidence,
        _ => None,
    });
    let sources = message::readable_sources(connection, asker, message).await?;
    Ok(Some(Kept { how, answer: row.answer, sources, sentences: row.sentences.0, confidence }))
}

/// The answers to the same question, those without a conversation before them first.
async fn asked_alike(db: &PgPool, scopes: &[Vec<u8>], question: &str) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select message_id from cached_answer
        where scope = any($1) and question = $2 and kept_at > now() - interval '30 days'
        order by array_position($1, scope)
        "#,
        scopes,
        question,
    )
    .fetch_all(db)
    .await
    .context("could not look for an answer before")
}

/// The answers to the questions nearest in meaning, the nearest first, with how they were asked.
async fn near(
    db: &PgPool,
    scopes: &[Vec<u8>],
    vector: &HalfVector,
    embedder: &str,
) -> anyhow::Result<Vec<(Uuid, String)>> {
    const LOOKED_AT: i64 = 5;
    let rows = sqlx::query!(
        r#"
        select message_id, asked
        from cached_answer
        where scope = any($1) and embedder = $3 and kept_at > now() - interval '30 days'
          and vector <=> $2 <= $4
        order by vector <=> $2
        limit $5
        "#,
        scopes,
        vector as _,
        embedder,
        1.0 - sameness::NEAR,
        LOOKED_AT,
    )
    .fetch_all(db)
    .await
    .context("could not look for an answer to a question like it")?;
    Ok(rows.into_iter().map(|row| (row.message_id, row.asked)).collect())
}

/// Whether the answer of `message` still holds: all that it was offered is there and `asker`'s to
/// read, all that it cites is offered again, and nothing is offered that it can't have known.
async fn holds(db: &PgPool, asker: Uuid, message: Uuid, offer: &Offer) -> anyhow::Result<bool> {
    let (chunks, versions): (Vec<Uuid>, Vec<Uuid>) =
        offer.entries.iter().map(|entry| (entry.source.chunk_id, entry.version_id)).unzip();
    sqlx::query_scalar!(
        r#"
        select
            not exists (
                select from message_source
                join document on document.id = message_source.document_id
                where message_source.message_id = $2
                  and (
                    document.deleted_at is not null
                    or document.current_version_id is distinct from message_source.version_id
                    or document.collection_id not in (select readable_collection($1))
                  )
            )
            and not exists (
                select
                from message,
                    jsonb_array_elements(message.sentences) as sentence,
                    jsonb_array_elements(sentence -> 'refs') as cited
                join message_source on message_source.message_id = $2 and message_source.ref = cited::integer
                where message.id = $2 and message_source.chunk_id <> all($3)
            )
            and not exists (
                select
                from unnest($3::uuid[], $4::uuid[]) as offered (chunk_id, version_id)
                join document_version on document_version.id = offered.version_id
                where offered.chunk_id not in (
                    select chunk_id from message_source where message_source.message_id = $2
                )
                -- What was published in the minute before may not have been found yet.
                and coalesce(document_version.ready_at, now()) > (
                    select searched_at - interval '1 minute' from cached_answer where message_id = $2
                )
            ) as "holds!"
        "#,
        asker,
        message,
        &chunks,
        &versions,
    )
    .fetch_one(db)
    .await
    .context("could not check whether an answer before still holds")
}

/// Offers `message` what `before` was offered; `false` where a part of it is gone. The documents'
/// rows are held, so that none is deleted before this is stored.
async fn copy_sources(
    connection: &mut PgConnection,
    asker: Uuid,
    before: Uuid,
    message: Uuid,
) -> anyhow::Result<bool> {
    let copied = sqlx::query!(
        r#"
        insert into message_source (
            message_id, ref, collection_id, document_id, version_id, chunk_id, external_id,
            title, heading_path, page, quote, char_start, char_end, document_updated_at
        )
        select
            $3, source.ref, source.collection_id, source.document_id, source.version_id, source.chunk_id,
            source.external_id, source.title, source.heading_path, source.page, source.quote,
            source.char_start, source.char_end, source.document_updated_at
        from message_source as source
        join document on document.id = source.document_id
        where source.message_id = $2
          and document.deleted_at is null
          and document.current_version_id = source.version_id
          and document.collection_id in (select readable_collection($1))
        for key share of document
        "#,
        asker,
        before,
        message,
    )
    .execute(&mut *connection)
    .await
    .context("could not copy the sources of an answer before")?;
    let offered = sqlx::query_scalar!(
        r#"select count(*) as "count!" from message_source where message_id = $1"#,
        before,
    )
    .fetch_one(connection)
    .await
    .context("could not count the sources of an answer before")?;
    Ok(offered > 0 && copied.rows_affected() == offered as u64)
}

struct Before {
    answer: String,
    sentences: Json<Vec<CheckedSentence>>,
}

/// Says of `message` whose answer it is given; the answer, where that is still to be had.
async fn mark(
    connection: &mut PgConnection,
    message: Uuid,
    before: Uuid,
    how: CacheUse,
) -> anyhow::Result<Option<Before>> {
    let how = match how {
        CacheUse::Miss => "miss",
        CacheUse::Exact => "exact",
        CacheUse::Semantic => "semantic",
    };
    sqlx::query_as!(
        Before,
        r#"
        update message
        set cache = $3, cached_from = before.id, answered_at = before.finished_at, model = before.model
        from message as before
        where message.id = $1 and before.id = $2 and before.state = 'done'
        returning before.answer, before.sentences as "sentences: Json<Vec<CheckedSentence>>"
        "#,
        message,
        before,
        how,
    )
    .fetch_optional(connection)
    .await
    .context("could not give an answer again")
}
