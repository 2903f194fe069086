//! From when on a version is found, and until when the one before is.

use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::PgPool;

use crate::common::Shelf;

/// How many passages a search by words alone finds.
async fn found(shelf: &Shelf, word: &str) -> usize {
    let reply = shelf.admin.get(&format!("/api/v1/search?q={word}&mode=lexical")).await.expect(200);
    reply["results"].as_array().unwrap().len()
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_ready_is_found_by_its_words(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let _work = shelf.app.start_work();
    shelf.app.until_ready().await;
    for number in 0..5 {
        let word = format!("ledger{number}");
        shelf.upload(&format!("{word}.txt"), &format!("About the {word} of the company.")).await;
        assert_eq!(shelf.await_processed().await.ready, number + 1);
        assert_eq!(found(&shelf, &word).await, 1, "{word}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_that_changes_is_found_all_the_while(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let _work = shelf.app.start_work();
    shelf.app.until_ready().await;
    shelf.upload("leave.txt", "Parental leave: version zero.").await;
    shelf.await_processed().await;

    let is_over = AtomicBool::new(false);
    let change = async {
        for number in 1..6 {
            shelf.upload("leave.txt", &format!("Parental leave: version {number}.")).await;
            shelf.await_processed().await;
        }
        is_over.store(true, Ordering::Relaxed);
    };
    let look = async {
        while !is_over.load(Ordering::Relaxed) {
            assert_eq!(found(&shelf, "parental").await, 1);
        }
    };
    tokio::join!(change, look);
    assert_eq!(found(&shelf, "zero").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_audit_finds_nothing_amiss_after_changes(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let work = shelf.app.start_work();
    shelf.app.until_ready().await;
    for text in ["First.", "Second.", "Third."] {
        shelf.upload("note.txt", text).await;
        shelf.await_processed().await;
    }
    let last: i64 = sqlx::query_scalar("select max(seq) from index_change").fetch_one(&db).await.unwrap();
    shelf.app.state.keyword.applied().wait_for(|seen| *seen >= last).await.unwrap();
    work.stop().await;
    let index = shelf.app.state.config.index_dir();
    let findings = server::audit::audit(&db, &shelf.app.state.library.ingest().blobs, &index).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
