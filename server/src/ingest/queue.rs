//! The queue of jobs: claimed under a lease, kept alive by a heartbeat, tried again later where
//! it makes sense, and given up with a reason.
//!
//! `skip locked` gives a job to one worker at a time, not once: a worker that was paused past its
//! lease comes back to a job that another has. So every claim raises the attempt number, and every
//! write of a job names the attempt that it belongs to.

mod ending;
mod follow;
mod prune;
mod push;
pub(super) mod report;
pub(super) mod steer;

use std::time::Duration;

use anyhow::Context;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use self::ending::{fail, put_back, requeue_version};
pub(super) use self::{
    ending::finish,
    push::{push_embed, push_ingest, push_purge},
};
use crate::error::Result;

/// How long a claim holds without a heartbeat.
const LEASE: Duration = Duration::from_secs(60);
/// How often a claim is renewed: two may fail before it is lost.
pub const HEARTBEAT: Duration = Duration::from_secs(20);

/// How often a job is taken at most where the server ended each time. The first five times may be chance,
/// such as a machine that was switched off, and don't count as failures of the job.
const MOST_CLAIMS: i32 = 10;

/// The jobs, as one server takes them.
#[derive(Debug, Clone)]
pub struct Queue {
    db: PgPool,
    /// Which server this is, the same after it was started again.
    instance: Uuid,
}

/// A job that this worker holds.
#[derive(Debug, Clone)]
pub struct Claim {
    pub id: Uuid,
    pub task: Task,
    pub attempt: i32,
    /// Whether the file is so large that it may take long.
    pub is_large: bool,
    max_attempts: i32,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Make a version searchable. `attempt` is the version's own: it goes on counting when a
    /// document is tried again by hand, and guards every write to the version.
    Ingest { version: Uuid, attempt: i32 },
    /// Give every chunk a vector of a model.
    Embed { model: i16 },
    /// Finish the removal of a document.
    Purge { document: Uuid },
}

impl Task {
    /// The word the database and the metrics use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingest { .. } => "ingest",
            Self::Embed { .. } => "embed",
            Self::Purge { .. } => "purge",
        }
    }
}

impl Claim {
    /// Whether a failure is the last.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

impl Queue {
    pub fn new(db: PgPool, instance: Uuid) -> Self {
        Self { db, instance }
    }

