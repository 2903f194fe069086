//! Comparing the index with Postgres.

use std::{collections::BTreeSet, path::Path};

use anyhow::Context;
use tantivy::{TantivyDocument, schema::Value};
use uuid::Uuid;

use super::{KeywordIndex, blocking, folder::current_in, searchable::Searchable};

/// What an index holds, as it was committed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexContents {
    /// The last change that was applied.
    pub seq: i64,
    pub chunks: BTreeSet<Uuid>,
}

impl KeywordIndex {
    /// Reads the index in `dir` through, also while a server is using it.
    ///
    /// # Errors
    /// Where it is missing, damaged or of another form.
    pub async fn contents(dir: &Path) -> anyhow::Result<IndexContents> {
        let current = current_in(dir);
        blocking(move || {
            let searchable = Searchable::open(&current)?;
            searchable.verify()?;
            Ok(IndexContents { seq: searchable.state().seq, chunks: searchable.chunks()? })
        })
        .await
    }
}

impl Searchable {
    fn chunks(&self) -> anyhow::Result<BTreeSet<Uuid>> {
        let mut chunks = BTreeSet::new();
        for segment in self.searcher().segment_readers() {
            let store = segment.get_store_reader(8).context("could not read the keyword index")?;
            for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                let document = document.context("could not read the keyword index")?;
                let chunk = document.get_first(self.fields().chunk).and_then(|value| value.as_bytes());
                chunks.insert(Uuid::from_slice(chunk.context("an entry names no chunk")?)?);
            }
        }
        Ok(chunks)
    }
}
