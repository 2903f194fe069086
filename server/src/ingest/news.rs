//! What the database announces once a transaction is committed: that there is work, and that the
//! documents of a collection have moved on. Triggers announce it, one listener per server hears
//! it, whoever waits is woken.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{Notify, broadcast, futures::Notified};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Hears the database and wakes who waits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct News {
    work: Arc<Notify>,
    progress: broadcast::Sender<Progress>,
}

/// Whose documents have moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Of(Uuid),
    /// The queue itself was steered.
    Queue,
    /// The connection was lost for a while: anything may have happened.
    Anywhere,
}

impl Progress {
    pub fn concerns(self, collection: Uuid) -> bool {
        matches!(self, Self::Anywhere) || self == Self::Of(collection)
    }
}

/// How long to wait before connecting again to a database that went away.
const RECONNECT: Duration = Duration::from_secs(1);

impl Default for News {
    fn default() -> Self {
        Self { work: Arc::default(), progress: broadcast::Sender::new(256) }
    }
}

impl News {
    /// Listens until `shutdown`.
    pub async fn listen(self, db: PgPool, shutdown: CancellationToken) {
        let heard = async {
            loop {
                if let Err(error) = self.hear(&db).await {
                    tracing::warn!(error = %error, "The database can't be heard; trying again");
                    tokio::time::sleep(RECONNECT).await;
                }
            }
        };
        shutdown.run_until_cancelled(heard).await;
    }

    /// There may be work. Ask for it before looking whether there is any, so that nothing that
    /// comes in between is missed.
    pub fn work(&self) -> Notified<'_> {
        self.work.notified()
    }

    /// Follows what moves on from now.
    pub fn progress(&self) -> broadcast::Receiver<Progress> {
        self.progress.subscribe()
    }

    async fn hear(&self, db: &PgPool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(db).await?;
        listener.listen_all(["job", "progress"]).await?;
        loop {
            // Nothing is announced to who isn't connected, so after a gap everybody looks.
            self.work.notify_waiters();
            let _ = self.progress.send(Progress::Anywhere);
            while let Some(news) = listener.try_recv().await? {
                match (news.channel(), news.payload().parse()) {
                    ("job", _) => self.work.notify_waiters(),
                    (_, Ok(collection)) => {
                        // Nobody watching is fine.
                        let _ = self.progress.send(Progress::Of(collection));
                    }
                    ("progress", Err(_)) => {
                        let _ = self.progress.send(Progress::Queue);
                    }
                    _ => {}
                }
            }
        }
    }
}
