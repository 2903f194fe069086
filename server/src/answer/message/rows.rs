//! The rows of messages and of their sources, with what the viewer may see.

use std::collections::HashMap;

use anyhow::Context;
use app::{
    answer::{CheckedSentence, Problem, Source},
    model::Aid,
};
use sqlx::{PgExecutor, PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) question: String,
    pub(super) state: String,
    pub(super) answer: String,
    pub(super) abstained: bool,
    pub(super) sentences: Json<Vec<CheckedSentence>>,
    pub(super) model: String,
    pub(super) cache: String,
    pub(super) answered_at: Option<OffsetDateTime>,
    pub(super) notice: Option<String>,
    pub(super) read_as: Vec<String>,
    pub(super) narrowed_to: Vec<String>,
    pub(super) aided_by: Json<Vec<Aid>>,
    pub(super) confidence: Option<f64>,
    pub(super) error: Option<Json<Problem>>,
    pub(super) place: Option<i32>,
    pub(super) rating: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) handed_over_at: Option<OffsetDateTime>,
    pub(super) review_state: Option<String>,
    pub(super) note: Option<String>,
    pub(super) correction: Option<String>,
    pub(super) resolved_at: Option<OffsetDateTime>,
    pub(super) seq: i32,
    pub(super) created_at: OffsetDateTime,
}

pub(super) struct OfferedRow {
    pub(super) message_id: Uuid,
    pub(super) source: Source,
    pub(super) is_readable: bool,
}

/// While an answer is written, its text is what the log has of it: in one statement with the
/// number of the last event, so that the two agree.
pub(super) async fn rows(db: &PgPool, viewer: Uuid, ids: &[Uuid]) -> anyhow::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select
            message.id,
            message.question,
            message.state,
            case message.state
                when 'writing' then coalesce(written.text, '')
                else message.answer
            end as "answer!",
            message.abstained,
            message.sentences as "sentences: Json<Vec<CheckedSentence>>",
            message.model,
            message.cache,
            message.answered_at,
            message.notice,
            message.read_as,
            message.narrowed_to,
            message.aided_by as "aided_by: Json<Vec<Aid>>",
            message.confidence,
            message.error as "error: Json<Problem>",
            case when message.state = 'writing' then written.place end as place,
            feedback.rating as "rating?",
            feedback.reason,
            feedback.comment,
            review.handed_over_at as "handed_over_at?",
            review.state as "review_state?",
            review.note,
            review.correction,
            review.resolved_at,
            coalesce(written.seq, 0) as "seq!",
            message.created_at
        from message
        left join review on review.message_id = message.id and review.handed_over_at is not null
        left join feedback on feedback.message_id = message.id and feedback.account_id = $1
        left join lateral (
            select
                max(seq) as seq,
                string_agg(event -> 'data' ->> 'text', '' order by seq)
                    filter (where event ->> 'event' = 'delta') as text,
                -- Told anew with every change; what was told last holds.
                (array_agg((event -> 'data' ->> 'place')::integer order by seq desc)
                    filter (where event ->> 'event' = 'waiting'))[1] as place
            from answer_event
            where answer_event.message_id = message.id
        ) as written on true
        where message.id = any($2)
        order by message.created_at, message.id
        "#,
        viewer,
        ids,
    )
    .fetch_all(db)
    .await
    .context("could not read messages")
}

/// What each message was offered, and whether the viewer may read it now. What is being deleted
/// can't be read by anybody.
pub(super) async fn sources(
    db: impl PgExecutor<'_>,
    viewer: Uuid,
    ids: &[Uuid],
) -> anyhow::Result<HashMap<Uuid, Vec<OfferedRow>>> {
    let rows = sqlx::query!(
        r#"
        select
            message_source.*,
            document.deleted_at is null
                and document.collection_id in (select readable_collection($1)) as "is_readable!"
        from message_source
        join document on document.id = message_source.document_id
        where message_source.message_id = any($2)
        order by message_source.message_id, message_source.ref
        "#,
        viewer,
        ids,
    )
    .fetch_all(db)
    .await
    .context("could not read the sources of messages")?;
    let mut sources: HashMap<Uuid, Vec<OfferedRow>> = HashMap::new();
    for row in rows {
        let source = Source {
            reference: row.r#ref as u32,
            document_id: row.document_id,
            external_id: row.external_id,
            chunk_id: row.chunk_id,
            title: row.title,
            heading_path: row.heading_path,
            page: row.page,
            quote: row.quote,
            char_start: row.char_start,
            char_end: row.char_end,
            highlights: Vec::new(),
            updated_at: row.document_updated_at.into(),
        };
        let offered = OfferedRow { message_id: row.message_id, source, is_readable: row.is_readable };
        sources.entry(offered.message_id).or_default().push(offered);
    }
    Ok(sources)
}
