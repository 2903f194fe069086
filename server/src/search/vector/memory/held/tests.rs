use app::search::Filter;
use time::macros::date;

use super::*;

const OPEN: Uuid = Uuid::from_u128(1);
const CLOSED: Uuid = Uuid::from_u128(2);

/// A vector of the document `number` in a direction between two axes, the further on the later.
fn new(number: u128, collection: Uuid) -> NewVector {
    let angle = number as f32 / 100.0;
    NewVector {
        chunk: Uuid::from_u128(1_000 + number),
        document: Uuid::from_u128(number),
        collection,
        media_type: if number.is_multiple_of(2) { "application/pdf" } else { "text/plain" }.into(),
        language: (!number.is_multiple_of(3)).then(|| if number % 3 == 1 { "en" } else { "de" }.into()),
        folder: ["", "People", "People/Leave", "Peoples"][number as usize % 4].into(),
        day: date!(2026 - 01 - 01) + time::Duration::days(number as i64),
        vector: vec![angle.cos(), angle.sin()],
    }
}

/// Twelve vectors, the last two in a collection of their own.
fn held() -> Held {
    let mut held = Held::new(1, 2, 7, 12);
    (0..12).for_each(|number| held.push(new(number, if number < 10 { OPEN } else { CLOSED })));
    held
}

/// The documents found for the direction of the first.
fn found(held: &Held, collections: &[Uuid], filter: Filter) -> Vec<u128> {
    let scope = Scope { collections: collections.to_vec(), filter, ..Scope::default() };
    let hits = held.nearest(&[1.0, 0.0], &scope, 100);
    hits.into_iter().map(|hit| hit.chunk.as_u128() - 1_000).collect()
}

#[test]
fn only_permitted_collections_are_looked_at() {
    let held = held();
    assert_eq!(found(&held, &[OPEN], Filter::default()), (0..10).collect::<Vec<_>>());
    assert_eq!(found(&held, &[CLOSED], Filter::default()), [10, 11]);
    assert!(found(&held, &[], Filter::default()).is_empty());
    assert!(found(&held, &[Uuid::from_u128(3)], Filter::default()).is_empty());
}

#[test]
fn filters_hold_one_by_one_and_together() {
    let held = held();
    let with = |filter| found(&held, &[OPEN, CLOSED], filter);
    let pdf = Filter { media_types: vec!["application/pdf".into()], ..Filter::default() };
    assert_eq!(with(pdf.clone()), [0, 2, 4, 6, 8, 10]);
    assert_eq!(with(Filter { languages: vec!["de".into()], ..Filter::default() }), [2, 5, 8, 11]);
    assert_eq!(
        with(Filter { folder: Some("People".into()), ..Filter::default() }),
        [1, 2, 5, 6, 9, 10],
        "in the folder and below it, and not in one that begins alike"
    );
    let (from, to) = (Some(date!(2026 - 01 - 03)), Some(date!(2026 - 01 - 05)));
    assert_eq!(with(Filter { from, to, ..Filter::default() }), [2, 3, 4]);
    assert_eq!(with(Filter { from, to, ..pdf }), [2, 4]);
}

#[test]
fn a_document_that_is_removed_is_found_no_more_and_the_others_are() {
    let mut held = held();
    held.remove(&[Uuid::from_u128(0), Uuid::from_u128(11), Uuid::from_u128(99)]);
    assert_eq!(found(&held, &[OPEN, CLOSED], Filter::default()), (1..11).collect::<Vec<_>>());
    assert_eq!(held.cosine(Uuid::from_u128(1_000), &[1.0, 0.0]), None);
    let cosine = held.cosine(Uuid::from_u128(1_010), &[1.0, 0.0]).unwrap();
    assert!((cosine - 0.1_f64.cos()).abs() < 0.01, "{cosine}");
    held.push(new(0, OPEN));
    assert_eq!(found(&held, &[OPEN], Filter::default())[0], 0);
}
