//! What is deleted is gone: from the database, from the index, from the disk.

use serde_json::json;
use server::audit::audit;
use sqlx::PgPool;

use crate::common::Shelf;

const CANARY: &str = "quetzalcoatlus";

/// Every place in the database where a word stands, in any column of text.
async fn places_of(db: &PgPool, word: &str) -> Vec<String> {
    let columns = sqlx::query!(
        r#"
        select table_schema as "schema!", table_name as "table!", column_name as "column!"
        from information_schema.columns
        join information_schema.tables using (table_schema, table_name)
        where table_schema not in ('pg_catalog', 'information_schema')
          and table_type = 'BASE TABLE'
          and data_type in ('text', 'jsonb', 'ARRAY')
        "#
    )
    .fetch_all(db)
    .await
    .unwrap();
    assert!(columns.len() > 30, "the scan sees the schema");
    let mut found = Vec::new();
    for place in columns {
        let (schema, table, column) = (place.schema, place.table, place.column);
        let statement = format!(
            r#"select count(*) from "{schema}"."{table}" where strpos(lower("{column}"::text), $1) > 0"#
        );
        let rows: i64 = sqlx::query_scalar(&statement).bind(word).fetch_one(db).await.unwrap();
        if rows > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

fn originals(shelf: &Shelf) -> usize {
    walkdir::WalkDir::new(shelf.app.state.config.data_dir.join("blobs"))
        .into_iter()
        .filter(|entry| entry.as_ref().unwrap().file_type().is_file())
        .count()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_deleted_document_leaves_nothing_and_the_receipt_says_what_was_there(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let _work = shelf.app.start_work();
    let text =
        format!("# About the {CANARY}\n\nThe {CANARY} had wings.\n\n## Its food\n\n{CANARY} ate dinosaurs.");
    let id = shelf.upload(&format!("{CANARY}.md"), "An older version.").await;
    shelf.await_processed().await;
    assert_eq!(shelf.upload(&format!("{CANARY}.md"), &text).await, id);
    shelf.upload("other.md", "Something else.").await;
    shelf.await_processed().await;
    let chunks = shelf.document(&id).await["chunks"].as_i64().unwrap();
    assert!(chunks > 0 && places_of(&db, CANARY).await.len() > 2);

    let receipt = shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
    let removed = json!({
        "versions": 2, "chunks": chunks, "embeddings": chunks, "index_entries": chunks,
        "cached_answers": 0, "blobs": 2,
    });
    assert_eq!(receipt, json!({ "document_id": id, "removed": removed }));
    assert_eq!(places_of(&db, CANARY).await, Vec::<String>::new());
    assert_eq!(originals(&shelf), 1, "the other document's");
    let keyword = &shelf.app.state.library.ingest().keyword;
    assert_eq!(keyword.count_entries(id.parse().unwrap()).await.unwrap(), 0);
    for path in ["", "/text", "/chunks", "/original"] {
        shelf.admin.get(&format!("/api/v1/documents/{id}{path}")).await.problem(404);
    }
    shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.problem(404);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_original_that_another_document_uses_stays(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let id = shelf.upload("a.md", "Words.").await;
    let other = crate::common::create_collection(&shelf.admin, "Other", "everyone").await;
    let path = format!("/api/v1/collections/{other}/documents");
    let copy = shelf.admin.upload(&path, &[("a.md", b"Words.")]).await.expect(202);
    let copy = copy["documents"][0]["id"].as_str().unwrap();
    let _work = shelf.app.start_work();
    let receipt = shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
    assert_eq!(receipt["removed"]["blobs"], 0);
    assert_eq!(shelf.admin.get(&format!("/api/v1/documents/{copy}/original")).await.text(), "Words.");
    let receipt = shelf.admin.delete(&format!("/api/v1/documents/{copy}")).await.expect(200);
    assert_eq!((&receipt["removed"]["blobs"], originals(&shelf)), (&json!(1), 0));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_can_be_deleted_while_it_is_processed(db: PgPool) {
    let embedder = std::sync::Arc::new(crate::common::TestEmbedder::held());
    let shelf = Shelf::with_embedder(db.clone(), embedder.clone()).await;
    let _work = shelf.app.start_work();
    let id = shelf.upload("a.md", &format!("# {CANARY}\n\nWords.")).await;
    embedder.await_begun(1).await;
    shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
    embedder.release();
    shelf.upload("b.md", "Other words.").await;
    shelf.await_processed().await;
    assert_eq!(places_of(&db, CANARY).await, Vec::<String>::new());
}

#[sqlx::test(migrations = "../migrations")]
async fn a_deletion_that_a_crash_cut_off_is_finished_after_it(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let id = shelf.upload("a.md", &format!("# {CANARY}\n\nWords.")).await;
    let work = shelf.app.start_work();
    shelf.await_processed().await;
    work.stop().await;

    // Nothing follows the index, so the deletion gets no further than to wait for it.
    let path = format!("/api/v1/documents/{id}");
    let deletion = shelf.admin.delete(&path);
    let hidden = async {
        while shelf.admin.get(&path).await.status != 404 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        reply = deletion => panic!("answered before all was gone: {}", reply.text()),
        () = hidden => {}
    }
    let _work = shelf.app.start_work();
    let mut left = 1;
    while left > 0 {
        left = sqlx::query_scalar!(r#"select count(*) as "count!" from job where state <> 'done'"#)
            .fetch_one(&db)
            .await
            .unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(places_of(&db, CANARY).await, Vec::<String>::new());
    assert_eq!(originals(&shelf), 0);
    let blobs = &shelf.app.state.library.ingest().blobs;
    let findings = audit(&db, blobs, &shelf.app.state.config.index_dir()).await.unwrap();
    assert_eq!(findings, [], "the check finds nothing of it either");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_deleted_collection_takes_its_documents_with_it(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let _work = shelf.app.start_work();
    for number in 0..3 {
        shelf.upload(&format!("{number}.md"), &format!("# {CANARY}\n\nNumber {number}.")).await;
    }
    shelf.await_processed().await;
    shelf.admin.delete(&format!("/api/v1/collections/{}", shelf.id)).await.expect(204);
    assert_eq!(places_of(&db, CANARY).await, Vec::<String>::new());
    assert_eq!(originals(&shelf), 0);
    shelf.admin.get(&format!("/api/v1/collections/{}", shelf.id)).await.problem(404);
}
