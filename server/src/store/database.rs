//! The connection to the database, embedded or not, with its schema brought up to date.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use sqlx::{
    Connection, PgConnection, PgPool,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

/// The oldest Postgres that the queries are written for, as `server_version_num` counts.
const OLDEST_POSTGRES: i32 = 150_000;
/// The first pgvector with iterative scans, which a selective permission filter needs.
const OLDEST_PGVECTOR: (u32, u32) = (0, 8);
/// Few, because each is a process of Postgres; more than the parallel searches of a busy server need.
const MAX_CONNECTIONS: u32 = 24;
/// A reader would rather see an error than wait longer than this for a database that isn't there.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that has been idle for longer is asked whether it still lives before it is used.
const SURELY_ALIVE: Duration = Duration::from_secs(1);

/// Connects, checks that the database can do what we need of it, and migrates it. Servers that
/// start at the same time wait for one another: the migrator holds an advisory lock.
///
/// # Errors
/// In words for whoever set `DATABASE_URL`: the server can't be reached, is too old, lacks
/// pgvector, or doesn't let us create it. The password is never among them.
pub async fn connect(options: PgConnectOptions) -> Result<PgPool> {
    let place = place(&options);
    let options = options.application_name("footnote");
    // Not from a pool, which would say of whatever is wrong that it waited in vain.
    let mut first = timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options))
        .await
        .with_context(|| format!("{place} did not answer within {} s", ACQUIRE_TIMEOUT.as_secs()))?
        .with_context(|| format!("could not connect to {place}"))?;
    check_version(&mut first, &place).await?;
    check_pgvector(&mut first, &place).await?;
    first.close().await.with_context(|| format!("could not disconnect from {place}"))?;

    let pool = pool(options);
    migrate(&pool, &place).await?;
    Ok(pool)
}

/// Connections as they are needed. One that was used a moment ago is taken to be alive still: to ask it
/// first would double the way of every short query.
pub fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, usage| {
            Box::pin(async move {
                if usage.idle_for > SURELY_ALIVE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

async fn check_version(database: &mut PgConnection, place: &str) -> Result<()> {
    let version =
        sqlx::query_scalar!(r#"select current_setting('server_version_num')::integer as "version!""#)
            .fetch_one(database)
            .await
            .context("could not ask the database for its version")?;
    if version < OLDEST_POSTGRES {
        bail!("{place} runs Postgres {}: 15 or later is needed", version / 10_000);
    }
    Ok(())
}

async fn check_pgvector(database: &mut PgConnection, place: &str) -> Result<()> {
    let version = sqlx::query_scalar!(
        r#"
        select coalesce(installed_version, default_version) as "version!"
        from pg_available_extensions where name = 'vector'
        "#
    )
    .fetch_optional(database)
    .await
    .context("could not ask the database for its extensions")?;
    match version {
        None => bail!("{place} has no pgvector: install pgvector 0.8 or later on that server"),
        Some(version) if major_minor(&version) < OLDEST_PGVECTOR => bail!(
            "{place} has pgvector {version}, and 0.8 or later is needed: \
             install it on that server, then run `alter extension vector update` in the database"
        ),
        Some(_) => Ok(()),
    }
}

fn major_minor(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

async fn migrate(pool: &PgPool, place: &str) -> Result<()> {
    match sqlx::migrate!("../migrations").run(pool).await {
        Ok(()) => Ok(()),
        Err(MigrateError::Execute(err) | MigrateError::ExecuteMigration(err, _)) if is_forbidden(&err) => {
            bail!(
                "the role that we connect as may not set up {place} ({err}): \
                 let an administrator run `create extension vector` there and grant the role `create` \
                 on the database and on its schema `public`"
            )
        }
        Err(err) => Err(err).with_context(|| format!("could not bring the schema of {place} up to date")),
    }
}

/// `insufficient_privilege`, appendix A of Postgres' manual.
fn is_forbidden(err: &sqlx::Error) -> bool {
    err.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "42501")
}

/// Where we connect, in words that hold no secret.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    match options.get_socket() {
        Some(socket) => format!("the database {database} at {}", socket.display()),
        None => format!("the database {database} at {}:{}", options.get_host(), options.get_port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(major_minor("0.8.5"), (0, 8));
        assert!(major_minor("0.10") > OLDEST_PGVECTOR);
        assert!(major_minor("0.7.4") < OLDEST_PGVECTOR);
    }
}
