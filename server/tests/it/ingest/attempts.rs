//! Crashes, late workers and files that kill: each document comes out once and whole.

use std::{os::unix::fs::PermissionsExt, sync::atomic::Ordering};

use server::ingest::queue::{Claim, Task};
use sqlx::PgPool;

use super::{count_announced, count_chunks, count_vectors, long_text};
use crate::common::Shelf;

async fn claim(shelf: &Shelf) -> Claim {
    shelf.app.state.library.ingest().queue.claim(true).await.unwrap().unwrap()
}

/// As if the lease of every running job had run out.
async fn expire_leases(db: &PgPool) {
    sqlx::query!(r#"update job set leased_until = now() where state = 'running'"#).execute(db).await.unwrap();
}

#[sqlx::test(migrations = "../migrations")]
async fn a_worker_that_comes_back_late_changes_nothing(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    let id = shelf.upload("leave.md", "Five days.").await;
    let slow = shelf.app.start_workers(1);
    embedder.await_begun(1).await;

    // Its lease runs out, another takes the job, and only then it goes on; when it takes up the
    // next document, it is done with this one.
    expire_leases(&db).await;
    let other = claim(&shelf).await;
    assert_eq!(other.attempt, 2);
    shelf.upload("next.md", "The next one.").await;
    embedder.permits.add_permits(1);
    embedder.await_begun(1).await;
    slow.stop().await;

    let document = shelf.document(&id).await;
    assert_eq!(document["status"], "processing");
    assert_eq!((count_announced(&db).await, count_vectors(&db).await), (0, 0));
    let queue = &shelf.app.state.library.ingest().queue;
    assert!(queue.heartbeat(&other).await.unwrap(), "the other still holds the job");
    queue.hand_back(&other).await.unwrap();
    embedder.release();
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.ready, 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn after_a_crash_the_work_goes_on_where_it_was(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    let id = shelf.upload("long.md", &long_text()).await;
    let work = shelf.app.start_work();
    embedder.permits.add_permits(16);
    embedder.await_begun(2).await;
    work.kill().await;
    let before = count_vectors(&db).await;
    assert_eq!(before, 16);

    embedder.release();
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.ready, 1);
    let chunks = shelf.document(&id).await["chunks"].as_i64().unwrap();
    assert_eq!((count_chunks(&db).await, count_vectors(&db).await), (chunks, chunks));
    assert_eq!(embedder.embedded.load(Ordering::Relaxed) as i64, chunks, "nothing was embedded twice");
    assert_eq!(count_announced(&db).await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_server_that_stops_hands_its_jobs_back_uncounted(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    shelf.upload("leave.md", "Five days.").await;
    let work = shelf.app.start_work();
    embedder.await_begun(1).await;
    work.stop().await;
    let job = sqlx::query!(r#"select state, attempt, run_after <= now() as "due!" from job"#)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((job.state.as_str(), job.attempt, job.due), ("queued", 0, true));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_that_takes_the_server_down_each_time_is_given_up(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let id = shelf.upload("poison.md", "Words.").await;
    for attempt in 1..=10 {
        assert_eq!(claim(&shelf).await.attempt, attempt);
        expire_leases(&db).await;
    }
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.failed, 1);
    assert_eq!(shelf.document(&id).await["error"]["code"], "crashed");
}

#[sqlx::test(migrations = "../migrations")]
async fn that_the_server_ended_is_not_counted_against_a_document_at_first(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    shelf.upload("unlucky.md", "Words.").await;
    for _ in 0..4 {
        claim(&shelf).await;
        expire_leases(&db).await;
    }
    let unlucky = claim(&shelf).await;
    assert_eq!(
        (unlucky.attempt, unlucky.is_last_attempt()),
        (5, false),
        "its parser may fail as often as any"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_job_is_given_to_one_worker_at_a_time(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    for number in 0..8 {
        shelf.upload(&format!("{number}.md"), &format!("Number {number}.")).await;
    }
    let queue = &shelf.app.state.library.ingest().queue;
    let claims = futures::future::join_all((0..12).map(|_| queue.claim(true))).await;
    let mut versions: Vec<_> = claims
        .into_iter()
        .filter_map(|claim| match claim.unwrap()?.task {
            Task::Ingest { version, .. } => Some(version),
            _ => None,
        })
        .collect();
    versions.sort();
    versions.dedup();
    assert_eq!(versions.len(), 8);
}

#[sqlx::test(migrations = "../migrations")]
async fn jobs_that_ended_long_ago_are_cleared_away(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    for name in ["old.md", "new.md", "dead.md", "waiting.md"] {
        shelf.upload(name, name).await;
    }
    let mut jobs: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from job order by id").fetch_all(&db).await.unwrap();
    let waiting = jobs.pop().unwrap();
    for (job, state, days) in [(jobs[0], "done", 2), (jobs[1], "done", 0), (jobs[2], "dead", 2)] {
        sqlx::query(
            "update job set state = $2, finished_at = now() - make_interval(days => $3) where id = $1",
        )
        .bind(job)
        .bind(state)
        .bind(days)
        .execute(&db)
        .await
        .unwrap();
    }
    assert_eq!(shelf.app.state.library.ingest().queue.prune().await.unwrap(), 1);
    let left: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from job order by id").fetch_all(&db).await.unwrap();
    assert_eq!(left, [jobs[1], jobs[2], waiting]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_file_that_kills_its_parser_each_time_dies_alone(db: PgPool) {
    let mut shelf = Shelf::new(db).await;
    let place = tempfile::tempdir().unwrap();
    let parser = place.path().join("parser");
    let script = format!(
        "#!/bin/sh\norder=$(/bin/cat)\ncase $order in *poison*) kill -9 $$;; esac\n\
         printf %s \"$order\" | {} parse-child\n",
        env!("CARGO_BIN_EXE_footnote")
    );
    std::fs::write(&parser, script).unwrap();
    std::fs::set_permissions(&parser, std::fs::Permissions::from_mode(0o755)).unwrap();
    shelf.app.state.library = shelf.app.state.library.clone().with_parser(parser);

    let poison = shelf.upload("poison.md", "Words.").await;
    for number in 0..4 {
        shelf.upload(&format!("{number}.md"), &format!("Number {number}.")).await;
    }
    let _work = shelf.app.start_workers(1);
    let progress = shelf.await_processed().await;
    assert_eq!((progress.ready, progress.failed), (4, 1));
    assert_eq!(shelf.document(&poison).await["error"]["code"], "used_too_much_memory");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_crash_of_the_database_forgot_is_never_published_and_done_again(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    let id = shelf.upload("long.md", &long_text()).await;
    let _work = shelf.app.start_workers(1);
    embedder.await_begun(1).await;
    // As if the database had come back without the last transactions: the passages are gone.
    sqlx::query("delete from chunk").execute(&db).await.unwrap();
    embedder.release();
    assert_eq!(shelf.await_processed().await.ready, 1);
    let chunks = shelf.document(&id).await["chunks"].as_i64().unwrap();
    assert!(chunks > 16, "{chunks}");
    assert_eq!((count_chunks(&db).await, count_vectors(&db).await), (chunks, chunks));
    assert_eq!(count_announced(&db).await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_an_attempt_left_half_read_is_read_anew(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let id = shelf.upload("leave.md", "# Leave\n\nFive days.").await;
    sqlx::query(
        "insert into text_part
             (version_id, number, char_start, first_block, text, char_count, blocks, block_count)
         select id, 0, 0, 0, 'half', 4, '[]', 0 from document_version",
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query(
        "insert into chunk
             (id, version_id, document_id, collection_id, ordinal, heading_path, text, char_start, char_end, token_count)
         select gen_random_uuid(), version.id, document.id, document.collection_id, 0, '{}', 'half', 0, 4, 1
         from document_version as version join document on document.id = version.document_id",
    )
    .execute(&db)
    .await
    .unwrap();
    let _work = shelf.app.start_work();
    shelf.await_processed().await;
    assert_eq!(shelf.text(&id).await, "Leave\n\nFive days.");
    assert_eq!(count_chunks(&db).await, 1);
}
