//! Nobody finds what they may not read, whatever they ask and however.

use app::search::{Filter, SearchMode, SearchQuery};
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::{Library, NewDocument, lexical, query, titles};

const MODES: [SearchMode; 3] = [SearchMode::Hybrid, SearchMode::Lexical, SearchMode::Semantic];

#[sqlx::test(migrations = "../migrations")]
async fn a_restricted_passage_is_found_by_no_mode_query_or_filter_without_a_grant(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    let closed = library.add_collection("restricted").await;
    library.add(open, NewDocument::english("Open", "Everybody has 25 days of leave.")).await;
    library
        .add(closed, NewDocument::english("Closed", "Canary xq-77: the board has 60 days of leave."))
        .await;
    let (stranger, granted) = (library.add_employee().await, library.add_employee().await);
    library.grant(closed, granted).await;
    library.settle().await;

    for q in ["canary", "xq-77", "\"the board\"", "leave", "days of leave of the board", "Closed", "holiday"]
    {
        for mode in MODES {
            for collections in [vec![], vec![closed], vec![open, closed]] {
                let query =
                    SearchQuery { filter: Filter { collections, ..Filter::default() }, ..query(q, mode) };
                let found = library.find_as(stranger, &query).await;
                assert!(!titles(&found).contains(&"Closed"), "{q} {mode:?} {found:?}");
            }
        }
    }
    for mode in MODES {
        let found = library.find_as(granted, &query("canary xq-77 holiday", mode)).await;
        assert!(titles(&found).contains(&"Closed"), "{mode:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_grant_taken_away_hides_at_the_next_search(db: PgPool) {
    let library = Library::new(db).await;
    let closed = library.add_collection("restricted").await;
    let reader = library.add_employee().await;
    library.grant(closed, reader).await;
    library.add(closed, NewDocument::english("Closed", "The leave of the board.")).await;
    library.settle().await;
    assert_eq!(library.find_as(reader, &lexical("board")).await.len(), 1);

    sqlx::query("delete from collection_grant").execute(&library.db).await.unwrap();

    for mode in MODES {
        assert!(library.find_as(reader, &query("leave board", mode)).await.is_empty(), "{mode:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_suspended_reader_finds_nothing(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("Open", "Everybody has 25 days of leave.")).await;
    let reader = library.add_employee().await;
    library.settle().await;
    assert_eq!(library.find_as(reader, &lexical("leave")).await.len(), 1);

    sqlx::query("update account set suspended_at = now() where id = $1")
        .bind(reader)
        .execute(&library.db)
        .await
        .unwrap();

    for mode in MODES {
        assert!(library.find_as(reader, &query("leave", mode)).await.is_empty(), "{mode:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_collection_that_does_not_exist_is_searched_like_one_that_may_not_be_known(db: PgPool) {
    let library = Library::new(db).await;
    let closed = library.add_collection("restricted").await;
    library.add(closed, NewDocument::english("Closed", "The leave of the board.")).await;
    let stranger = library.add_employee().await;
    library.settle().await;

    for collection in [closed, Uuid::now_v7()] {
        let query = SearchQuery {
            filter: Filter { collections: vec![collection], ..Filter::default() },
            ..lexical("leave")
        };
        let found = library.service().search(stranger, &query).await.unwrap();
        assert_eq!(found, app::search::SearchResults::default());
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_neighbours_of_a_passage_are_for_its_readers_alone(db: PgPool) {
    let library = Library::new(db).await;
    let closed = library.add_collection("restricted").await;
    let (stranger, granted) = (library.add_employee().await, library.add_employee().await);
    library.grant(closed, granted).await;
    library.add(closed, NewDocument::english("Closed", "The leave of the board.")).await;
    library.settle().await;
    let chunk = library.find("board").await[0].chunk_id;

    let around = library.service().with_neighbours(granted, chunk, 1).await.unwrap();
    assert_eq!(around.text, "The leave of the board.");
    assert!(library.service().with_neighbours(stranger, chunk, 1).await.is_err());
}
