//! How a question is read: a follow-up by a small model, where there is one.

use std::time::Duration;

use anyhow::Context;
use app::model::ModelRole;
use sqlx::types::Json;
use tokio_util::sync::CancellationToken;

use super::{
    Draft, Halt,
    aid::{Done, Errand},
};
use crate::answer::{parts, prompt, rewriting};

/// So long a search is put off for a better reading. Whoever asks sees nothing meanwhile; our own
/// resolution of references takes no time.
const PATIENCE: Duration = Duration::from_secs(3);
/// In tokens.
const LONGEST: u32 = 200;

impl Draft<'_> {
    /// Has a follow-up rewritten by a small model. Without one, or where it fails, is too slow, or
    /// writes something else, the question stays as our own resolution of references read it.
    pub(super) async fn read_follow_up(&mut self, stop: &CancellationToken) -> Result<(), Halt> {
        let accepted = self.accepted;
        let (service, question) = (self.service, accepted.question.as_str());
        if accepted.history.is_empty() || accepted.as_it_stands || !service.models.has(ModelRole::Small) {
            return Ok(());
        }
        let errand = Errand {
            role: ModelRole::Small,
            messages: prompt::rewrite(question, &accepted.history),
            prompt_version: prompt::REWRITE_VERSION,
            stays_inside: accepted.history_stays_inside || self.chosen_stay_inside().await?,
            patience: PATIENCE,
            longest: LONGEST,
        };
        let Done::Text(text, aid) = self.run(errand, stop).await? else { return Ok(()) };
        let Some(rewritten) = rewriting::rewritten(&text, question, &accepted.history) else { return Ok(()) };
        self.parts = parts::parts(&rewritten, &[]);
        self.aided_by.push(aid);
        sqlx::query!(
            r#"update message set read_as = $2, aided_by = $3 where id = $1"#,
            accepted.message_id,
            &self.read_as(),
            Json(&self.aided_by) as _,
        )
        .execute(&service.db)
        .await
        .context("could not store how a question was read")?;
        Ok(())
    }

    /// How the question was read; empty where it was read as it stands.
    pub(super) fn read_as(&self) -> Vec<String> {
        parts::read_as(self.accepted.question.as_str(), &self.parts)
    }

    /// Whether one of the collections that were chosen must stay inside: then the question, too.
    async fn chosen_stay_inside(&self) -> anyhow::Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (select from collection where id = any($1) and stays_inside) as "any!""#,
            &self.accepted.scope.collections,
        )
        .fetch_one(&self.service.db)
        .await
        .context("could not read whether collections stay inside")
    }
}
