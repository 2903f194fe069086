//! Writes what many answers say at once: whatever has come up while one statement runs goes into
//! the next, so that three hundred answers cost the database hardly more than a few.

use anyhow::Context;
use app::answer::AnswerEvent;
use sqlx::{PgPool, types::Json};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::answer::running::Running;

/// An event on its way into the log of its answer.
struct Pending {
    message: Uuid,
    event: AnswerEvent,
    /// Gets its number; `None` where the answer isn't being written any more.
    stored: oneshot::Sender<anyhow::Result<Option<i32>>>,
}

/// Appends events to the logs of the answers being written here. Cheap to clone.
#[derive(Clone)]
pub(in crate::answer) struct Appender(mpsc::UnboundedSender<Pending>);

/// So many go into one statement.
const MOST: usize = 256;

impl Appender {
    /// Works until the last clone is gone. Those who follow an answer are told of its events by
    /// `running`, once they are stored.
    pub(in crate::answer) fn start(db: PgPool, running: Running) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while receiver.recv_many(&mut batch, MOST).await > 0 {
                store(&db, &running, std::mem::take(&mut batch)).await;
            }
        });
        Self(sender)
    }

    /// Appends an event to the log of `message`, if that is still being written; its number then.
    /// One at a time for each answer.
    pub(in crate::answer) async fn append(
        &self,
        message: Uuid,
        event: AnswerEvent,
    ) -> anyhow::Result<Option<i32>> {
        let (stored, number) = oneshot::channel();
        self.0.send(Pending { message, event, stored }).ok().context("the log of answers is closed")?;
        number.await.context("the log of answers is closed")?
    }
}

async fn store(db: &PgPool, running: &Running, batch: Vec<Pending>) {
    let numbers = match store_together(db, &batch).await {
        Ok(numbers) => numbers,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "Could not append to the logs of answers together");
            Vec::new()
        }
    };
    for pending in batch {
        let together = numbers.iter().find(|(message, _)| *message == pending.message).map(|(_, seq)| *seq);
        let number = match together {
            Some(seq) => Ok(Some(seq)),
            // Its row was held by somebody else in that moment, or is closed.
            None => store_alone(db, &pending).await,
        };
        if let Ok(Some(seq)) = number {
            running.tell_event(pending.message, (seq, pending.event));
        }
        // Whoever doesn't wait any more has stopped.
        let _ = pending.stored.send(number);
    }
}

async fn store_alone(db: &PgPool, pending: &Pending) -> anyhow::Result<Option<i32>> {
    let mut connection = db.acquire().await.context("could not reach the database")?;
    super::append(&mut connection, pending.message, &pending.event).await
}

/// Appends those whose answers are being written and held by nobody, one event each.
async fn store_together(db: &PgPool, batch: &[Pending]) -> anyhow::Result<Vec<(Uuid, i32)>> {
    let (messages, events): (Vec<Uuid>, Vec<Json<&AnswerEvent>>) =
        batch.iter().map(|pending| (pending.message, Json(&pending.event))).unzip();
    let rows = sqlx::query!(
        r#"
        with open as (
            -- Who waits for several rows may be waited for, so nobody waits.
            select id from message
            where id = any($1) and state = 'writing'
            for no key update skip locked
        )
        insert into answer_event (message_id, seq, event)
        select
            open.id,
            1 + coalesce((select max(seq) from answer_event where message_id = open.id), 0),
            new.event
        from open
        join unnest($1::uuid[], $2::jsonb[]) as new (message_id, event) on new.message_id = open.id
        returning message_id, seq
        "#,
        &messages,
        &events as _,
    )
    .fetch_all(db)
    .await
    .context("could not append to the logs of answers")?;
    Ok(rows.into_iter().map(|row| (row.message_id, row.seq)).collect())
}
