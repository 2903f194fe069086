//! An index as it was committed last, open for searching.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use anyhow::{Context, bail, ensure};
use app::search::Facets;
use serde::{Deserialize, Serialize};
use tantivy::{
    DocAddress, DocId, Index, IndexReader, ReloadPolicy, Searcher, SegmentReader, Term,
    collector::{Count, TopDocs},
    columnar::Column,
    query::TermQuery,
    schema::IndexRecordOption,
};
use uuid::Uuid;

use super::{
    Found, Hit,
    entry::{FORM, Fields},
    facets::Counting,
    near::KnownWords,
    query::{counted_query, index_query},
};
use crate::search::{
    language::Language,
    query::{ParsedQuery, QueryWord},
    scope::Scope,
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

/// So many of the best entries tell by their language whether an English model can know what was
/// asked.
const TELLING: usize = 10;

/// An index as it was committed last.
pub(super) struct Searchable {
    index: Index,
    searcher: Searcher,
    fields: Fields,
    state: State,
    languages: Vec<Language>,
    /// Those that have entries.
    collections: BTreeSet<Uuid>,
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
        let collections = collections(&searcher)?;
        Ok(Self { index, searcher, fields, state, languages, collections })
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

    /// The best entries for a query. Where a word of it is not known to who may read, those like it are
    /// sought as well.
    pub(super) fn search(
        &self,
        query: Arc<ParsedQuery>,
        scope: &Scope,
        limit: usize,
    ) -> anyhow::Result<Found> {
        let meant = KnownWords::new(&self.searcher, self.fields, scope)?.meant(&query)?;
        let query = if meant.is_empty() {
            query
        } else {
            Arc::new(ParsedQuery::clone(&query).or_meant(&meant, &self.languages))
        };
        let found = self.search_exactly(&query, scope, limit)?;
        Ok(Found { query, meant, ..found })
    }

    fn search_exactly(&self, query: &ParsedQuery, scope: &Scope, limit: usize) -> anyhow::Result<Found> {
        let sought = index_query(query, scope, scope.is_all(&self.collections), self.fields);
        let best = self.searcher.search(&sought, &TopDocs::with_limit(limit).order_by_score())?;
        let chunks = self.chunk_columns()?;
        let hits = best.iter().map(|(score, address)| {
            let chunk = chunks[address.segment_ord as usize].of(address.doc_id)?;
            Ok(Hit { chunk, score: f64::from(*score) })
        });
        let rarities = query.words.iter().map(|word| self.rarity(word));
        let languages = best.iter().take(TELLING).map(|(_, address)| self.language(*address));
        Ok(Found {
            hits: hits.collect::<anyhow::Result<_>>()?,
            rarities: rarities.collect::<anyhow::Result<_>>()?,
            languages: languages.collect::<anyhow::Result<_>>()?,
            ..Found::default()
        })
    }

    /// What a search could be narrowed to: of the entries that hold a word of the query, or of all.
    pub(super) fn facets(&self, query: Option<&ParsedQuery>, scope: &Scope) -> anyhow::Result<Facets> {
        let counted = counted_query(query, scope, self.fields);
        Ok(self.searcher.search(&counted, &Counting { filter: &scope.filter })?)
    }

    fn language(&self, address: DocAddress) -> anyhow::Result<Option<String>> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        let Some(languages) = columns.str("language")? else { return Ok(None) };
        let Some(number) = languages.term_ords(address.doc_id).next() else { return Ok(None) };
        let mut code = String::new();
        languages.ord_to_str(number, &mut code)?;
        Ok(Some(code))
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
        for (segment, column) in self.searcher.segment_readers().iter().zip(self.chunk_columns()?) {
            for entry in segment.doc_ids_alive() {
                chunks.insert(column.of(entry)?);
            }
        }
        Ok(chunks)
    }

    /// Of each segment.
    fn chunk_columns(&self) -> anyhow::Result<Vec<ChunkColumn>> {
        self.searcher.segment_readers().iter().map(ChunkColumn::of_segment).collect()
    }

    pub(super) fn count_entries(&self, document: Uuid) -> anyhow::Result<u64> {
        let term = Term::from_field_bytes(self.fields.document, document.as_bytes());
        let count = self.searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &Count)?;
        Ok(count as u64)
    }
}

/// Which chunk each entry of a segment is.
struct ChunkColumn {
    halves: [Column<u64>; 2],
}

impl ChunkColumn {
    fn of_segment(segment: &SegmentReader) -> anyhow::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { halves: [columns.u64("chunk_high")?, columns.u64("chunk_low")?] })
    }

    fn of(&self, entry: DocId) -> anyhow::Result<Uuid> {
        let [high, low] = self.halves.each_ref().map(|half| half.first(entry));
        Ok(Uuid::from_u64_pair(high.context(NO_CHUNK)?, low.context(NO_CHUNK)?))
    }
}

const NO_CHUNK: &str = "an entry names no chunk";

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

/// The collections of the entries, and maybe of some that were taken out.
fn collections(searcher: &Searcher) -> anyhow::Result<BTreeSet<Uuid>> {
    let mut collections = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let Some(column) = segment.fast_fields().bytes("collection")? else { continue };
        for number in 0..column.num_terms() as u64 {
            let mut id = Vec::new();
            column.ord_to_bytes(number, &mut id)?;
            collections.insert(Uuid::from_slice(&id)?);
        }
    }
    Ok(collections)
}
