//! Words that are written wrongly, or only in part.

use app::search::{SearchMode, SearchQuery, SearchResults};
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::{Library, NewDocument, lexical, marked, query, titles};

async fn library(db: PgPool) -> (Library, Uuid) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("Leave", "Vacation is granted by the manager.")).await;
    library.add(open, NewDocument::english("Travel", "Reimbursement of accommodation in hotels.")).await;
    library.add(open, NewDocument::in_language("de", "Frist", "Die Kündigungsfrist ist kurz.")).await;
    let closed = library.add_collection("restricted").await;
    library.add(closed, NewDocument::english("Board", "The zanzibar vocation of the kundigungsfest.")).await;
    library.settle().await;
    (library, closed)
}

async fn search(library: &Library, reader: Uuid, query: &SearchQuery) -> SearchResults {
    library.service().search(reader, query).await.unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_word_with_letters_wrong_finds_what_is_meant_and_a_better_one_is_offered(db: PgPool) {
    let (library, _) = library(db).await;
    let reader = library.add_employee().await;
    for (q, suggestion, title, mark) in [
        ("vacatoin", "vacation", "Leave", "Vacation"),
        ("who grants Vaccation?", "who grants vacation?", "Leave", "Vacation"),
        ("acomodation", "accommodation", "Travel", "accommodation"),
        ("Kundigungsfrsit", "kündigungsfrist", "Frist", "Kündigungsfrist"),
        ("reimb", "reimbursement", "Travel", "Reimbursement"),
    ] {
        for mode in [SearchMode::Lexical, SearchMode::Hybrid] {
            let found = search(&library, reader, &query(q, mode)).await;
            assert_eq!(found.suggestion.as_deref(), Some(suggestion), "{q}");
            let meant = found.results.iter().find(|passage| passage.title == title);
            let meant = meant.unwrap_or_else(|| panic!("{q} {mode:?}"));
            assert!(meant.scores.lexical.is_some(), "{q} {mode:?}");
            assert!(marked(meant).contains(&mark.to_owned()), "{q} {meant:?}");
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn words_that_are_known_and_those_like_none_are_left_as_they_are(db: PgPool) {
    let (library, _) = library(db).await;
    let reader = library.add_employee().await;
    for q in ["vacation", "vacations", "manager", "qqxyzzy", "van", "vacat hotels", "2024", "hr-2024/17"] {
        let found = search(&library, reader, &lexical(q)).await;
        assert_eq!(found.suggestion, None, "{q}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn no_suggestion_tells_of_what_may_not_be_read(db: PgPool) {
    let (library, closed) = library(db).await;
    let (stranger, granted) = (library.add_employee().await, library.add_employee().await);
    library.grant(closed, granted).await;

    // A word that stands only there is neither offered nor known.
    for q in ["zanzibat", "zanziba", "zanz"] {
        assert_eq!(search(&library, granted, &lexical(q)).await.suggestion.as_deref(), Some("zanzibar"));
        let found = search(&library, stranger, &lexical(q)).await;
        assert_eq!((found.suggestion, titles(&found.results).len()), (None, 0), "{q}");
    }
    let known = search(&library, granted, &lexical("vocation")).await;
    assert_eq!((known.suggestion, known.results[0].title.as_str()), (None, "Board"));
    let taken_for_misspelt = search(&library, stranger, &lexical("vocation")).await;
    assert_eq!(taken_for_misspelt.suggestion.as_deref(), Some("vacation"));
    assert_eq!(titles(&taken_for_misspelt.results), ["Leave"]);
}
