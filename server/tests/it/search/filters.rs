//! What a search is narrowed to.

use app::search::{Filter, SearchMode, SearchQuery};
use sqlx::PgPool;
use time::{Date, macros::date};
use uuid::Uuid;

use super::fixture::{Library, NewDocument, query};

const MODES: [SearchMode; 3] = [SearchMode::Hybrid, SearchMode::Lexical, SearchMode::Semantic];

/// Four documents on leave that differ in everything else.
async fn library(db: PgPool) -> (Library, Uuid, Uuid) {
    let library = Library::new(db).await;
    let (one, two) = (library.add_collection("everyone").await, library.add_collection("everyone").await);
    let new = |collection, title, media_type, language, folder, day| {
        let new = NewDocument {
            media_type: Some(media_type),
            folder,
            ..NewDocument::in_language(language, title, "Days of leave and holiday, Urlaub.")
        };
        (collection, new, day)
    };
    for (collection, new, day) in [
        new(one, "A", "application/pdf", "en", "", "2024-12-31"),
        new(one, "B", "text/plain", "de", "People", "2025-01-01"),
        new(one, "C", "text/plain", "en", "People/Leave", "2025-12-31"),
        new(two, "D", "application/pdf", "en", "Peoples", "2026-01-01"),
    ] {
        let document = library.add(collection, new).await;
        library.change_on(document, day).await;
    }
    library.settle().await;
    (library, one, two)
}

/// The titles found in every mode, in memory and by Postgres, which must agree.
async fn found(library: &Library, filter: Filter) -> String {
    let mut found = Vec::new();
    for service in [library.service(), library.service_from_memory().await] {
        for mode in MODES {
            let query = SearchQuery { filter: filter.clone(), ..query("leave", mode) };
            let results = service.search(library.admin, &query).await.unwrap().results;
            let mut titles: Vec<_> = results.into_iter().map(|passage| passage.title).collect();
            titles.sort();
            found.push(titles.concat());
        }
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{filter:?}: {found:?}");
    found.remove(0)
}

#[sqlx::test(migrations = "../migrations")]
async fn every_filter_holds_in_every_mode_and_together_with_others(db: PgPool) {
    let (library, one, two) = library(db).await;
    let open = Filter::default;
    let days = |from: Option<Date>, to: Option<Date>| Filter { from, to, ..open() };
    let folder = |folder: &str| Filter { folder: Some(folder.into()), ..open() };
    let languages = vec!["en".to_owned()];
    let media_types = vec!["application/pdf".to_owned()];
    for (filter, titles) in [
        (open(), "ABCD"),
        (Filter { collections: vec![two], ..open() }, "D"),
        (Filter { media_types: media_types.clone(), ..open() }, "AD"),
        (Filter { languages: languages.clone(), ..open() }, "ACD"),
        (Filter { languages: vec!["de".into(), "fr".into()], ..open() }, "B"),
        (folder("People"), "BC"),
        (folder("People/Leave"), "C"),
        (folder("People/Le"), ""),
        (days(Some(date!(2025 - 01 - 01)), None), "BCD"),
        (days(None, Some(date!(2025 - 12 - 31))), "ABC"),
        (days(Some(date!(2025 - 01 - 01)), Some(date!(2025 - 12 - 31))), "BC"),
        (days(Some(date!(2027 - 01 - 01)), None), ""),
        (Filter { languages, collections: vec![one], ..folder("People") }, "C"),
        (Filter { media_types, ..folder("People") }, ""),
    ] {
        assert_eq!(found(&library, filter.clone()).await, titles, "{filter:?}");
    }
}
