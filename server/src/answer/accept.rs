//! From a question to a message that is being written.

use std::{sync::Arc, time::Instant};

use anyhow::Context;
use app::{
    account::User,
    answer::{Ask, Asked},
    error::AppError,
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    AnswerService, citations, lease::LEASE, parts, prompt, question::Question, running::Admission,
    scope::Scope,
};
use crate::{
    error::Result,
    model::llm::{Llm, Turn},
};

/// A question accepted: its message is stored, its answer still to be written.
pub(super) struct Accepted {
    pub(super) asker: Uuid,
    pub(super) conversation_id: Uuid,
    pub(super) message_id: Uuid,
    pub(super) question: Question,
    /// Where it is to be answered from.
    pub(super) scope: Scope,
    pub(super) history: Vec<Turn>,
    /// What the question asks, each part so that it can be understood by itself, as far as we know
    /// without a model.
    pub(super) parts: Vec<String>,
    /// Something that was said in the conversation stands on what may not leave.
    pub(super) history_stays_inside: bool,
    pub(super) model: Arc<dyn Llm>,
    /// The asker chose the model.
    pub(super) names_model: bool,
    /// The question is not to be completed from what was said before.
    pub(super) as_it_stands: bool,
    /// An answer before is not to be given again.
    pub(super) fresh: bool,
    pub(super) at: Instant,
}

impl Accepted {
    pub(super) fn asked(&self) -> Asked {
        Asked { conversation_id: self.conversation_id, message_id: self.message_id }
    }
}

impl AnswerService {
    /// Checks a question, finds it a place, and stores it as a message of its conversation.
    pub(super) async fn accept(&self, asker: &User, ask: Ask) -> Result<(Accepted, Admission)> {
        let at = Instant::now();
        let question = Question::parse(&ask.question)?;
        let model = self.models.pick(ask.model.as_deref())?;
        check_collections(&self.db, asker.id, &ask.collections).await?;
        let (history, history_stays_inside) = match ask.conversation_id {
            Some(conversation) => history(&self.db, asker.id, conversation).await?,
            None => Default::default(),
        };
        let scope = match ask.everywhere {
            true => Scope::chosen(ask.collections),
            false => Scope::named_in(&self.db, asker.id, question.as_str(), ask.collections).await?,
        };
        let message_id = Uuid::now_v7();
        let admission = self.running.admit(asker.id, message_id)?;

        let mut transaction = self.db.begin().await?;
        let conversation_id = match ask.conversation_id {
            Some(id) => continue_conversation(&mut transaction, asker.id, id).await?,
            None => begin_conversation(&mut transaction, asker.id, &question).await?,
        };
        let accepted = Accepted {
            asker: asker.id,
            conversation_id,
            message_id,
            parts: parts::parts(question.as_str(), if ask.as_it_stands { &[] } else { &history }),
            question,
            scope,
            history,
            history_stays_inside,
            model,
            names_model: ask.model.is_some(),
            as_it_stands: ask.as_it_stands,
            fresh: ask.fresh,
            at,
        };
        store(&mut transaction, &accepted, self.running.instance()).await?;
        transaction.commit().await?;
        Ok((accepted, admission))
    }
}

/// A collection that the asker may not read does not exist.
async fn check_collections(db: &PgPool, asker: Uuid, collections: &[Uuid]) -> Result<()> {
    if collections.is_empty() {
        return Ok(());
    }
    let all_readable = sqlx::query_scalar!(
        r#"
        select not exists (
            select from unnest($2::uuid[]) as asked (id)
            where asked.id not in (select readable_collection($1))
        ) as "all!"
        "#,
        asker,
        collections,
    )
    .fetch_one(db)
    .await
    .context("could not check the collections of a question")?;
    if all_readable { Ok(()) } else { Err(AppError::NotFound.into()) }
}

/// The last turns of the conversation, without those whose sources the asker may not read any more.
/// Also says whether one of them stands on what may not leave.
async fn history(db: &PgPool, asker: Uuid, conversation: Uuid) -> Result<(Vec<Turn>, bool)> {
    /// Enough for what a follow-up leans on; more would push sources out of a prompt.
    const TURNS: i64 = 4;
    let mut turns = sqlx::query!(
        r#"
        select
            message.question,
            message.answer,
            exists (
                select from message_source
                join collection on collection.id = message_source.collection_id
                where message_source.message_id = message.id and collection.stays_inside
            ) as "stays_inside!"
        from message
        join conversation on conversation.id = message.conversation_id
        where conversation.id = $2
          and conversation.account_id = $1
          and message.state in ('done', 'stopped')
          and not exists (
              select from message_source
              where message_source.message_id = message.id
                and message_source.collection_id not in (select readable_collection($1))
          )
        order by message.ordinal desc
        limit $3
        "#,
        asker,
        conversation,
        TURNS,
    )
    .fetch_all(db)
    .await
    .context("could not read what was asked before")?;
    turns.reverse();
    let stays_inside = turns.iter().any(|turn| turn.stays_inside);
    let turn = |question, answer: &str| Turn { question, answer: citations::without_marks(answer) };
    Ok((turns.into_iter().map(|row| turn(row.question, &row.answer)).collect(), stays_inside))
}

async fn continue_conversation(connection: &mut PgConnection, asker: Uuid, id: Uuid) -> Result<Uuid> {
    let own = sqlx::query_scalar!(
        r#"
        update conversation set updated_at = now()
        where id = $1 and account_id = $2
        returning id
        "#,
        id,
        asker,
    )
    .fetch_optional(connection)
    .await
    .context("could not continue a conversation")?;
    Ok(own.ok_or(AppError::NotFound)?)
}

async fn begin_conversation(connection: &mut PgConnection, asker: Uuid, question: &Question) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"insert into conversation (id, account_id, title) values ($1, $2, $3)"#,
        id,
        asker,
        question.as_title(),
    )
    .execute(connection)
    .await
    .context("could not begin a conversation")?;
    Ok(id)
}

/// The conversation's row is locked, so ordinals are given one at a time.
async fn store(connection: &mut PgConnection, accepted: &Accepted, writer: Uuid) -> Result<()> {
    let collections = &accepted.scope.collections;
    let collections = (!collections.is_empty()).then_some(collections.as_slice());
    sqlx::query!(
        r#"
        insert into message (
            id, conversation_id, ordinal, question, collections, model, prompt_version, written_by, leased_until,
            read_as, narrowed_to
        )
        select $1, $2, 1 + coalesce(max(ordinal), 0), $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9, $10
        from message
        where conversation_id = $2
        "#,
        accepted.message_id,
        accepted.conversation_id,
        accepted.question.as_str(),
        collections,
        accepted.model.name(),
        prompt::VERSION,
        writer,
        LEASE.as_secs_f64(),
        &parts::read_as(accepted.question.as_str(), &accepted.parts),
        &accepted.scope.named,
    )
    .execute(connection)
    .await
    .context("could not store a question")?;
    Ok(())
}
