//! Comparing the index with Postgres.

use std::{collections::BTreeSet, path::Path};

use uuid::Uuid;

use super::{KeywordIndex, blocking, folder, searchable::Searchable};

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
        let current = folder::current(dir);
        blocking(move || {
            let searchable = Searchable::open(&current)?;
            searchable.verify()?;
            Ok(IndexContents { seq: searchable.state().seq, chunks: searchable.chunks()? })
        })
        .await
    }
}
