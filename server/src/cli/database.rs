//! The database as the settings say: the embedded one, or another.

use std::str::FromStr;

use anyhow::{Context, anyhow};
use secrecy::ExposeSecret;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{
    config::Config,
    deadline::Deadline,
    store::{self, EmbeddedPostgres},
};

/// A connected database with its schema up to date.
pub(super) struct Database {
    pub(super) pool: PgPool,
    /// `None` where `DATABASE_URL` names one.
    embedded: Option<EmbeddedPostgres>,
}

impl Database {
    /// For the server, which has its data folder to itself.
    pub(super) async fn start(config: &Config) -> anyhow::Result<Self> {
        match elsewhere(config)? {
            Some(options) => Self::connect(options, None).await,
            None => {
                let postgres = EmbeddedPostgres::start(&config.data_dir, &config.runtime).await?;
                Self::connect(postgres.connect_options(), Some(postgres)).await
            }
        }
    }

    /// For a command that may run beside the server: the embedded Postgres of a running server is
    /// used along with it.
    pub(super) async fn join(config: &Config) -> anyhow::Result<Self> {
        match elsewhere(config)? {
            Some(options) => Self::connect(options, None).await,
            None => {
                let postgres = EmbeddedPostgres::join_or_start(&config.data_dir, &config.runtime).await?;
                Self::connect(postgres.connect_options(), Some(postgres)).await
            }
        }
    }

    async fn connect(options: PgConnectOptions, embedded: Option<EmbeddedPostgres>) -> anyhow::Result<Self> {
        match store::connect(options).await {
            Ok(pool) => Ok(Self { pool, embedded }),
            Err(error) => {
                if let Some(postgres) = embedded {
                    postgres.stop(Deadline::from_now()).await;
                }
                Err(error)
            }
        }
    }

    /// Disconnects, and stops the embedded Postgres if it was started here.
    pub(super) async fn stop(self, deadline: Deadline) {
        if tokio::time::timeout_at(deadline.connections(), self.pool.close()).await.is_err() {
            tracing::warn!("Some queries were still running when the database was closed");
        }
        if let Some(postgres) = self.embedded {
            postgres.stop(deadline).await;
        }
    }
}

fn elsewhere(config: &Config) -> anyhow::Result<Option<PgConnectOptions>> {
    let Some(url) = &config.database_url else { return Ok(None) };
    // Its own message would repeat the URL, and with it the password.
    let options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| anyhow!("it is not of the form postgres://…"));
    options.map(Some).context("could not understand DATABASE_URL")
}

/// Runs `work` on the database, and stops in the end what was started for it.
pub(super) async fn with_database<T>(
    config: &Config,
    work: impl AsyncFnOnce(PgPool) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let database = Database::join(config).await?;
    let done = work(database.pool.clone()).await;
    database.stop(Deadline::from_now()).await;
    done
}
