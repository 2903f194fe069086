//! Vectors in memory, and what they follow.

use app::search::{Passage, SearchMode};
use server::search::{SearchService, VectorMemory};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::fixture::{Library, NewDocument, query, titles};

async fn by_meaning(library: &Library, service: &SearchService) -> Vec<Passage> {
    let query = query("leave", SearchMode::Semantic);
    service.search(library.admin, &query).await.unwrap().results
}

fn service(library: &Library, vectors: &VectorMemory) -> SearchService {
    SearchService::new(library.db.clone(), library.embedder.clone(), library.index.clone(), vectors.clone())
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_published_replaced_and_removed_is_so_in_memory_too(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("Stays", "Days of leave.")).await;
    let vectors = VectorMemory::new(1_000);
    vectors.catch_up(&library.db).await.unwrap();
    let service = service(&library, &vectors);

    let gone = library.add(open, NewDocument::english("Goes", "Vacation and leave.")).await;
    let changed = library.add(open, NewDocument::english("Changes", "Sick leave.")).await;
    library.settle().await;
    vectors.catch_up(&library.db).await.unwrap();
    assert_eq!(by_meaning(&library, &service).await.len(), 3);

    library.hide(gone, true).await;
    library.publish(changed, NewDocument::english("Changes", "Laptops.")).await;
    library.settle().await;
    vectors.catch_up(&library.db).await.unwrap();
    let found = by_meaning(&library, &service).await;
    assert_eq!(titles(&found), ["Stays", "Changes"]);
    assert_eq!(found[1].text, "Laptops.");
    assert!(found[1].scores.semantic.unwrap() < 0.2);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_memory_does_not_show_yet_is_found_by_postgres(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("Old", "Days of leave.")).await;
    let vectors = VectorMemory::new(1_000);
    vectors.catch_up(&library.db).await.unwrap();
    library.add(open, NewDocument::english("New", "Vacation and leave.")).await;
    library.settle().await;

    assert_eq!(by_meaning(&library, &service(&library, &vectors)).await.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn more_vectors_than_may_be_held_are_left_to_postgres(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("One", "Days of leave.")).await;
    let vectors = VectorMemory::new(1);
    vectors.catch_up(&library.db).await.unwrap();
    assert!(vectors.shown().borrow().is_some());
    library.add(open, NewDocument::english("Two", "Vacation and leave.")).await;
    library.settle().await;
    vectors.catch_up(&library.db).await.unwrap();

    assert_eq!(*vectors.shown().borrow(), None);
    assert_eq!(by_meaning(&library, &service(&library, &vectors)).await.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn memory_follows_by_itself_until_it_is_told_to_stop(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    let (vectors, shutdown) = (VectorMemory::new(1_000), CancellationToken::new());
    let following = tokio::spawn(vectors.clone().follow(library.db.clone(), shutdown.clone()));
    library.add(open, NewDocument::english("One", "Days of leave.")).await;
    library.settle().await;

    let patience = std::time::Duration::from_secs(60);
    let mut shown = vectors.shown();
    let caught_up = shown.wait_for(|seq| seq.is_some_and(|seq| seq >= 1));
    tokio::time::timeout(patience, caught_up).await.unwrap().unwrap();
    shutdown.cancel();
    following.await.unwrap();
}
