//! A parsed query as a query of the index.

use std::ops::Bound;

use tantivy::{
    Term,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query,
        RangeQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};
use time::Date;
use uuid::Uuid;

use super::entry::Fields;
use crate::search::{
    query::{ParsedQuery, QueryWord},
    scope::Scope,
};

/// What a word found in a field is worth beside one found in the passage. A title stands in each
/// chunk of its document, and so tells less of one of them.
const TITLE_WEIGHT: f32 = 0.3;
const HEADINGS_WEIGHT: f32 = 0.8;
/// On top of its stem's worth, for the very form that was typed.
const EXACT_WEIGHT: f32 = 0.3;
/// A code as a whole is what was meant, its parts may stand anywhere.
const CODE_WEIGHT: f32 = 1.5;
/// A single character of a script without spaces stands in too many words to say as much as a pair.
const CHARACTER_WEIGHT: f32 = 0.5;

/// What matches the query among what the filter lets through.
///
/// The filter is part of the query, so that no entry outside it is ever a candidate. BM25's
/// statistics are of the whole index, though: how rare a word is in collections that a reader may
/// not see shifts the scores of what they may see, by so little that only somebody who can add
/// documents and measure scores could learn whether a word occurs at all.
///
/// `is_all` says that the filter would let every entry through. Without it, Tantivy passes over what
/// can't be among the best.
pub(super) fn index_query(query: &ParsedQuery, scope: &Scope, is_all: bool, fields: Fields) -> BooleanQuery {
    let within = (!is_all).then(|| within(scope, fields));
    matching(query, within, fields)
}

/// What matches the query in what may be read, whatever else the filter says: what is counted.
pub(super) fn counted_query(query: Option<&ParsedQuery>, scope: &Scope, fields: Fields) -> BooleanQuery {
    let readable = in_collections(&scope.readable, fields);
    match query {
        Some(query) => matching(query, Some(readable), fields),
        None => BooleanQuery::intersection(vec![readable]),
    }
}

fn matching(query: &ParsedQuery, within: Option<Box<dyn Query>>, fields: Fields) -> BooleanQuery {
    // One union of all: nested ones come to the same sums, several times as slowly.
    let words = query.words.iter().flat_map(|word| word_queries(word, fields));
    let words: Vec<_> = words.map(|query| (Occur::Should, query)).collect();
    let mut musts: Vec<Box<dyn Query>> = within.map(unscored).into_iter().collect();
    musts.extend(query.phrases.iter().map(|phrase| phrase_query(phrase, fields)));
    let clauses = if query.phrases.is_empty() {
        let any_word = BooleanQuery::new(words);
        if musts.is_empty() {
            return any_word;
        }
        musts.push(Box::new(any_word));
        Vec::new()
    } else {
        words
    };
    BooleanQuery::new(musts.into_iter().map(|query| (Occur::Must, query)).chain(clauses).collect())
}

/// The entries that the reader may see, of those that were asked for.
fn within(scope: &Scope, fields: Fields) -> Box<dyn Query> {
    let filter = &scope.filter;
    let mut all = vec![in_collections(&scope.collections, fields)];
    let names = [(fields.media_type, &filter.media_types), (fields.language, &filter.languages)];
    for (field, names) in names.into_iter().filter(|(_, names)| !names.is_empty()) {
        all.push(any_of(names.iter().map(|name| Term::from_field_text(field, name))));
    }
    if let Some(folder) = &filter.folder {
        let folder = Term::from_field_text(fields.folders, folder);
        all.push(Box::new(TermQuery::new(folder, IndexRecordOption::Basic)));
    }
    if filter.from.is_some() || filter.to.is_some() {
        let day = |day: Date| Term::from_field_i64(fields.day, i64::from(day.to_julian_day()));
        let from = filter.from.map_or(Bound::Unbounded, |from| Bound::Included(day(from)));
        let to = filter.to.map_or(Bound::Unbounded, |to| Bound::Included(day(to)));
        all.push(Box::new(RangeQuery::new(from, to)));
    }
    if all.len() == 1 { all.remove(0) } else { Box::new(BooleanQuery::intersection(all)) }
}

fn in_collections(collections: &[Uuid], fields: Fields) -> Box<dyn Query> {
    any_of(collections.iter().map(|id| Term::from_field_bytes(fields.collection, id.as_bytes())))
}

fn any_of(terms: impl Iterator<Item = Term>) -> Box<dyn Query> {
    Box::new(TermSetQuery::new(terms))
}

fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// What a word is sought by; their worths are added up.
fn word_queries(word: &QueryWord, fields: Fields) -> Vec<Box<dyn Query>> {
    match word {
        QueryWord::Spaced { exact, stems } => {
            let mut queries = in_all_texts(stems, fields, 1.0);
            queries.push(weighted(one_of(fields.exact, std::slice::from_ref(exact)), EXACT_WEIGHT));
            queries
        }
        QueryWord::Code(code) => {
            vec![weighted(one_of(fields.exact, std::slice::from_ref(code)), CODE_WEIGHT)]
        }
        QueryWord::Character(character) => {
            in_all_texts(std::slice::from_ref(character), fields, CHARACTER_WEIGHT)
        }
        QueryWord::Pair(pair) => in_all_texts(std::slice::from_ref(pair), fields, 1.0),
    }
}

/// The stems in title, headings and passage.
fn in_all_texts(stems: &[String], fields: Fields, weight: f32) -> Vec<Box<dyn Query>> {
    vec![
        weighted(one_of(fields.body, stems), weight),
        weighted(one_of(fields.headings, stems), weight * HEADINGS_WEIGHT),
        weighted(one_of(fields.title, stems), weight * TITLE_WEIGHT),
    ]
}

/// The best of several forms: the stems of one word in several languages count once.
fn one_of(field: Field, forms: &[String]) -> Box<dyn Query> {
    let mut terms = forms.iter().map(|form| -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(field, form), IndexRecordOption::WithFreqs))
    });
    match (terms.next(), terms.len()) {
        (Some(term), 0) => term,
        (first, _) => Box::new(DisjunctionMaxQuery::new(first.into_iter().chain(terms).collect())),
    }
}

fn weighted(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

/// Exact forms that follow one another.
fn phrase_query(phrase: &[String], fields: Fields) -> Box<dyn Query> {
    if let [word] = phrase {
        return one_of(fields.exact, std::slice::from_ref(word));
    }
    let terms = phrase.iter().map(|word| Term::from_field_text(fields.exact, word));
    Box::new(PhraseQuery::new(terms.collect()))
}
