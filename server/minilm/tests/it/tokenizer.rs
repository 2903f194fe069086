//! Word pieces: which, how many, and where.

use minilm::Tokenizer;
use serde::Deserialize;

use crate::model::folder;

fn tokenizer() -> Tokenizer {
    Tokenizer::load(&folder()).expect("the model that `make test` installs")
}

/// What `reference/make.py` tokenised.
#[derive(Deserialize)]
struct Reference {
    text: String,
    ids: Vec<u32>,
}

#[test]
fn ids_are_those_of_the_reference() {
    let references: Vec<Reference> =
        serde_json::from_str(include_str!("reference/embeddings.json")).expect("what make.py wrote");
    for Reference { text, ids } in references {
        assert_eq!(tokenizer().ids(&text), ids, "{text:?}");
    }
}

#[test]
fn a_long_text_is_counted_in_full_and_read_up_to_the_limit() {
    let tokenizer = tokenizer();
    let text = "leave ".repeat(1000);
    assert_eq!(tokenizer.count(&text), 1000);
    assert_eq!(tokenizer.offsets(&text).len(), 1000);

    let ids = tokenizer.ids(&text);
    assert_eq!(ids.len(), minilm::MAX_TOKENS);
    assert_eq!(ids.last(), tokenizer.ids("").last(), "the marker at the end is kept");
}

#[test]
fn a_short_text_is_not_padded() {
    assert_eq!(tokenizer().count("leave"), 1);
    assert_eq!(tokenizer().ids("leave").len(), 3);
}

#[test]
fn offsets_are_where_the_pieces_stand_in_the_original_text() {
    let text = "Überstunden, naïve";
    let pieces: Vec<_> = tokenizer().offsets(text).into_iter().map(|range| &text[range]).collect();
    assert_eq!(pieces.concat(), "Überstunden,naïve");
    assert_eq!(pieces.len(), tokenizer().count(text));
    assert_eq!(pieces[0], "Über");
}

#[test]
fn markers_written_in_a_text_are_text() {
    let tokenizer = tokenizer();
    assert_eq!(tokenizer.count("[SEP]"), 3);
}
