//! Tables too large to be held.

use sqlx::PgPool;

use crate::common::Shelf;

/// About three megabytes: three parts of text.
fn table() -> String {
    let rows = (1..=40_000).map(|n| format!("Ada Lovelace {n},Analytical engines,{},Ünited\n", n * 7));
    std::iter::once("Name,Team,Number,Place\n".to_owned()).chain(rows).collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_huge_table_is_stored_in_parts_that_make_one_text(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let id = shelf.upload("table.csv", &table()).await;
    let _work = shelf.app.start_work();
    shelf.await_processed().await;
    let parts: i64 = sqlx::query_scalar("select count(*) from text_part").fetch_one(&db).await.unwrap();
    assert!(parts >= 3, "{parts}");

    let text: Vec<char> = shelf.text(&id).await.chars().collect();
    let chunks = shelf.admin.get(&format!("/api/v1/documents/{id}/chunks")).await.expect(200);
    let chunks = chunks["items"].as_array().unwrap();
    assert_eq!(shelf.document(&id).await["chunks"], chunks.len());
    for (ordinal, chunk) in chunks.iter().enumerate() {
        let at = |name: &str| usize::try_from(chunk[name].as_u64().unwrap()).unwrap();
        assert_eq!(at("ordinal"), ordinal);
        let stretch: String = text[at("char_start")..at("char_end")].iter().collect();
        assert_eq!(chunk["text"], stretch, "offsets count in the whole text");
        assert!(stretch.starts_with("Name | Team | Number | Place\n"), "{stretch}");
    }
    let rows: usize = chunks.iter().map(|chunk| chunk["text"].as_str().unwrap().lines().count() - 1).sum();
    assert_eq!(rows, 40_000);

    // A passage of the last part is shown where it stands.
    let last = chunks.last().unwrap();
    let passage = last["id"].as_str().unwrap().parse().unwrap();
    let reader = shelf.admin.user().clone();
    let library = &shelf.app.state.library;
    let view = app::ports::Library::view_document(library, &reader, id.parse().unwrap(), Some(passage), None);
    let view = view.await.unwrap();
    assert_eq!(view.part, view.parts);
    let marked: Vec<&str> = view
        .blocks
        .iter()
        .flat_map(|block| &block.runs)
        .filter(|run| run.marked)
        .map(|run| run.text.as_str())
        .collect();
    assert_eq!(marked.join("\n"), last["text"].as_str().unwrap());
    assert!(view.outline.len() <= 300, "{}", view.outline.len());
}

#[sqlx::test(migrations = "../migrations")]
async fn a_small_document_is_not_kept_waiting_by_huge_ones(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db).await;
    for number in 0..4 {
        shelf.upload(&format!("{number}.csv"), &table().replace("Ada", &format!("Ada {number}"))).await;
    }
    let _work = shelf.app.start_workers(1);
    embedder.await_begun(1).await;
    let small = shelf.upload("leave.md", "Five days.").await;
    // The only worker is at the first of the huge ones, so what begins now is the small one.
    embedder.await_begun(1).await;
    assert_eq!(shelf.document(&small).await["stage"], "embedding");
}
