//! Words that are written wrongly, or only in part: which words of the library are meant.
//!
//! A word is known where it stands in a passage that the reader may read, and only such words are
//! ever put in the place of others: what stands in other passages alone neither keeps a word from
//! being taken for misspelt nor is offered for one.

use std::{cmp::Reverse, collections::HashMap};

use tantivy::{
    DocId, DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term,
    columnar::Column,
    postings::TermInfo,
    query::FuzzyTermQuery,
    schema::{Field, IndexRecordOption},
};
use uuid::Uuid;

use super::entry::Fields;
use crate::search::{
    query::{ParsedQuery, QueryWord},
    scope::Scope,
};

/// From so many letters on a word may have one letter wrong, missing, too many, or in another's place.
const LETTERS_FOR_ONE: usize = 4;
/// From so many on, two.
const LETTERS_FOR_TWO: usize = 8;
/// From so many on, the last word may be only the beginning of one.
const LETTERS_OF_A_BEGINNING: usize = 3;
/// So many words at most are put in the place of one.
const MOST_MEANT: usize = 3;
/// So many of the words that are alike are looked at.
const MOST_ALIKE: usize = 200;
/// Passages are counted to here: what is commoner is common.
const MOST_COUNTED: u32 = 1_000;

/// By the exact form of a word that is not known: the words that may be meant, the likeliest first.
pub(super) type Meant = HashMap<String, Vec<String>>;

/// The words of an index as one reader may know them.
pub(super) struct KnownWords<'i> {
    segments: Vec<Segment<'i>>,
    fields: Fields,
}

struct Segment<'i> {
    reader: &'i SegmentReader,
    collections: Option<Column<u64>>,
    /// Of each number in that column.
    is_readable: Vec<bool>,
}

impl<'i> KnownWords<'i> {
    pub(super) fn new(searcher: &'i Searcher, fields: Fields, scope: &Scope) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(|reader| Segment::new(reader, scope));
        Ok(Self { segments: segments.collect::<tantivy::Result<_>>()?, fields })
    }

    /// What is meant by the words of a query that are not known, as far as that can be told.
    pub(super) fn meant(&self, query: &ParsedQuery) -> tantivy::Result<Meant> {
        let mut meant = Meant::new();
        for word in &query.words {
            let QueryWord::Spaced { exact, stems } = word else { continue };
            // A number is another number when a digit is changed.
            if exact.contains(char::is_numeric) || self.knows(exact, stems)? {
                continue;
            }
            let is_last = query.last.as_deref() == Some(exact.as_str());
            let words = self.alike(exact, is_last)?;
            if !words.is_empty() {
                meant.insert(exact.clone(), words);
            }
        }
        Ok(meant)
    }

    fn knows(&self, exact: &str, stems: &[String]) -> tantivy::Result<bool> {
        if self.count(self.fields.exact, exact, 1)? > 0 {
            return Ok(true);
        }
        for stem in stems {
            for field in [self.fields.body, self.fields.headings, self.fields.title] {
                if self.count(field, stem, 1)? > 0 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Known words like `word`: those nearest in writing, the commonest first.
    fn alike(&self, word: &str, is_last: bool) -> tantivy::Result<Vec<String>> {
        let letters = word.chars().count();
        if letters >= LETTERS_FOR_ONE {
            let one_off = self.written_alike(word, 1)?;
            if !one_off.is_empty() {
                return Ok(one_off);
            }
        }
        if is_last && letters >= LETTERS_OF_A_BEGINNING {
            let longer = self.beginning_with(word)?;
            if !longer.is_empty() {
                return Ok(longer);
            }
        }
        if letters >= LETTERS_FOR_TWO { self.written_alike(word, 2) } else { Ok(Vec::new()) }
    }

    fn written_alike(&self, word: &str, distance: u8) -> tantivy::Result<Vec<String>> {
        let mut alike = Vec::new();
        for segment in &self.segments {
            let term = Term::from_field_text(self.fields.exact, word);
            let automaton = FuzzyTermQuery::new(term, distance, true).automaton()?;
            let index = segment.reader.inverted_index(self.fields.exact)?;
            let mut terms = index.terms().search(automaton).into_stream()?;
            while alike.len() < MOST_ALIKE && terms.advance() {
                add_word(&mut alike, terms.key());
            }
        }
        self.commonest(alike)
    }

    fn beginning_with(&self, beginning: &str) -> tantivy::Result<Vec<String>> {
        let mut longer = Vec::new();
        for segment in &self.segments {
            let index = segment.reader.inverted_index(self.fields.exact)?;
            let mut terms = index.terms().range().ge(beginning).into_stream()?;
            while longer.len() < MOST_ALIKE
                && terms.advance()
                && terms.key().starts_with(beginning.as_bytes())
            {
                add_word(&mut longer, terms.key());
            }
        }
        self.commonest(longer)
    }

    /// Of some words the commonest of those that are known.
    fn commonest(&self, mut words: Vec<String>) -> tantivy::Result<Vec<String>> {
        words.sort();
        words.dedup();
        let mut known = Vec::new();
        for word in words {
            let passages = self.count(self.fields.exact, &word, MOST_COUNTED)?;
            if passages > 0 {
                known.push((word, passages));
            }
        }
        known.sort_by_key(|(_, passages)| Reverse(*passages));
        Ok(known.into_iter().take(MOST_MEANT).map(|(word, _)| word).collect())
    }

    /// In how many readable passages a form stands in a field, counted no further than `most`.
    fn count(&self, field: Field, form: &str, most: u32) -> tantivy::Result<u32> {
        let term = Term::from_field_text(field, form);
        let mut count = 0;
        for segment in &self.segments {
            let index = segment.reader.inverted_index(field)?;
            if let Some(info) = index.get_term_info(&term)? {
                count += segment.count(&index, &info, most - count)?;
            }
            if count >= most {
                break;
            }
        }
        Ok(count)
    }
}

impl<'i> Segment<'i> {
    fn new(reader: &'i SegmentReader, scope: &Scope) -> tantivy::Result<Self> {
        let Some(column) = reader.fast_fields().bytes("collection")? else {
            return Ok(Self { reader, collections: None, is_readable: Vec::new() });
        };
        let mut is_readable = Vec::with_capacity(column.num_terms());
        for number in 0..column.num_terms() as u64 {
            let mut id = Vec::new();
            column.ord_to_bytes(number, &mut id)?;
            is_readable.push(Uuid::from_slice(&id).is_ok_and(|id| scope.is_readable(&id)));
        }
        Ok(Self { reader, collections: Some(column.ords().clone()), is_readable })
    }

    fn count(&self, index: &InvertedIndexReader, term: &TermInfo, most: u32) -> tantivy::Result<u32> {
        let mut postings = index.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
        let mut count = 0;
        while postings.doc() != TERMINATED && count < most {
            count += u32::from(self.may_be_read(postings.doc()));
            postings.advance();
        }
        Ok(count)
    }

    fn may_be_read(&self, entry: DocId) -> bool {
        let collection = self.collections.as_ref().and_then(|column| column.first(entry));
        collection.is_some_and(|number| self.is_readable[number as usize])
            && self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(entry))
    }
}

/// Adds what is a word: neither a code nor a number.
fn add_word(words: &mut Vec<String>, term: &[u8]) {
    if let Ok(word) = std::str::from_utf8(term)
        && word.chars().all(char::is_alphabetic)
    {
        words.push(word.to_owned());
    }
}
