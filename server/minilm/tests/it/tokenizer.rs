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

#[test]
fn words_counted_one_by_one_are_as_many_pieces_as_the_whole_text() {
    let tokenizer = tokenizer();
    let odd = [
        "",
        " \n\t  \r\n",
        "tabs\tand\u{a0}other\u{2003}blanks\u{3000}, and\u{200b}none \u{200b} at\u{ad}all",
        "Größe, naïve cafe\u{301} \u{301}s, ﬁnally ＡＢＣ",
        "公司为员工提供 带薪年假。これは 日本語 です。회사는 직원에게",
        "👩\u{200d}💻 works: 3.14 €/m² (x_y)=[SEP] [CLS]a\u{0}b \u{fffd}",
        &"x".repeat(300),
    ];
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs")).unwrap();
    let pages = pages.filter_map(|page| std::fs::read_to_string(page.unwrap().path()).ok());
    for text in odd.map(str::to_owned).into_iter().chain(pages) {
        let pieces = tokenizer.offsets(&text).len();
        // The second time the words are known.
        assert_eq!((tokenizer.count(&text), tokenizer.count(&text)), (pieces, pieces), "{text}");
    }
}
