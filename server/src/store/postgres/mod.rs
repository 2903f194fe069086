//! The embedded Postgres: a cluster of our own in the data folder, reached through a Unix socket
//! alone, started and stopped with the server, and started again when it dies.

mod cluster;
mod forgotten;
mod home;
mod orphan;
mod owner;
mod supervisor;
mod tuning;

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use self::{home::Home, supervisor::Supervisor};
use super::{
    lock::{FolderLock, Locked},
    runtime::RuntimeParts,
};
use crate::deadline::Deadline;

/// The database's name, and the role's that owns it.
const DATABASE: &str = "footnote";
/// How long the first answer may take; long, because after a crash the log is replayed first.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// Between two tries to connect while Postgres starts, which takes about 200 ms.
const POLL: Duration = Duration::from_millis(25);

/// A running Postgres whose data lies in the data folder.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    options: PgConnectOptions,
    /// None where it belongs to a server that runs already.
    ours: Option<Ours>,
}

/// What holds a Postgres that this process started.
#[derive(Debug)]
struct Ours {
    supervisor: Supervisor,
    _locks: Vec<FolderLock>,
}

impl EmbeddedPostgres {
    /// Starts the Postgres of `data_dir`, created where there is none yet, and waits until it answers.
    /// It stays ours until [`stop`](Self::stop): one that dies is started again, and one that a killed
    /// server left behind is stopped first.
    ///
    /// # Errors
    /// Where another server is using `data_dir`, where its parts are missing, or where Postgres can't
    /// start, with the end of its log.
    pub async fn start(data_dir: &Path, runtime: &RuntimeParts) -> Result<Self> {
        match lock(data_dir)? {
            Locked::Held(lock) => Self::start_locked(data_dir, runtime, lock).await,
            Locked::ByAnother { pid } => bail!(in_use(data_dir, pid)),
        }
    }

    /// The Postgres of `data_dir` for a command that may run beside the server: the server's own
    /// where one is running, else one started as by [`start`](Self::start).
    ///
    /// # Errors
    /// As for [`start`](Self::start).
    pub async fn join_or_start(data_dir: &Path, runtime: &RuntimeParts) -> Result<Self> {
        match lock(data_dir)? {
            Locked::Held(lock) => Self::start_locked(data_dir, runtime, lock).await,
            Locked::ByAnother { pid } => {
                let home = Home::existing(data_dir).with_context(|| in_use(data_dir, pid))?;
                let options = connect_options(&home);
                wait_until_it_answers(&options, || Ok(())).await.with_context(|| in_use(data_dir, pid))?;
                Ok(Self { options, ours: None })
            }
        }
    }

    async fn start_locked(data_dir: &Path, runtime: &RuntimeParts, lock: FolderLock) -> Result<Self> {
        let home = Home::prepare(data_dir, runtime)?;
        let mut locks = vec![lock];
        if home.is_elsewhere(data_dir) {
            match FolderLock::try_acquire(&home.dir)? {
                Locked::Held(lock) => locks.push(lock),
                Locked::ByAnother { pid } => bail!(in_use(&home.dir, pid)),
            }
        }
        cluster::create_if_missing(&home)?;
        orphan::stop(&home.cluster()).await?;

        let supervisor = Supervisor::start(home.clone())?;
        let options = connect_options(&home);
        wait_until_it_answers(&options, || supervisor.check_start()).await?;
        create_database_if_missing(&options).await?;
        tracing::info!(folder = %home.dir.display(), "Postgres is ready");
        Ok(Self { options, ours: Some(Ours { supervisor, _locks: locks }) })
    }

    /// How to connect: as its owner, through the socket.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Stops it by the deadline: whoever is connected is cut off, what is committed is kept.
    /// One that belongs to a running server is left to it.
    pub async fn stop(self, deadline: Deadline) {
        if let Some(Ours { supervisor, _locks }) = self.ours {
            supervisor.stop(deadline).await;
        }
    }
}

fn lock(data_dir: &Path) -> Result<Locked> {
    home::create_data_dir(data_dir)?;
    FolderLock::try_acquire(data_dir)
}

fn in_use(folder: &Path, pid: Option<u32>) -> String {
    let process = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    format!(
        "{} is in use by {process}: stop it, or set FOOTNOTE_DATA_DIR to another folder",
        folder.display()
    )
}

fn connect_options(home: &Home) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(home.socket_dir()).username(DATABASE).database(DATABASE)
}

/// Connects until that succeeds or `check` says that it never will.
async fn wait_until_it_answers(options: &PgConnectOptions, check: impl Fn() -> Result<()>) -> Result<()> {
    // Every cluster has this database; ours is created once Postgres answers.
    let options = options.clone().database("postgres");
    let answer = async {
        loop {
            match PgConnection::connect_with(&options).await {
                Ok(connection) => return connection.close().await.context("could not disconnect again"),
                Err(err) => tracing::trace!(error = %err, "Postgres doesn't answer yet"),
            }
            check()?;
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(START_TIMEOUT, answer)
        .await
        .with_context(|| format!("Postgres did not answer within {} s", START_TIMEOUT.as_secs()))?
}

async fn create_database_if_missing(options: &PgConnectOptions) -> Result<()> {
    let mut postgres = PgConnection::connect_with(&options.clone().database("postgres"))
        .await
        .context("could not connect to Postgres")?;
    let exists = sqlx::query_scalar!(
        r#"select exists(select from pg_database where datname = $1) as "exists!""#,
        DATABASE
    )
    .fetch_one(&mut postgres)
    .await
    .context("could not list the databases")?;
    if !exists {
        sqlx::raw_sql("create database footnote")
            .execute(&mut postgres)
            .await
            .context("could not create the database")?;
    }
    postgres.close().await.context("could not disconnect from Postgres")
}
