//! The one writer of an index.

use std::path::Path;

use anyhow::Context;
use tantivy::{Index, IndexSettings, IndexWriter, Term, directory::MmapDirectory};
use uuid::Uuid;

use super::{
    entry::{Entry, FORM, Fields},
    searchable::{Searchable, State},
};

/// Entries are gathered in memory up to here before they become a segment.
const MEMORY_BYTES: usize = 64 << 20;

/// The one writer of an index. Its methods block.
pub(super) struct Writer {
    writer: IndexWriter,
    fields: Fields,
    /// What was committed last.
    state: State,
}

impl Writer {
    /// Makes an index in an empty folder, of the database that `database` identifies.
    pub(super) fn create(dir: &Path, database: String) -> anyhow::Result<Self> {
        let (schema, fields) = Fields::schema();
        let dir = MmapDirectory::open(dir).context("could not open the folder of a new index")?;
        let index = Index::create(dir, schema, IndexSettings::default())?;
        let state = State { form: FORM, database, seq: 0 };
        Ok(Self { writer: index.writer_with_num_threads(1, MEMORY_BYTES)?, fields, state })
    }

    /// Goes on with an index.
    pub(super) fn resume(searchable: &Searchable) -> anyhow::Result<Self> {
        Ok(Self {
            writer: searchable.index().writer_with_num_threads(1, MEMORY_BYTES)?,
            fields: searchable.fields(),
            state: searchable.state().clone(),
        })
    }

    /// The last change that was committed.
    pub(super) fn seq(&self) -> i64 {
        self.state.seq
    }

    /// Takes out all entries of `documents`.
    pub(super) fn remove(&self, documents: &[Uuid]) {
        for document in documents {
            self.writer.delete_term(Term::from_field_bytes(self.fields.document, document.as_bytes()));
        }
    }

    pub(super) fn add(&self, entries: &[Entry]) -> anyhow::Result<()> {
        for entry in entries {
            self.writer.add_document(entry.to_document(self.fields))?;
        }
        Ok(())
    }

    /// Makes what was written last, together with the number of the last change in it: after a
    /// crash between the two there is neither.
    pub(super) fn commit(&mut self, seq: i64) -> anyhow::Result<Searchable> {
        let state = State { seq, ..self.state.clone() };
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(&state)?);
        commit.commit().context("could not commit the keyword index")?;
        self.state = state;
        Searchable::of(self.writer.index().clone())
    }

    /// Waits for merges under way, after which nothing writes to the folder any more.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        Ok(self.writer.wait_merging_threads()?)
    }
}
