//! An index as it was committed last, open for searching.

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use tantivy::{
    Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::TermQuery,
    schema::{IndexRecordOption, Value},
};
use uuid::Uuid;

use super::{
    Filter, Found, Hit,
    entry::{FORM, Fields},
    query::index_query,
};
use crate::search::{
    language::Language,
    query::{ParsedQuery, QueryWord},
};

/// What a commit says of itself, in its payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// How entries are made; see [`FORM`].
    pub(super) form: u32,
    /// Which database it was made from: numbers of another one mean something else.
    pub(super) database: String,
    /// The last change that was applied.
    pub(super) seq: i64,
}

/// An index as it was committed last.
pub(super) struct Searchable {
    index: Index,
    searcher: Searcher,
    fields: Fields,
    state: State,
    languages: Vec<Language>,
}

impl Searchable {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// Where it is missing, damaged or of another form.
    pub(super) fn open(dir: &Path) -> anyhow::Result<Self> {
        let index = Index::open_in_dir(dir).context("could not open the keyword index")?;
        Self::of(index)
    }

    /// The last commit of `index`.
    pub(super) fn of(index: Index) -> anyhow::Result<Self> {
        let (schema, fields) = Fields::schema();
        let payload = index.load_metas()?.payload.context("the keyword index was never committed")?;
        let state: State =
            serde_json::from_str(&payload).context("could not read the keyword index's state")?;
        ensure!(state.form == FORM && index.schema() == schema, "the keyword index is of another form");

        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let languages = languages(&searcher, fields)?;
        Ok(Self { index, searcher, fields, state, languages })
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn fields(&self) -> Fields {
        self.fields
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Reads all of it, and fails where a file is not as it was written.
    pub(super) fn verify(&self) -> anyhow::Result<()> {
        let damaged = self.index.validate_checksum().context("could not read the keyword index")?;
        if !damaged.is_empty() {
            bail!("{} files of the keyword index are damaged", damaged.len());
        }
        Ok(())
    }

    /// The best entries for a query.
    pub(super) fn search(&self, query: &ParsedQuery, filter: &Filter, limit: usize) -> anyhow::Result<Found> {
        let sought = index_query(query, filter, self.fields);
        let best = self.searcher.search(&sought, &TopDocs::with_limit(limit).order_by_score())?;
        let hits = best.into_iter().map(|(score, address)| {
            let chunk = self.chunk_of(&self.searcher.doc(address)?)?;
            Ok(Hit { chunk, score: f64::from(score) })
        });
        let rarities = query.words.iter().map(|word| self.rarity(word));
        Ok(Found {
            hits: hits.collect::<anyhow::Result<_>>()?,
            rarities: rarities.collect::<anyhow::Result<_>>()?,
        })
    }

    /// The inverse document frequency of a word, as BM25 has it: of its commonest form, where that is
    /// commonest.
    fn rarity(&self, word: &QueryWord) -> anyhow::Result<f64> {
        let (forms, fields) = match word {
            QueryWord::Spaced { stems, .. } => (stems.as_slice(), [self.fields.body, self.fields.headings]),
            QueryWord::Pair(form) | QueryWord::Character(form) => {
                (std::slice::from_ref(form), [self.fields.body, self.fields.headings])
            }
            QueryWord::Code(code) => (std::slice::from_ref(code), [self.fields.exact, self.fields.exact]),
        };
        let mut commonest = 0;
        for form in forms {
            for field in fields {
                commonest = commonest.max(self.searcher.doc_freq(&Term::from_field_text(field, form))?);
            }
        }
        let (all, having) = (self.searcher.num_docs() as f64, commonest as f64);
        Ok((1.0 + (all - having + 0.5).max(0.0) / (having + 0.5)).ln())
    }

    /// The chunks of all entries.
    pub(super) fn chunks(&self) -> anyhow::Result<BTreeSet<Uuid>> {
        let mut chunks = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let store = segment.get_store_reader(8).context("could not read the keyword index")?;
            for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                let document = document.context("could not read the keyword index")?;
                chunks.insert(self.chunk_of(&document)?);
            }
        }
        Ok(chunks)
    }

    fn chunk_of(&self, entry: &TantivyDocument) -> anyhow::Result<Uuid> {
        let chunk = entry.get_first(self.fields.chunk).and_then(|value| value.as_bytes());
        Ok(Uuid::from_slice(chunk.context("an entry names no chunk")?)?)
    }

    pub(super) fn count_entries(&self, document: Uuid) -> anyhow::Result<u64> {
        let term = Term::from_field_bytes(self.fields.document, document.as_bytes());
        let count = self.searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &Count)?;
        Ok(count as u64)
    }
}

/// The languages of the entries, whose words have stems.
fn languages(searcher: &Searcher, fields: Fields) -> anyhow::Result<Vec<Language>> {
    let mut languages = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.language)?;
        let mut codes = index.terms().stream()?;
        while let Some((code, _)) = codes.next() {
            let language = std::str::from_utf8(code).ok().and_then(Language::of_code);
            languages.extend(language.filter(|language| !languages.contains(language)));
        }
    }
    Ok(languages)
}
