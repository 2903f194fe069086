use app::{search::SearchQuery, timestamp::Timestamp};
use time::OffsetDateTime;

use super::*;

const WORDS_HAVE_ALL_THE_SAME_RARITY: f64 = 2.0;

fn passage(text: &str) -> Passage {
    Passage {
        document_id: Uuid::now_v7(),
        external_id: None,
        chunk_id: Uuid::now_v7(),
        collection_id: Uuid::nil(),
        version_id: Uuid::nil(),
        ordinal: 0,
        title: String::new(),
        media_type: String::new(),
        heading_path: Vec::new(),
        page: None,
        text: text.to_owned(),
        char_start: 0,
        char_end: 0,
        highlights: Vec::new(),
        score: 0.0,
        scores: ChannelScores::default(),
        language: Some("en".to_owned()),
        updated_at: Timestamp::from(OffsetDateTime::UNIX_EPOCH),
    }
}

fn german(text: &str) -> Passage {
    Passage { language: Some("de".to_owned()), ..passage(text) }
}

/// The texts in the order in which a query puts them, all found by words and by meaning with these
/// scores.
fn ranked(q: &str, found: Vec<(Passage, f64, f64)>) -> Vec<String> {
    let query = SearchQuery { q: q.to_owned(), ..SearchQuery::default() };
    let german = Language::of_code("de").unwrap();
    let query = ParsedQuery::parse(&query, &[Language::ENGLISH, german]).unwrap();
    let hits = |score: fn(&(Passage, f64, f64)) -> f64| {
        let mut hits: Vec<Hit> =
            found.iter().map(|found| Hit { chunk: found.0.chunk_id, score: score(found) }).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits
    };
    let rarities = vec![WORDS_HAVE_ALL_THE_SAME_RARITY; query.words.len()];
    let languages = found.iter().map(|found| found.0.language.clone()).collect();
    let lexical = Found { hits: hits(|found| found.1), rarities, languages, ..Found::default() };
    let semantic = hits(|found| found.2);
    let ranking = Ranking::new(&query, true, Some(&lexical), Some(&semantic));
    let mut passages: Vec<Passage> = found.into_iter().map(|(passage, ..)| passage).collect();
    ranking.rank(&mut passages);
    passages.into_iter().map(|passage| passage.text).collect()
}

/// Of two texts with the same scores, which the query puts first.
fn first(q: &str, one: Passage, other: Passage) -> String {
    ranked(q, vec![(one, 5.0, 0.5), (other, 5.0, 0.5)]).remove(0)
}

#[test]
fn words_near_one_another_are_worth_more_than_words_far_apart() {
    let filler = "and then there was something else to be said of it ".repeat(5);
    let near = format!("Unused days expire in March. {filler}");
    let far = format!("Unused rooms are locked. {filler} Contracts expire some days later.");
    assert_eq!(first("unused days expire", passage(&far), passage(&near)), near);
}

#[test]
fn words_that_follow_one_another_as_in_the_query_are_worth_more() {
    let (as_asked, turned) = ("The leave of absence is long.", "The absence on leave is long.");
    assert_eq!(first("leave of absence", passage(turned), passage(as_asked)), as_asked);
}

#[test]
fn a_part_of_a_compound_and_a_derived_form_count_nearly_as_the_word() {
    let (compound, nothing) = ("Die Kündigungsfrist ist kurz.", "Die Mittagspause ist kurz.");
    assert_eq!(first("Welche Frist gilt?", german(nothing), german(compound)), compound);
    let (derived, nothing) = ("On eligibility for it.", "On gardening for it.");
    assert_eq!(first("Who is eligible?", passage(nothing), passage(derived)), derived);
}

#[test]
fn a_passage_gains_by_its_document() {
    let neighbour = passage("Something else.");
    let of_the_same = Passage { document_id: neighbour.document_id, ..passage("One.") };
    let alone = passage("Two.");
    let order = ranked("query", vec![(neighbour, 0.0, 0.9), (alone, 0.0, 0.4), (of_the_same, 0.0, 0.4)]);
    assert_eq!(order, ["Something else.", "One.", "Two."]);
}

#[test]
fn an_english_model_is_believed_less_where_the_words_are_found_in_another_language() {
    let by_words = "Der Urlaub ist lang.";
    let by_meaning = "Das Konto ist leer.";
    let order = |make: fn(&str) -> Passage| {
        ranked("Urlaub lang", vec![(make(by_words), 3.0, 0.1), (make(by_meaning), 2.9, 0.95)]).remove(0)
    };
    assert_eq!(order(german), by_words);
    let order = ranked("leave long", vec![(passage(by_words), 3.0, 0.1), (passage(by_meaning), 2.9, 0.95)]);
    assert_eq!(order[0], by_meaning);
}

#[test]
fn what_was_not_read_stays_below_what_was() {
    let found: Vec<_> = (0..READ + 10)
        .map(|number| (passage(&number.to_string()), 10.0 - number as f64 / 10.0, 0.5))
        .collect();
    let order = ranked("query", found);
    let rest: Vec<String> = (READ..READ + 10).map(|number| number.to_string()).collect();
    assert_eq!(order[READ..], rest);
}
