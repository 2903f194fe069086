//! A person's conversations.

use anyhow::Context;
use app::{
    conversation::{Conversation, ConversationName},
    error::AppError,
    list::{Page, PageRequest, foreign_cursor},
};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AnswerService, message};
use crate::error::Result;

impl AnswerService {
    /// The asker's own conversations, the last used first.
    pub(super) async fn list_conversations(
        &self,
        asker: Uuid,
        page: &PageRequest,
    ) -> Result<Page<ConversationName>> {
        const USUAL: u32 = 50;
        const MOST: u32 = 100;
        let limit = page.limit(USUAL, MOST)?;
        let after = page.cursor().map(parse_cursor).transpose()?;
        let mut items = names(&self.db, asker, after, i64::from(limit) + 1).await?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next_cursor =
            items.last().filter(|_| more).map(|last| format!("{}~{}", last.updated_at.as_str(), last.id));
        Ok(Page { items, next_cursor })
    }

    pub(super) async fn load_conversation(&self, asker: Uuid, id: Uuid) -> Result<Conversation> {
        let name = name(&self.db, asker, id).await?;
        let ids = message_ids(&self.db, asker, id).await?;
        let messages = message::load(&self.db, &self.models, asker, &ids).await?;
        Ok(Conversation {
            id,
            title: name.title,
            messages,
            created_at: name.created_at,
            updated_at: name.updated_at,
        })
    }

    pub(super) async fn change_title(&self, asker: Uuid, id: Uuid, title: &str) -> Result<()> {
        const LONGEST: usize = 200;
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || title.chars().count() > LONGEST {
            return Err(AppError::invalid("title", format!("A title has 1 to {LONGEST} characters.")).into());
        }
        let changed = sqlx::query!(
            r#"update conversation set title = $3 where id = $1 and account_id = $2"#,
            id,
            asker,
            title,
        )
        .execute(&self.db)
        .await
        .context("could not rename a conversation")?;
        if changed.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
    }

    /// Removes it with its messages; answers still being written are stopped.
    pub(super) async fn remove_conversation(&self, asker: Uuid, id: Uuid) -> Result<()> {
        for message in message_ids(&self.db, asker, id).await? {
            self.running.stop(message);
        }
        let removed =
            sqlx::query!(r#"delete from conversation where id = $1 and account_id = $2"#, id, asker)
                .execute(&self.db)
                .await
                .context("could not delete a conversation")?;
        if removed.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
    }
}

/// `RFC 3339 time~id`, as [`AnswerService::list_conversations`] gives it out.
fn parse_cursor(cursor: &str) -> Result<(OffsetDateTime, Uuid), AppError> {
    use time::format_description::well_known::Rfc3339;
    let parse = || {
        let (at, id) = cursor.split_once('~')?;
        Some((OffsetDateTime::parse(at, &Rfc3339).ok()?, id.parse().ok()?))
    };
    parse().ok_or_else(foreign_cursor)
}

/// A cursor's time has whole milliseconds, so the list is ordered by these.
async fn names(
    db: &PgPool,
    asker: Uuid,
    after: Option<(OffsetDateTime, Uuid)>,
    limit: i64,
) -> anyhow::Result<Vec<ConversationName>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query!(
        r#"
        select id, title, created_at, updated_at
        from conversation
        where account_id = $1
          and ($2::timestamptz is null or (date_trunc('milliseconds', updated_at), id) < ($2, $3))
        order by date_trunc('milliseconds', updated_at) desc, id desc
        limit $4
        "#,
        asker,
        at,
        id,
        limit,
    )
    .fetch_all(db)
    .await
    .context("could not list conversations")?;
    Ok(rows
        .into_iter()
        .map(|row| ConversationName {
            id: row.id,
            title: row.title,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
        .collect())
}

async fn name(db: &PgPool, asker: Uuid, id: Uuid) -> Result<ConversationName> {
    let row = sqlx::query!(
        r#"
        select id, title, created_at, updated_at
        from conversation
        where id = $1 and account_id = $2
        "#,
        id,
        asker,
    )
    .fetch_optional(db)
    .await
    .context("could not read a conversation")?
    .ok_or(AppError::NotFound)?;
    Ok(ConversationName {
        id: row.id,
        title: row.title,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    })
}

async fn message_ids(db: &PgPool, asker: Uuid, conversation: Uuid) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select message.id
        from message
        join conversation on conversation.id = message.conversation_id
        where conversation.id = $1 and conversation.account_id = $2
        order by message.ordinal
        "#,
        conversation,
        asker,
    )
    .fetch_all(db)
    .await
    .context("could not list the messages of a conversation")
}
