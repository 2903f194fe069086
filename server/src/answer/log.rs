//! The log of an answer: every event a row, numbered from 1, appended by its writer, replayed to
//! and followed by any number of readers. The rows are the truth; wake-ups only save waiting.

mod appender;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::Context;
use app::answer::AnswerEvent;
use futures::{Stream, StreamExt, stream};
use sqlx::{PgConnection, PgExecutor, PgPool, types::Json};
use tokio::sync::watch;
use uuid::Uuid;

pub(super) use self::appender::Appender;
use super::running::Running;
use crate::error::Result;

/// An event with its number.
pub(crate) type Numbered = (i32, AnswerEvent);

/// Appends an event to the log of `message`, if that is still being written; its number then.
pub(super) async fn append(
    connection: &mut PgConnection,
    message: Uuid,
    event: &AnswerEvent,
) -> anyhow::Result<Option<i32>> {
    sqlx::query_scalar!(
        r#"
        with open as (
            -- Held, so that an answer being withdrawn gets no further event.
            select id from message where id = $1 and state = 'writing' for no key update
        )
        insert into answer_event (message_id, seq, event)
        select open.id, 1 + coalesce((select max(seq) from answer_event where message_id = open.id), 0), $2
        from open
        returning seq
        "#,
        message,
        Json(event) as _,
    )
    .fetch_optional(connection)
    .await
    .context("could not append to the log of an answer")
}

/// The events of `message` after the number `after`: those written already, then each as it is
/// written, to the last. Ends early, within seconds, when `reader` may not read on.
///
/// The caller has made sure that `reader` may see the message at all.
pub(crate) fn follow(
    db: PgPool,
    running: &Running,
    reader: Uuid,
    message: Uuid,
    after: i32,
) -> impl Stream<Item = Result<Numbered>> + Send + 'static {
    // Subscribed before the first read, so that nothing falls between.
    let news = running.news(message);
    let follower = Follower {
        db,
        running: running.clone(),
        reader,
        message,
        last: after,
        news,
        ready: VecDeque::new(),
        over: false,
        checked: None,
    };
    let events = stream::try_unfold(follower, |mut follower| async move {
        let next = follower.next().await?;
        Ok(next.map(|event| (event, follower)))
    });
    events.take_until(running.shutdown().clone().cancelled_owned())
}

struct Follower {
    db: PgPool,
    running: Running,
    reader: Uuid,
    message: Uuid,
    last: i32,
    /// `None` where this process isn't writing the answer.
    news: Option<watch::Receiver<()>>,
    ready: VecDeque<Numbered>,
    over: bool,
    /// When it was last seen that the reader may read on.
    checked: Option<Instant>,
}

/// How long a reader whose right was taken may at most read on.
pub(super) const RIGHTS_CHECKED_EVERY: Duration = Duration::from_secs(2);

/// How often an answer that another process writes is looked at.
const POLLED_EVERY: Duration = Duration::from_secs(1);

impl Follower {
    async fn next(&mut self) -> Result<Option<Numbered>> {
        loop {
            if self.checked.is_none_or(|checked| checked.elapsed() >= RIGHTS_CHECKED_EVERY) {
                if !may_read_on(&self.db, self.reader, self.message).await? {
                    return Ok(None);
                }
                self.checked = Some(Instant::now());
            }
            if let Some((seq, event)) = self.ready.pop_front() {
                self.last = seq;
                self.over = event.is_last();
                return Ok(Some((seq, event)));
            }
            if self.over {
                return Ok(None);
            }
            if let Some(news) = &mut self.news {
                news.mark_unchanged();
            }
            if let Some(recent) = self.running.recent(self.message, self.last) {
                self.ready = recent;
                continue;
            }
            let open = is_open(&self.db, self.message).await?;
            self.ready = read(&self.db, self.message, self.last).await?.into();
            if self.ready.is_empty() {
                if !open {
                    return Ok(None);
                }
                self.wait().await;
            }
        }
    }

    /// Until there may be more to read.
    async fn wait(&mut self) {
        match &mut self.news {
            Some(news) => {
                let changed = tokio::time::timeout(RIGHTS_CHECKED_EVERY, news.changed()).await;
                // The writer is gone: what it wrote last is read, and the rows say the rest.
                if matches!(changed, Ok(Err(_))) {
                    self.news = None;
                }
            }
            None => tokio::time::sleep(POLLED_EVERY).await,
        }
    }
}

/// Whether more events may come.
async fn is_open(db: &PgPool, message: Uuid) -> anyhow::Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from message where id = $1 and state = 'writing') as "open!""#,
        message,
    )
    .fetch_one(db)
    .await;
    open.context("could not read whether an answer is still being written")
}

/// The events of `message` after the number `after`.
pub(crate) async fn read(
    db: impl PgExecutor<'_>,
    message: Uuid,
    after: i32,
) -> anyhow::Result<Vec<Numbered>> {
    let rows = sqlx::query!(
        r#"
        select seq, event as "event: Json<AnswerEvent>"
        from answer_event
        where message_id = $1 and seq > $2
        order by seq
        "#,
        message,
        after,
    )
    .fetch_all(db)
    .await
    .context("could not read the log of an answer")?;
    Ok(rows.into_iter().map(|row| (row.seq, row.event.0)).collect())
}

/// Whether `reader` is still somebody, and may still read all that the answer was offered.
pub(super) async fn may_read_on(db: &PgPool, reader: Uuid, message: Uuid) -> anyhow::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from account where id = $1 and suspended_at is null)
           and not exists (
               select from message_source
               where message_id = $2
                 and collection_id not in (select readable_collection($1))
           ) as "may!"
        "#,
        reader,
        message,
    )
    .fetch_one(db)
    .await
    .context("could not check whether an answer may be read on")
}
