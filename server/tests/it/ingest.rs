//! From what was taken in to what is searched, through crashes and changes.

use std::{
    os::unix::fs::PermissionsExt,
    sync::{Arc, atomic::Ordering},
};

use server::{
    ingest::queue::{Claim, Task},
    model::Embedder,
};
use sqlx::PgPool;

use crate::common::{Shelf, TestEmbedder};

/// Sections enough for several batches of passages.
fn long_text() -> String {
    (1..=60).map(|number| format!("# Section {number}\n\n{}\n\n", "Some words of it. ".repeat(40))).collect()
}

async fn claim(shelf: &Shelf) -> Claim {
    shelf.app.state.library.ingest().queue.claim().await.unwrap().unwrap()
}

/// As if the lease of every running job had run out.
async fn expire_leases(db: &PgPool) {
    sqlx::query!(r#"update job set leased_until = now() where state = 'running'"#).execute(db).await.unwrap();
}

async fn count_vectors(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from embedding"#).fetch_one(db).await.unwrap()
}

async fn count_chunks(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from chunk"#).fetch_one(db).await.unwrap()
}

async fn count_changes(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from index_change where kind = 'publish'"#)
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_becomes_text_passages_and_vectors(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let id = shelf.upload("leave.md", "# Leave\n\nFünf Tage 🎉.\n\n## Sick\n\nTell your lead.").await;
    let _work = shelf.app.start_work();
    shelf.await_processed().await;

    let document = shelf.document(&id).await;
    assert_eq!((&document["status"], &document["title"]), (&"ready".into(), &"Leave".into()));
    assert_eq!(document["progress"], 1.0);
    let text: Vec<char> = shelf.text(&id).await.chars().collect();
    let chunks = shelf.admin.get(&format!("/api/v1/documents/{id}/chunks")).await.expect(200);
    let chunks = chunks["items"].as_array().unwrap().clone();
    assert_eq!(document["chunks"], chunks.len());
    for chunk in &chunks {
        let at = |name: &str| usize::try_from(chunk[name].as_u64().unwrap()).unwrap();
        let stretch: String = text[at("char_start")..at("char_end")].iter().collect();
        assert_eq!(chunk["text"], stretch, "offsets count in the text");
    }
    assert_eq!(count_vectors(&db).await, chunks.len() as i64);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_new_version_takes_the_place_of_the_old_one_at_once_and_never_half(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    let _work = shelf.app.start_work();
    let id = shelf.upload("leave.md", "# Old\n\nFive days.").await;
    embedder.permits.add_permits(1);
    shelf.await_processed().await;

    embedder.await_begun(1).await;
    shelf.upload("leave.md", &format!("# New\n\nSix days.\n\n{}", long_text())).await;
    embedder.await_begun(1).await;
    let during = shelf.document(&id).await;
    assert_eq!((&during["status"], &during["title"]), (&"processing".into(), &"Old".into()));
    assert_eq!(shelf.text(&id).await, "Old\n\nFive days.");
    assert_eq!(during["chunks"], 1);

    embedder.release();
    shelf.await_processed().await;
    let after = shelf.document(&id).await;
    assert_eq!((&after["status"], &after["title"]), (&"ready".into(), &"New".into()));
    assert!(shelf.text(&id).await.starts_with("New\n\nSix days."));
    assert_eq!(count_chunks(&db).await, after["chunks"].as_i64().unwrap(), "nothing of the old one is left");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_version_that_is_replaced_while_it_is_processed_is_never_published(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db.clone()).await;
    let _work = shelf.app.start_work();
    let id = shelf.upload("leave.md", "Five days.").await;
    embedder.await_begun(1).await;
    shelf.upload("leave.md", "Six days.").await;
    embedder.await_begun(1).await;
    embedder.release();
    shelf.await_processed().await;
    assert_eq!(shelf.text(&id).await, "Six days.");
    assert_eq!((count_changes(&db).await, count_chunks(&db).await), (1, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_that_cannot_be_read_fails_alone_and_can_be_tried_again(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let broken = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog";
    let reply = shelf.upload_all(&[("broken.pdf", broken), ("fine.md", b"Five days.")]).await;
    let id = reply["documents"][0]["id"].as_str().unwrap();
    let work = shelf.app.start_work();
    let progress = shelf.await_processed().await;
    assert_eq!((progress.ready, progress.failed), (1, 1));
    let document = shelf.document(id).await;
    assert_eq!(document["error"]["code"], "damaged", "{document}");

    work.stop().await;
    let retried = shelf.admin.post(&format!("/api/v1/documents/{id}/retry"), serde_json::json!({})).await;
    assert_eq!(retried.expect(202)["status"], "queued");
    let again = shelf.admin.post(&format!("/api/v1/documents/{id}/retry"), serde_json::json!({})).await;
    assert_eq!(again.problem(409), "conflict");
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.failed, 1);
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
    assert_eq!((count_changes(&db).await, count_vectors(&db).await), (0, 0));
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
    assert_eq!(count_changes(&db).await, 1);
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
    for attempt in 1..=5 {
        assert_eq!(claim(&shelf).await.attempt, attempt);
        expire_leases(&db).await;
    }
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.failed, 1);
    assert_eq!(shelf.document(&id).await["error"]["code"], "crashed");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_job_is_given_to_one_worker_at_a_time(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    for number in 0..8 {
        shelf.upload(&format!("{number}.md"), &format!("Number {number}.")).await;
    }
    let queue = &shelf.app.state.library.ingest().queue;
    let claims = futures::future::join_all((0..12).map(|_| queue.claim())).await;
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
async fn a_new_embedding_model_is_filled_beside_the_old_one_and_then_takes_its_place(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    shelf.upload("leave.md", "Five days.").await;
    let work = shelf.app.start_work();
    shelf.await_processed().await;
    work.stop().await;

    let next = Arc::new(TestEmbedder::held());
    let mut ingest = shelf.app.state.library.ingest().clone();
    ingest.embedder = next.clone() as Arc<dyn Embedder>;
    ingest.registered = Default::default();
    ingest.embedding_model().await.unwrap();
    let states = || async {
        sqlx::query!(
            r#"
            select name, state, (select count(*) from embedding where model_id = id) as "vectors!"
            from embedding_model order by id
            "#
        )
        .fetch_all(&db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.name, row.state, row.vectors))
        .collect::<Vec<_>>()
    };
    let state = |name: &str, state: &str, vectors| (name.to_owned(), state.to_owned(), vectors);
    assert_eq!(states().await, [state("test", "active", 1), state("held", "filling", 0)]);

    let stop = tokio_util::sync::CancellationToken::new();
    let workers = tokio::spawn(server::ingest::worker::run(ingest.clone(), 1, stop.clone()));
    next.await_begun(1).await;
    assert_eq!(states().await[0], state("test", "active", 1), "the old one serves until then");
    next.release();
    await_jobs_done(&db).await;
    assert_eq!(states().await, [state("test", "retired", 0), state("held", "active", 1)]);
    stop.cancel();
    workers.await.unwrap();
}

/// Waits for the announcement of each change until no job is left.
async fn await_jobs_done(db: &PgPool) {
    loop {
        let left = sqlx::query_scalar!(
            r#"select count(*) as "count!" from job where state in ('queued', 'running')"#
        )
        .fetch_one(db)
        .await
        .unwrap();
        if left == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
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
    assert_eq!(count_changes(&db).await, 1);
}
