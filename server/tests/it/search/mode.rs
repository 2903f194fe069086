//! Words alone, meaning alone, both; filters; the exact scan and the vectors' index.

use std::sync::Arc;

use app::{
    error::AppError,
    search::{Filter, SearchMode, SearchQuery},
};
use server::{error::Error, model::Embedder, search::SearchService};
use sqlx::PgPool;

use super::{
    fixture::{Library, NewDocument, add_model, lexical, query, titles},
    topics::Topics,
};

/// A library in which "vacation" stands in one document and is meant in another.
async fn of_leave(db: PgPool) -> Library {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("Meant", "Everybody may take 25 days of leave.")).await;
    library.add(open, NewDocument::english("Named", "The laptop goes on vacation too.")).await;
    library.settle().await;
    library
}

#[sqlx::test(migrations = "../migrations")]
async fn words_find_what_is_named_meaning_what_is_meant_and_both_find_both(db: PgPool) {
    let library = of_leave(db).await;

    let by_words = library.find("vacation").await;
    assert_eq!(titles(&by_words), ["Named"]);
    assert!(by_words[0].scores.lexical.is_some() && by_words[0].scores.semantic.is_none());

    let by_meaning = library.find_as(library.admin, &query("vacation", SearchMode::Semantic)).await;
    assert_eq!(titles(&by_meaning)[0], "Meant");
    assert!(by_meaning[0].scores.lexical.is_none() && by_meaning[0].scores.semantic.unwrap() > 0.9);

    let by_both = library.find_as(library.admin, &query("vacation", SearchMode::Hybrid)).await;
    assert_eq!(by_both.len(), 2);
    let named = by_both.iter().find(|passage| passage.title == "Named").unwrap();
    assert!(named.scores.lexical.is_some() && named.scores.semantic.is_some());
}

#[sqlx::test(migrations = "../migrations")]
async fn without_vectors_of_the_models_own_meaning_says_so_and_hybrid_goes_on_with_words(db: PgPool) {
    let library = of_leave(db).await;
    let other: Arc<dyn Embedder> = Arc::new(Topics::new("another model"));
    add_model(&library.db, other.model().unwrap(), "filling").await;
    let service =
        SearchService::new(library.db.clone(), other, library.index.clone(), library.vectors.clone());

    let by_meaning = service.search(library.admin, &query("vacation", SearchMode::Semantic)).await;
    assert!(matches!(by_meaning, Err(Error::App(AppError::Unavailable { .. }))), "{by_meaning:?}");

    let by_both = service.search(library.admin, &query("vacation", SearchMode::Hybrid)).await.unwrap();
    assert_eq!(titles(&by_both.results), ["Named"]);
    assert_eq!(by_both.results[0].scores.semantic, None);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_query_without_a_word_is_refused_in_words(db: PgPool) {
    let library = Library::new(db).await;
    for q in ["", "   ", "?!", "\"\""] {
        let refused = library.service().search(library.admin, &lexical(q)).await;
        assert!(matches!(refused, Err(Error::App(AppError::Invalid { .. }))), "{q:?} {refused:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn whatever_people_type_is_a_query(db: PgPool) {
    let library = of_leave(db).await;
    for q in ["a AND (", "title:", "leave^", "\"leave", "[leave TO", "-leave", "*", "le?ve~", "leave\0", "\\"]
    {
        match library.service().search(library.admin, &lexical(q)).await {
            Ok(_) | Err(Error::App(AppError::Invalid { .. })) => {}
            other => panic!("{q:?} {other:?}"),
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn filters_by_collection_and_type_hold_in_every_mode(db: PgPool) {
    let library = Library::new(db).await;
    let (one, two) = (library.add_collection("everyone").await, library.add_collection("everyone").await);
    let pdf = NewDocument { media_type: Some("application/pdf"), ..NewDocument::english("A", "Paid leave.") };
    library.add(one, pdf).await;
    library.add(one, NewDocument::english("B", "Unpaid leave.")).await;
    library.add(two, NewDocument::english("C", "Sick leave.")).await;
    library.settle().await;

    for mode in [SearchMode::Hybrid, SearchMode::Lexical, SearchMode::Semantic] {
        let all = query("leave", mode);
        assert_eq!(library.find_as(library.admin, &all).await.len(), 3, "{mode:?}");
        let in_two =
            SearchQuery { filter: Filter { collections: vec![two], ..Filter::default() }, ..all.clone() };
        assert_eq!(titles(&library.find_as(library.admin, &in_two).await), ["C"], "{mode:?}");
        let media_types = vec!["application/pdf".into()];
        let pdfs = SearchQuery { filter: Filter { media_types, ..Filter::default() }, ..all.clone() };
        assert_eq!(titles(&library.find_as(library.admin, &pdfs).await), ["A"], "{mode:?}");
        let two_of_them = SearchQuery { limit: 2, ..all };
        assert_eq!(library.find_as(library.admin, &two_of_them).await.len(), 2, "{mode:?}");
    }
}
