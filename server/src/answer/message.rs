//! Messages as they are shown: the stored question and answer, with what the viewer may see of
//! its sources at this moment.

mod rows;

use anyhow::Context;
use app::{
    answer::{AnswerState, CacheUse, CheckedSentence, Feedback, Message, Rating, Source, Support},
    error::AppError,
    review::HandedOver,
};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use self::rows::{OfferedRow, Row, rows, sources};
use super::{render, verdict};
use crate::{error::Result, model::registry::Models};

/// A message of the asker's own.
///
/// # Errors
/// [`AppError::NotFound`] where it is somebody else's, or isn't at all.
pub(super) async fn own(db: &PgPool, models: &Models, asker: Uuid, message: Uuid) -> Result<Message> {
    check_own(db, asker, message).await?;
    let mut messages = load(db, models, asker, &[message]).await?;
    Ok(messages.pop().ok_or(AppError::NotFound)?)
}

/// # Errors
/// [`AppError::NotFound`] where the message is somebody else's, or isn't at all.
pub(super) async fn check_own(db: &PgPool, asker: Uuid, message: Uuid) -> Result<()> {
    let own = sqlx::query_scalar!(
        r#"
        select exists (
            select from message
            join conversation on conversation.id = message.conversation_id
            where message.id = $2 and conversation.account_id = $1
        ) as "own!"
        "#,
        asker,
        message,
    )
    .fetch_one(db)
    .await
    .context("could not check whose a message is")?;
    if own { Ok(()) } else { Err(AppError::NotFound.into()) }
}

/// The messages `ids`, which the caller has found the viewer entitled to, oldest first. Whoever looks
/// reads an answer only while all may be read that it can have been written from.
pub(super) async fn load(db: &PgPool, models: &Models, viewer: Uuid, ids: &[Uuid]) -> Result<Vec<Message>> {
    let mut sources = sources(db, viewer, ids).await?;
    let rows = rows(db, viewer, ids).await?;
    rows.into_iter()
        .map(|row| {
            let sources = sources.remove(&row.id).unwrap_or_default();
            Ok(row.into_message(models, sources)?)
        })
        .collect()
}

/// What `message` was offered and the viewer may read now.
pub(super) async fn readable_sources(
    db: impl PgExecutor<'_>,
    viewer: Uuid,
    message: Uuid,
) -> anyhow::Result<Vec<Source>> {
    let offered = sources(db, viewer, &[message]).await?.remove(&message).unwrap_or_default();
    Ok(offered.into_iter().filter(|row| row.is_readable).map(|row| row.source).collect())
}

impl Row {
    /// Whether the answer may hold something of a source that the viewer may not read. Only a sentence
    /// that the check found carried by what may be read is known not to.
    fn may_tell_of_unreadable(&self, offered: &[OfferedRow]) -> bool {
        let is_readable =
            |number: &u32| offered.iter().any(|row| row.is_readable && row.source.reference == *number);
        let is_carried = |sentence: &CheckedSentence| {
            sentence.support == Support::Supported
                && !sentence.refs.is_empty()
                && sentence.refs.iter().all(is_readable)
        };
        let is_judged = self.abstained || !self.sentences.is_empty();
        let some_unreadable = offered.iter().any(|row| !row.is_readable);
        some_unreadable && !(is_judged && self.sentences.iter().all(is_carried))
    }

    fn into_message(mut self, models: &Models, offered: Vec<OfferedRow>) -> anyhow::Result<Message> {
        let markup = models.markup(&self.model);
        let handed_over = self.handed_over()?;
        let withheld = self.may_tell_of_unreadable(&offered);

        let (answer, sentences) = match withheld {
            true => (String::new(), Vec::new()),
            false => (self.answer, self.sentences.0),
        };
        let mut sources: Vec<Source> =
            offered.into_iter().filter(|row| row.is_readable).map(|row| row.source).collect();
        for source in &mut sources {
            source.highlights = verdict::highlights(&answer, markup, source.reference, &source.quote);
        }
        let rating = self.rating.as_deref().map(rating).transpose()?;
        Ok(Message {
            id: self.id,
            question: self.question,
            state: state(&self.state)?,
            blocks: render::blocks(&answer, markup, &sentences),
            answer,
            abstained: self.abstained,
            withheld,
            sources,
            sentences,
            place: self.place.and_then(|place| u32::try_from(place).ok()).filter(|&place| place > 0),
            model: self.model,
            cache: cache(&self.cache)?,
            answered_at: self.answered_at.map(Into::into),
            notice: self.notice,
            read_as: self.read_as,
            narrowed_to: self.narrowed_to,
            aided_by: self.aided_by.0,
            confidence: self.confidence,
            error: self.error.map(|error| error.0),
            feedback: rating.map(|rating| Feedback { rating, reason: self.reason, comment: self.comment }),
            handed_over,
            seq: self.seq,
            created_at: self.created_at.into(),
        })
    }

    /// What the desk said stands there once it is done.
    fn handed_over(&mut self) -> anyhow::Result<Option<HandedOver>> {
        let (Some(at), Some(state)) = (self.handed_over_at, self.review_state.as_deref()) else {
            return Ok(None);
        };
        Ok(Some(HandedOver {
            at: at.into(),
            state: state.parse()?,
            note: self.note.take(),
            correction: self.correction.take(),
            resolved_at: self.resolved_at.map(Into::into),
        }))
    }
}

fn state(word: &str) -> anyhow::Result<AnswerState> {
    Ok(match word {
        "writing" => AnswerState::Writing,
        "done" => AnswerState::Done,
        "stopped" => AnswerState::Stopped,
        "failed" => AnswerState::Failed,
        "withdrawn" => AnswerState::Withdrawn,
        other => anyhow::bail!("unknown state of a message: {other}"),
    })
}

fn cache(word: &str) -> anyhow::Result<CacheUse> {
    Ok(match word {
        "miss" => CacheUse::Miss,
        "exact" => CacheUse::Exact,
        "semantic" => CacheUse::Semantic,
        other => anyhow::bail!("unknown use of the cache: {other}"),
    })
}

fn rating(word: &str) -> anyhow::Result<Rating> {
    Ok(match word {
        "up" => Rating::Up,
        "down" => Rating::Down,
        other => anyhow::bail!("unknown rating: {other}"),
    })
}
