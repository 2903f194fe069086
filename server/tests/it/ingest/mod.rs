//! From what was taken in to what is searched, through crashes and changes.

mod attempts;
mod models;
mod tables;

use sqlx::PgPool;

use crate::common::Shelf;

/// Sections enough for several batches of passages.
fn long_text() -> String {
    (1..=60).map(|number| format!("# Section {number}\n\n{}\n\n", "Some words of it. ".repeat(40))).collect()
}

async fn count_vectors(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from embedding"#).fetch_one(db).await.unwrap()
}

async fn count_chunks(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from chunk"#).fetch_one(db).await.unwrap()
}

/// How many versions the index was told of, however often.
async fn count_announced(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(distinct version_id) as "count!" from index_change"#)
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
    assert_eq!((count_announced(&db).await, count_chunks(&db).await), (1, 1));
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