    /// Takes the job that has been due for longest, if any is due. A job whose lease ran out is
    /// due again; one that was taken [`MOST_CLAIMS`] times so is given up. While the queue is paused,
    /// only deletions are due; a large file is only `with_large`.
    pub async fn claim(&self, with_large: bool) -> Result<Option<Claim>> {
        // Safe on disk when it returns: an attempt number that a crash of the database forgot would
        // be given out twice.
        let mut tx = self.db.begin().await?;
        let claim = loop {
            let Some(claim) = claim_next(&mut tx, self.instance, with_large).await? else { break None };
            if claim.attempt <= claim.max_attempts {
                break Some(claim);
            }
            fail(&mut tx, &claim, "crashed", WORKER_LOST).await?;
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// When the next job that waits or is leased becomes due; a large file only `with_large`.
    pub async fn next_due(&self, with_large: bool) -> Result<Option<Duration>> {
        let seconds = sqlx::query_scalar!(
            r#"
            select extract(epoch from min(case state when 'queued' then run_after else leased_until end) - now())
                ::double precision
            from job
            where state in ('queued', 'running')
              and (kind = 'purge' or not exists (select from ingest_pause where resumed_at is null))
              and ($1 or not is_large)
            "#,
            with_large,
        )
        .fetch_one(&self.db)
        .await?;
        Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
    }

    /// Renews a lease; false where the claim is lost.
    pub async fn heartbeat(&self, claim: &Claim) -> Result<bool> {
        let renewed = sqlx::query!(
            r#"
            update job set leased_until = now() + make_interval(secs => $3)
            where id = $1 and attempt = $2 and state = 'running'
            "#,
            claim.id,
            claim.attempt,
            LEASE.as_secs_f64(),
        )
        .execute(&self.db)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    pub async fn finish(&self, claim: &Claim) -> Result<()> {
        finish(&mut *self.db.acquire().await?, claim).await
    }

    /// Puts a job back whose failure may pass, to be tried again in 2ⁿ minutes.
    pub async fn retry_later(&self, claim: &Claim, cause: &str) -> Result<()> {
        let wait = Duration::from_secs(60 << claim.attempt.clamp(0, 10));
        self.retry_after(claim, wait, cause).await
    }

    /// Puts a job back, to be tried again after `wait`.
    pub async fn retry_after(&self, claim: &Claim, wait: Duration, cause: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if put_back(&mut tx, claim, claim.attempt, wait, Some(cause)).await? {
            requeue_version(&mut tx, claim).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Puts a job back that can't be done now through no fault of its own: the attempt doesn't count.
    pub async fn postpone(&self, claim: &Claim, wait: Duration, cause: Option<&str>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if put_back(&mut tx, claim, claim.attempt - 1, wait, cause).await? {
            requeue_version(&mut tx, claim).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Gives a job up; its document says why.
    pub async fn give_up(&self, claim: &Claim, code: &str, detail: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        fail(&mut tx, claim, code, detail).await?;
        Ok(tx.commit().await?)
    }

    /// Returns a job untouched, to be taken by the next worker at once: the attempt doesn't count.
    pub async fn hand_back(&self, claim: &Claim) -> Result<()> {
        self.postpone(claim, Duration::ZERO, None).await
    }

    /// Takes back, at the start, the leases that this server held when it last stopped: nobody
    /// works on them. What waits goes first: one of these may be why it stopped.
    pub async fn take_back_own(&self) -> Result<u64> {
        let taken = sqlx::query!(
            r#"
            update job set leased_until = now(), run_after = now()
            where state = 'running' and leased_by = $1
            "#,
            self.instance,
        )
        .execute(&self.db)
        .await?;
        Ok(taken.rows_affected())
    }
}

const WORKER_LOST: &str = "Footnote stopped unexpectedly each time it read this file, so it was given up. \
                           The file may need more memory than there is.";

async fn claim_next(db: &mut PgConnection, instance: Uuid, with_large: bool) -> Result<Option<Claim>> {
    let row = sqlx::query!(
        r#"
        update job
        set state = 'running', attempt = attempt + 1, leased_by = $1,
            leased_until = now() + make_interval(secs => $2),
            max_attempts = case state
                when 'running' then greatest(max_attempts, least(max_attempts + 1, $4))
                else max_attempts
            end
        where id = (
            select id from job
            where (
                (state = 'queued' and run_after <= now()) or (state = 'running' and leased_until <= now())
              )
              and (kind = 'purge' or not exists (select from ingest_pause where resumed_at is null))
              and ($3 or not is_large)
            order by run_after, id
            limit 1
            for update skip locked
        )
        returning id, kind, version_id, model_id, document_id, attempt, is_large, max_attempts
        "#,
        instance,
        LEASE.as_secs_f64(),
        with_large,
        MOST_CLAIMS,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let task = match (row.kind.as_str(), row.version_id, row.model_id, row.document_id) {
        ("ingest", Some(version), _, _) => {
            Task::Ingest { version, attempt: begin_version(db, version).await? }
        }
        ("embed", _, Some(model), _) => Task::Embed { model },
        ("purge", _, _, Some(document)) => Task::Purge { document },
        (kind, ..) => return Err(anyhow::anyhow!("job {} of kind {kind} names nothing", row.id).into()),
    };
    let (attempt, is_large, max_attempts) = (row.attempt, row.is_large, row.max_attempts);
    Ok(Some(Claim { id: row.id, task, attempt, is_large, max_attempts }))
}

/// Raises the version's attempt. One that was superseded meanwhile keeps its status, so that the
/// worker's first write finds nothing to do.
async fn begin_version(db: &mut PgConnection, version: Uuid) -> Result<i32> {
    let attempt = sqlx::query_scalar!(
        r#"
        update document_version
        set attempt = attempt + 1,
            status = case when status = 'queued' then 'processing' else status end
        where id = $1
        returning attempt
        "#,
        version,
    )
    .fetch_one(db)
    .await
    .context("could not begin a version")?;
    Ok(attempt)
}
