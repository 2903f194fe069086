//! The workers: each claims a job, does it, and claims the next.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use futures::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    Ingest,
    benches::{Bench, Benches},
    delete, embedding, gauges,
    parse::ParseError,
    process::{self, Failure},
    queue::{Claim, HEARTBEAT, Task},
};
use crate::{
    error::{self, Error, Result},
    model::endpoint::EndpointError,
};

/// The longest that a worker waits without looking: an announcement may be lost.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(60);
/// How often a file is read whose first reading ended for want of time or means.
const MOST_READINGS: i32 = 2;
/// How long a job rests while the embedding endpoint is away.
const AFTER_ABSENCE: Duration = Duration::from_secs(10);
/// How long a worker waits after the database failed it.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// How many more jobs than workers are under way: those that wait for the index and to be published. The
/// index takes in together what came while it rested, so they are to be as many as are worked at meanwhile.
const PUBLISHING: usize = 32;

/// Works on jobs until `shutdown`, `workers` at a time. Jobs that are being worked on then are
/// handed back.
pub async fn run(ingest: Ingest, workers: usize, shutdown: CancellationToken) {
    match ingest.queue.take_back_own().await {
        Ok(0) => {}
        Ok(jobs) => tracing::info!(jobs, "Going on with jobs that were cut off"),
        Err(error) => tracing::error!(error = %error, "Could not take back jobs that were cut off"),
    }
    let mut running = JoinSet::new();
    running.spawn(ingest.news.clone().listen(ingest.db.clone(), shutdown.clone()));
    running.spawn(gauges::keep_counting(ingest.db.clone(), shutdown.clone()));
    running.spawn(ingest.clone().register_when_known(shutdown.clone()));
    running.spawn(ingest.queue.clone().keep_pruning(shutdown.clone()));
    let benches = Arc::new(Benches::new(workers.max(1)));
    for _ in 0..workers.max(1) + PUBLISHING {
        running.spawn(work(ingest.clone(), benches.clone(), shutdown.clone()));
    }
    running.join_all().await;
}

async fn work(ingest: Ingest, benches: Arc<Benches>, shutdown: CancellationToken) {
    let _at_work = AtWork::begin(&ingest);
    while !shutdown.is_cancelled() {
        if let Err(error) = work_once(&ingest, &benches, &shutdown).await {
            tracing::error!(error = %error, "A worker could not go on");
            shutdown.run_until_cancelled(tokio::time::sleep(AFTER_ERROR)).await;
        }
    }
}

/// Counts a worker for as long as it works, however it ends.
struct AtWork(Arc<AtomicUsize>);

impl AtWork {
    fn begin(ingest: &Ingest) -> Self {
        ingest.working.fetch_add(1, Ordering::Relaxed);
        Self(ingest.working.clone())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does the next job, or waits until there may be one. It is claimed when there is a bench for it.
async fn work_once(ingest: &Ingest, benches: &Benches, shutdown: &CancellationToken) -> Result<()> {
    let Some(mut bench) = shutdown.run_until_cancelled(benches.sit_down()).await else { return Ok(()) };
    let mut news = std::pin::pin!(ingest.news.work());
    news.as_mut().enable();
    if let Some(claim) = ingest.queue.claim(bench.takes_large).await? {
        if claim.is_large {
            bench.take_large(benches);
        }
        return attend(ingest, &claim, bench, shutdown).await;
    }
    let with_large = bench.takes_large;
    drop(bench);
    let due =
        ingest.queue.next_due(with_large).await?.unwrap_or(LOOK_AT_LEAST_EVERY).min(LOOK_AT_LEAST_EVERY);
    tokio::select! {
        () = news => {}
        () = tokio::time::sleep(due) => {}
        () = shutdown.cancelled() => {}
    }
    Ok(())
}

/// Does a job while its lease is kept alive, and notes how it ended.
async fn attend(ingest: &Ingest, claim: &Claim, bench: Bench, shutdown: &CancellationToken) -> Result<()> {
    let started = Instant::now();
    let span = tracing::info_span!("job", job = %claim.id, attempt = claim.attempt);
    let outcome = tokio::select! {
        done = AssertUnwindSafe(perform(ingest, claim, bench)).catch_unwind() => done.unwrap_or_else(|_| {
            Err(Failure::Unexpected(anyhow::anyhow!("the worker panicked")))
        }),
        () = keep_lease(ingest, claim) => Err(Failure::ClaimLost),
        () = shutdown.cancelled() => return ingest.queue.hand_back(claim).await,
    };
    metrics::histogram!("footnote_job_seconds", "task" => claim.task.name())
        .record(started.elapsed().as_secs_f64());
    note_in_time(ingest, claim, outcome, shutdown).instrument(span).await
}

async fn perform(ingest: &Ingest, claim: &Claim, bench: Bench) -> Result<(), Failure> {
    match claim.task {
        Task::Ingest { version, attempt } => process::process(ingest, claim, version, attempt, bench).await,
        Task::Embed { model } => embedding::fill(ingest, model).await,
        Task::Purge { document } => {
            delete::finish(ingest, &[document]).await.map(drop).map_err(Failure::from)
        }
    }
}

/// Returns when the lease is lost.
async fn keep_lease(ingest: &Ingest, claim: &Claim) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        match ingest.queue.heartbeat(claim).await {
            Ok(true) => {}
            Ok(false) => return,
            // The next beat may pass; if none does, another worker takes over.
            Err(error) => tracing::warn!(error = %error, "Could not renew the lease of a job"),
        }
    }
}

