//! Backups hold everything, and are restored whole or not at all. The check finds damage.

use std::sync::Arc;

use app::account::Role;
use server::{
    audit::{FindingKind, audit},
    backup,
    store::{self, blobs::Blobs},
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::common::{Shelf, TestApp, TestEmbedder, Visitor};

/// An empty database beside the test's own, gone afterwards.
async fn with_another(db: &PgPool, test: impl AsyncFnOnce(PgPool)) {
    let name = format!("restored_{}", Uuid::now_v7().simple());
    sqlx::query(&format!("create database {name}")).execute(db).await.unwrap();
    let options = (*db.connect_options()).clone().database(&name);
    let other = store::connect(options).await.unwrap();
    test(other.clone()).await;
    other.close().await;
    sqlx::query(&format!("drop database {name} with (force)")).execute(db).await.unwrap();
}

async fn shelf_with_a_document(db: &PgPool) -> Shelf {
    let shelf = Shelf::new(db.clone()).await;
    let work = shelf.app.start_work();
    shelf.upload("leave.md", "# Leave\n\nThere are 28 days of holiday.").await;
    shelf.upload("leave.md", "# Leave\n\nThere are 30 days of holiday.").await;
    shelf.await_processed().await;
    work.stop().await;
    shelf
}

async fn blobs_of(shelf: &Shelf) -> Blobs {
    Blobs::open(&shelf.app.state.config.data_dir).await.unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_restored_backup_holds_what_was_there(db: PgPool) {
    let shelf = shelf_with_a_document(&db).await;
    let (saved, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = saved.path().join("backup");
    let made = backup::save(&db, &blobs_of(&shelf).await, &folder).await.unwrap();

    with_another(&db, async |other| {
        let blobs = Blobs::open(elsewhere.path()).await.unwrap();
        let restored = backup::restore(&other, &blobs, &folder).await.unwrap();
        assert_eq!(restored, made);

        let again = elsewhere.path().join("again");
        let saved_again = backup::save(&other, &blobs, &again).await.unwrap();
        assert_eq!(saved_again.tables, made.tables, "every row is the same, byte for byte");
        assert_eq!(saved_again.originals, 2);

        let refused = backup::restore(&other, &blobs, &folder).await.unwrap_err();
        assert!(refused.to_string().contains("where there is nothing yet"), "{refused}");
    })
    .await;
}

/// The ten best passages for each of several queries.
async fn found(admin: &Visitor, documents: u32) -> Vec<Vec<(String, String)>> {
    let mut found = Vec::new();
    for number in 0..documents {
        let path = format!("/api/v1/search?q=day+{number}&mode=lexical&limit=10");
        let results = admin.get(&path).await.expect(200)["results"].clone();
        let word = |result: &serde_json::Value, name: &str| result[name].as_str().unwrap().to_owned();
        let results = results.as_array().unwrap();
        found.push(results.iter().map(|one| (word(one, "chunk_id"), word(one, "text"))).collect());
    }
    found
}

#[sqlx::test(migrations = "../migrations")]
async fn a_backup_made_while_documents_come_and_go_is_whole_and_goes_on_elsewhere(db: PgPool) {
    const DOCUMENTS: u32 = 20;
    let shelf = Shelf::new(db.clone()).await;
    let _work = shelf.app.start_work();
    let text = |number: u32| format!("# Leave {number}\n\nOn day {number} there is leave.");
    for number in 0..DOCUMENTS {
        shelf.upload(&format!("{number}.md"), &text(number)).await;
    }
    shelf.await_processed().await;
    let before = found(&shelf.admin, DOCUMENTS).await;

    let (saved, blobs) = (tempfile::tempdir().unwrap(), blobs_of(&shelf).await);
    let stop = CancellationToken::new();
    let coming_and_going = async {
        let mut number = DOCUMENTS;
        while !stop.is_cancelled() {
            let id = shelf.upload(&format!("{number}.md"), "Gone soon.").await;
            shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
            shelf.upload(&format!("{number}.md"), &format!("Coming, {number}.")).await;
            number += 1;
        }
    };
    let saving = async {
        let mut folder = saved.path().join("0");
        for round in 0..3 {
            folder = saved.path().join(round.to_string());
            backup::save(&db, &blobs, &folder).await.unwrap();
        }
        stop.cancel();
        folder
    };
    let ((), folder) = tokio::join!(coming_and_going, saving);

    with_another(&db, async |other| {
        let elsewhere = tempfile::tempdir().unwrap();
        let restored = Blobs::open(elsewhere.path()).await.unwrap();
        backup::restore(&other, &restored, &folder).await.unwrap();
        let embedder = Arc::new(TestEmbedder::named("test"));
        let app = TestApp::idle(other.clone(), &[], embedder).await;
        let data = &app.state.config.data_dir;
        std::fs::remove_dir_all(data.join("blobs")).unwrap();
        std::fs::rename(elsewhere.path().join("blobs"), data.join("blobs")).unwrap();

        // What waited then is taken in here.
        let work = app.start_work();
        let admin = app.visitor(Role::Admin).await;
        app.until_ready().await;
        await_processed(&other).await;
        assert_eq!(found(&admin, DOCUMENTS).await, before);
        work.stop().await;
        let blobs = Blobs::open(data).await.unwrap();
        let findings = audit(&other, &blobs, &app.state.config.index_dir()).await.unwrap();
        assert_eq!(findings, []);
        other.close().await;
    })
    .await;
}

async fn await_processed(db: &PgPool) {
    let left = async || {
        sqlx::query("select from job where state in ('queued', 'running')").fetch_optional(db).await.unwrap()
    };
    while left().await.is_some() {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_damaged_backup_is_refused_and_changes_nothing(db: PgPool) {
    let shelf = shelf_with_a_document(&db).await;
    let saved = tempfile::tempdir().unwrap();
    let folder = saved.path().join("backup");
    backup::save(&db, &blobs_of(&shelf).await, &folder).await.unwrap();
    let table = folder.join("tables/collection");
    let mut bytes = std::fs::read(&table).unwrap();
    let at = bytes.windows(8).position(|part| part == b"Handbook").unwrap();
    bytes[at] = b'h';
    std::fs::write(&table, bytes).unwrap();

    with_another(&db, async |other| {
        let blobs = Blobs::open(saved.path()).await.unwrap();
        let refused = backup::restore(&other, &blobs, &folder).await.unwrap_err();
        assert!(refused.to_string().contains("damaged"), "{refused}");
        let accounts: i64 =
            sqlx::query_scalar("select count(*) from account").fetch_one(&other).await.unwrap();
        assert_eq!(accounts, 0);
    })
    .await;
}

#[sqlx::test(migrations = "../migrations")]
async fn the_check_finds_nothing_amiss_and_then_each_kind_of_damage(db: PgPool) {
    let shelf = shelf_with_a_document(&db).await;
    let (blobs, index) = (blobs_of(&shelf).await, shelf.app.state.config.index_dir());
    let kinds = async || {
        let findings = audit(&db, &blobs, &index).await.unwrap();
        findings.into_iter().map(|finding| finding.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, []);

    let originals = blobs.list().await.unwrap();
    std::fs::write(blobs.path(&originals[0]), "something else").unwrap();
    assert_eq!(kinds().await, [FindingKind::DamagedOriginal]);
    blobs.remove(&originals[0]).await.unwrap();
    assert_eq!(kinds().await, [FindingKind::MissingOriginal]);

    sqlx::query("delete from embedding").execute(&db).await.unwrap();
    assert_eq!(kinds().await, [FindingKind::MissingOriginal, FindingKind::MissingVector]);
    sqlx::query("delete from chunk").execute(&db).await.unwrap();
    assert_eq!(kinds().await, [FindingKind::MissingOriginal, FindingKind::StrayInIndex]);
    std::fs::remove_dir_all(index.join("current")).unwrap();
    assert_eq!(kinds().await, [FindingKind::MissingOriginal, FindingKind::DamagedIndex]);
}
