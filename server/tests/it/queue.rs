//! The queue, as an admin sees and steers it.

use std::sync::Arc;

use app::{
    account::{Role, UserChange},
    paths,
    ports::Accounts,
    queue::QueueReport,
};
use http::Method;
use serde_json::json;
use server::{ingest::queue::Task, model::Embedder};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    answers::stream::EventStream,
    common::{Shelf, TestApp, TestEmbedder, Visitor},
};

async fn steer(shelf: &Shelf, how: &str) -> serde_json::Value {
    let reply = shelf.admin.post(&format!("/api/v1/queue/{how}"), json!({})).await;
    assert!(reply.status.is_success(), "{how}: {}", reply.text());
    reply.json()
}

#[sqlx::test(migrations = "../migrations")]
async fn while_the_queue_is_paused_only_deletions_begin_also_after_a_restart(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    shelf.upload("leave.md", "Five days.").await;
    let paused = steer(&shelf, "pause").await;
    assert_eq!(paused["pause"]["by"]["email"], shelf.admin.user().email);
    assert_eq!(steer(&shelf, "pause").await["pause"], paused["pause"], "pausing again changes nothing");

    let embedder = Arc::new(TestEmbedder::named("test"));
    let restarted = TestApp::idle(db.clone(), &[], embedder).await;
    let queue = &restarted.state.library.ingest().queue;
    assert!(queue.claim(true).await.unwrap().is_none());
    assert!(queue.next_due(true).await.unwrap().is_none(), "nothing is due, so nobody looks for it");
    assert_eq!(shelf.queue().await.waiting, 1);
    sqlx::query("insert into job (id, kind, document_id) values ($1, 'purge', $1)")
        .bind(Uuid::now_v7())
        .execute(&db)
        .await
        .unwrap();
    assert!(matches!(queue.claim(true).await.unwrap().unwrap().task, Task::Purge { .. }));

    let _work = shelf.app.start_work();
    assert_eq!(steer(&shelf, "resume").await["pause"], json!(null));
    assert_eq!(shelf.await_processed().await.ready, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_waits_can_be_cancelled_and_what_was_searchable_stays(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let old = shelf.upload("leave.md", "Five days.").await;
    let work = shelf.app.start_work();
    shelf.await_processed().await;
    work.stop().await;
    shelf.upload("leave.md", "Six days.").await;
    let new = shelf.upload("parking.md", "Parking is free.").await;

    assert_eq!(steer(&shelf, "cancel-waiting").await, json!({ "documents": 2 }));
    let queue = shelf.queue().await;
    assert_eq!((queue.waiting, queue.failed, queue.cancelled), (0, 0, 2));
    assert_eq!(shelf.document(&new).await["error"]["code"], "cancelled");
    assert_eq!(shelf.text(&old).await, "Five days.");

    let path = format!("/api/v1/documents/{new}/retry");
    shelf.admin.post(&path, json!({})).await.expect(202);
    let _work = shelf.app.start_work();
    assert_eq!((shelf.await_processed().await.ready, shelf.queue().await.cancelled), (1, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn all_that_failed_is_tried_again_but_not_what_was_cancelled(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let broken = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog";
    let uploaded = shelf.upload_all(&[("a.pdf", broken), ("notes.md", b" \n\n ")]).await;
    let work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.failed, 2);
    let reasons: Vec<_> =
        shelf.queue().await.reasons.into_iter().map(|reason| (reason.code, reason.documents)).collect();
    assert_eq!(reasons, [("damaged".to_owned(), 1), ("no_text".to_owned(), 1)]);
    work.stop().await;

    shelf.upload("parking.md", "Parking is free.").await;
    steer(&shelf, "cancel-waiting").await;
    // Nobody can try again what a newer version took the place of.
    shelf.upload("notes.md", "Some words now.").await;
    let before = shelf.queue().await;
    assert_eq!((before.failed, before.waiting, before.cancelled), (1, 1, 1), "{before:?}");
    assert_eq!(steer(&shelf, "retry-failed").await, json!({ "documents": 1 }));
    let after = shelf.queue().await;
    assert_eq!((after.failed, after.waiting, after.cancelled), (0, 2, 1), "{after:?}");
    assert!(after.reasons.is_empty());
    let id = uploaded["documents"][0]["id"].as_str().unwrap();
    assert_eq!(shelf.document(id).await["status"], "queued");
}

#[sqlx::test(migrations = "../migrations")]
async fn time_without_work_does_not_slow_the_rate(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    for number in 0..6 {
        shelf.upload(&format!("{number}.md"), &format!("Number {number}.")).await;
    }
    assert_eq!((shelf.queue().await.per_minute, shelf.queue().await.seconds_left), (None, None));
    // Four took ten seconds each; two came eight minutes before the other two.
    for (place, (came, ended)) in [(500, 490), (500, 480), (20, 10), (20, 0)].into_iter().enumerate() {
        sqlx::query(
            "with job_done as (
                 update job set state = 'done', created_at = now() - make_interval(secs => $2),
                        finished_at = now() - make_interval(secs => $3)
                 where id = (select id from job order by id offset $1 limit 1)
                 returning version_id
             )
             update document_version set status = 'ready', progress = 1
             from job_done where document_version.id = job_done.version_id",
        )
        .bind(place as i64)
        .bind(f64::from(came))
        .bind(f64::from(ended))
        .execute(&db)
        .await
        .unwrap();
    }
    let queue = shelf.queue().await;
    assert_eq!(queue.per_minute.map(f64::round), Some(6.0));
    // Rounded up.
    assert_eq!(queue.waiting, 2);
    assert!(matches!(queue.seconds_left, Some(20..=21)), "{queue:?}");

    steer(&shelf, "pause").await;
    steer(&shelf, "resume").await;
    assert_eq!(shelf.queue().await.per_minute, None, "what was before the pause says nothing of now");
}

#[sqlx::test(migrations = "../migrations")]
async fn who_watches_the_queue_is_told_of_each_change_until_the_role_ends(db: PgPool) {
    let embedder = Arc::new(TestEmbedder::held());
    let shelf = Shelf::with_embedder(db.clone(), embedder.clone()).await;
    let _work = shelf.app.start_work();
    let watcher = shelf.app.visitor(Role::Admin).await;
    let mut events = watch(&watcher).await;
    assert_eq!(next(&mut events).await, Some(QueueReport::default()));

    shelf.upload("leave.md", "Five days.").await;
    embedder.await_begun(1).await;
    until(&mut events, |queue| queue.running == 1).await;
    steer(&shelf, "pause").await;
    until(&mut events, |queue| queue.pause.is_some()).await;
    embedder.release();
    until(&mut events, |queue| queue.left() == 0).await;

    let demoted = UserChange { role: Some(Role::Employee), suspended: None };
    shelf.app.state.accounts.change_user(shelf.admin.user(), watcher.id(), demoted).await.unwrap();
    steer(&shelf, "resume").await;
    assert_eq!(next(&mut events).await, None);
}

async fn watch(visitor: &Visitor) -> EventStream {
    EventStream::open(visitor, visitor.request(Method::GET, paths::QUEUE_EVENTS), String::new()).await
}

async fn next(events: &mut EventStream) -> Option<QueueReport> {
    let sent = events.next().await?;
    Some(serde_json::from_value(sent.data).unwrap())
}

async fn until(events: &mut EventStream, is: impl Fn(&QueueReport) -> bool) {
    while !is(&next(events).await.unwrap()) {}
}

#[sqlx::test(migrations = "../migrations")]
async fn filling_a_new_embedding_model_makes_way_for_a_pause(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    for number in 0..70 {
        shelf.upload(&format!("{number}.md"), &format!("Number {number}.")).await;
    }
    let work = shelf.app.start_work();
    shelf.await_processed().await;
    work.stop().await;

    let next = Arc::new(TestEmbedder::held());
    let mut ingest = shelf.app.state.library.ingest().clone();
    ingest.embedder = next.clone() as Arc<dyn Embedder>;
    ingest.registered = Default::default();
    ingest.embedding_model().await.unwrap();
    let stop = CancellationToken::new();
    let workers = tokio::spawn(server::ingest::worker::run(ingest.clone(), 1, stop.clone()));
    next.await_begun(1).await;
    steer(&shelf, "pause").await;
    next.release();
    while job_states(&db).await != ["queued"] {
        tokio::task::yield_now().await;
    }
    assert_eq!(next.embedded.load(std::sync::atomic::Ordering::Relaxed), 64, "one batch, and no more");
    steer(&shelf, "resume").await;
    while job_states(&db).await != ["done"] {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    workers.await.unwrap();
}

async fn job_states(db: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select state from job where kind = 'embed'").fetch_all(db).await.unwrap()
}