/// Notes how a job ended. Where the database has gone away, the job is put back as soon as it is
/// there again, and not only when its lease runs out.
async fn note_in_time(
    ingest: &Ingest,
    claim: &Claim,
    outcome: Result<(), Failure>,
    shutdown: &CancellationToken,
) -> Result<()> {
    let mut noted = note(ingest, claim, outcome).await;
    while noted.as_ref().is_err_and(is_lost_connection) && !shutdown.is_cancelled() {
        shutdown.run_until_cancelled(tokio::time::sleep(AFTER_ERROR)).await;
        noted = ingest.queue.retry_after(claim, Duration::ZERO, DATABASE_LOST).await;
    }
    noted
}

async fn note(ingest: &Ingest, claim: &Claim, outcome: Result<(), Failure>) -> Result<()> {
    match outcome {
        Ok(()) => ingest.queue.finish(claim).await,
        Err(Failure::ClaimLost) => {
            tracing::info!("The document has moved on; this attempt changes nothing");
            ingest.queue.finish(claim).await
        }
        Err(Failure::Forgotten) => {
            tracing::warn!("The database lost what was stored of a document; it is read again");
            ingest.queue.retry_after(claim, Duration::ZERO, DATABASE_LOST).await
        }
        Err(Failure::Paused) => ingest.queue.hand_back(claim).await,
        Err(Failure::File(error)) if error.may_pass_later() && claim.attempt < MOST_READINGS => {
            ingest.queue.retry_later(claim, &error.to_string()).await
        }
        // Perhaps something else killed it; a file that does so each time is given up.
        Err(Failure::File(error @ (ParseError::ParserCrashed | ParseError::UsedTooMuchMemory)))
            if !claim.is_last_attempt() =>
        {
            ingest.queue.retry_after(claim, AFTER_ERROR, &error.to_string()).await
        }
        Err(Failure::File(error)) => {
            tracing::info!(code = error.code(), "A document can't be read");
            ingest.queue.give_up(claim, error.code(), &error.to_string()).await
        }
        Err(Failure::Unexpected(error)) if is_absence(&error) => {
            tracing::info!(reason = %error.root_cause(), "A job waits for the embedding endpoint");
            ingest.queue.postpone(claim, AFTER_ABSENCE, Some(&format!("{error:#}"))).await
        }
        Err(Failure::Unexpected(error)) if error::is_lost_connection(&error) && !claim.is_last_attempt() => {
            tracing::warn!(error = format!("{error:#}"), "A job is put back, since the database went away");
            ingest.queue.retry_after(claim, AFTER_ERROR, DATABASE_LOST).await
        }
        Err(Failure::Unexpected(error)) => {
            tracing::error!(error = format!("{error:#}"), "A job failed");
            if claim.is_last_attempt() {
                ingest.queue.give_up(claim, "processing_failed", GIVEN_UP).await
            } else {
                ingest.queue.retry_later(claim, &format!("{error:#}")).await
            }
        }
    }
    .context("could not note how a job ended")
    .map_err(Into::into)
}

/// Whether the database went away, and with it what would have been noted.
fn is_lost_connection(error: &Error) -> bool {
    matches!(error, Error::Internal(error) if error::is_lost_connection(error))
}

/// Whether the embedding endpoint is to blame, and may be back soon.
fn is_absence(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref().is_some_and(EndpointError::may_pass))
}

const DATABASE_LOST: &str = "the database went away";

const GIVEN_UP: &str = "Something went wrong on our side each time this document was processed. \
                        It has been logged; you can try again.";
