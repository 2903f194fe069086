//! What a search could be narrowed to.

use app::search::{Facet, Facets, Filter, SearchMode, SearchQuery};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::{Library, NewDocument, lexical, query};

/// Each list as `value documents`.
fn lists(facets: &Facets) -> serde_json::Value {
    let list = |facets: &[Facet]| {
        facets.iter().map(|facet| format!("{} {}", facet.value, facet.documents)).collect::<Vec<_>>()
    };
    json!({
        "types": list(&facets.types),
        "languages": list(&facets.languages),
        "folders": list(&facets.folders),
        "years": list(&facets.years),
    })
}

async fn facets(library: &Library, reader: Uuid, query: SearchQuery) -> Facets {
    let query = SearchQuery { facets: true, ..query };
    library.service().search(reader, &query).await.unwrap().facets.unwrap()
}

async fn library(db: PgPool) -> (Library, Uuid, Uuid) {
    let library = Library::new(db).await;
    let (open, closed) =
        (library.add_collection("everyone").await, library.add_collection("restricted").await);
    let new = |title, media_type, language, folder| NewDocument {
        media_type: Some(media_type),
        folder,
        // Two passages each: it is documents that are counted.
        passages: vec![(Vec::new(), "Days of leave.".into()), (Vec::new(), "More days of leave.".into())],
        ..NewDocument::in_language(language, title, "")
    };
    for (collection, day, new) in [
        (open, "2025-05-05", new("A", "application/pdf", "en", "")),
        (open, "2026-05-05", new("B", "text/plain", "de", "People")),
        (open, "2026-06-06", new("C", "text/plain", "en", "People/Leave")),
        (open, "2026-06-07", new("D", "application/pdf", "en", "People/Pay/Old")),
        (closed, "2024-01-01", new("E", "application/secret", "fr", "Canary")),
    ] {
        let document = library.add(collection, new).await;
        library.change_on(document, day).await;
    }
    library.add(open, NewDocument::english("F", "On laptops.")).await;
    library.settle().await;
    (library, open, closed)
}

#[sqlx::test(migrations = "../migrations")]
async fn documents_that_hold_a_word_are_counted_by_what_they_are(db: PgPool) {
    let (library, open, _) = library(db).await;
    let reader = library.add_employee().await;
    let all = facets(&library, reader, lexical("leave")).await;
    assert_eq!(all.collections, [Facet { value: open.to_string(), documents: 4 }]);
    assert_eq!(
        lists(&all),
        json!({
            "types": ["application/pdf 2", "text/plain 2"],
            "languages": ["en 3", "de 1"],
            "folders": ["People 3"],
            "years": ["2026 3", "2025 1"],
        })
    );
    assert!(library.service().search(reader, &lexical("leave")).await.unwrap().facets.is_none());
}

#[sqlx::test(migrations = "../migrations")]
async fn each_list_heeds_what_is_chosen_in_the_others_and_says_what_else_could_be_chosen_in_it(db: PgPool) {
    let (library, ..) = library(db).await;
    let reader = library.add_employee().await;
    let filter = Filter { languages: vec!["en".into()], folder: Some("People".into()), ..Filter::default() };
    let narrowed = facets(&library, reader, SearchQuery { filter, ..lexical("leave") }).await;
    assert_eq!(
        lists(&narrowed),
        json!({
            "types": ["application/pdf 1", "text/plain 1"],
            "languages": ["en 2", "de 1"],
            "folders": ["People/Leave 1", "People/Pay 1"],
            "years": ["2026 2"],
        })
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn what_may_not_be_read_is_counted_nowhere(db: PgPool) {
    let (library, _, closed) = library(db).await;
    let (stranger, granted) = (library.add_employee().await, library.add_employee().await);
    library.grant(closed, granted).await;
    for mode in [SearchMode::Hybrid, SearchMode::Lexical, SearchMode::Semantic] {
        for filter in [Filter::default(), Filter { collections: vec![closed], ..Filter::default() }] {
            let asked = SearchQuery { facets: true, filter, ..query("leave", mode) };
            let found = library.service().search(stranger, &asked).await.unwrap();
            let told = serde_json::to_string(&found).unwrap();
            for canary in ["Canary", "secret", "\"2024\"", "\"fr\"", &closed.to_string()] {
                assert!(!told.contains(canary), "{mode:?} {canary} {told}");
            }
        }
        let of_granted = facets(&library, granted, query("leave", mode)).await;
        assert!(of_granted.folders.contains(&Facet { value: "Canary".into(), documents: 1 }), "{mode:?}");
    }
}
