//! The vectors that are held, with what permissions and filters ask of their passages.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use time::Date;
use uuid::Uuid;

use super::matrix::Matrix;
use crate::search::{keyword::Hit, scope::Scope};

/// Vectors of one model, as of one change.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) model_id: i16,
    /// The last change that they show.
    pub(super) seq: i64,
    vectors: Matrix,
    /// Of each vector.
    passages: Vec<Passage>,
    number_of: HashMap<Uuid, u32>,
    /// How many vectors each document has.
    documents: HashMap<Uuid, u32>,
    collections: Names<Uuid>,
    media_types: Names<String>,
    languages: Names<Option<String>>,
    folders: Names<String>,
}

/// The passage of a vector; names by their numbers.
#[derive(Debug, Clone, Copy)]
struct Passage {
    chunk: Uuid,
    document: Uuid,
    collection: u32,
    folder: u32,
    media_type: u16,
    language: u16,
    /// Of the document's last change.
    day: Date,
}

/// A vector as Postgres has it.
#[derive(Debug, Clone)]
pub(super) struct NewVector {
    pub(super) chunk: Uuid,
    pub(super) document: Uuid,
    pub(super) collection: Uuid,
    pub(super) media_type: String,
    pub(super) language: Option<String>,
    pub(super) folder: String,
    pub(super) day: Date,
    /// Of length 1.
    pub(super) vector: Vec<f32>,
}

impl Held {
    pub(super) fn new(model_id: i16, dimensions: usize, seq: i64, capacity: usize) -> Self {
        Self {
            model_id,
            seq,
            vectors: Matrix::new(dimensions, capacity),
            passages: Vec::with_capacity(capacity),
            number_of: HashMap::with_capacity(capacity),
            documents: HashMap::new(),
            collections: Names::default(),
            media_types: Names::default(),
            languages: Names::default(),
            folders: Names::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.passages.len()
    }

    pub(super) fn push(&mut self, new: NewVector) {
        let number = self.passages.len() as u32;
        self.vectors.push(&new.vector);
        self.number_of.insert(new.chunk, number);
        *self.documents.entry(new.document).or_default() += 1;
        self.passages.push(Passage {
            chunk: new.chunk,
            document: new.document,
            collection: self.collections.number(new.collection),
            folder: self.folders.number(new.folder),
            // There are some dozens of each.
            media_type: self.media_types.number(new.media_type) as u16,
            language: self.languages.number(new.language) as u16,
            day: new.day,
        });
    }

    /// Takes out all vectors of `documents`.
    pub(super) fn remove(&mut self, documents: &[Uuid]) {
        let gone: HashSet<Uuid> =
            documents.iter().filter(|document| self.documents.remove(document).is_some()).copied().collect();
        if gone.is_empty() {
            return;
        }
        // From the end, so that what takes a place was looked at already.
        for number in (0..self.passages.len()).rev() {
            if gone.contains(&self.passages[number].document) {
                let removed = self.passages.swap_remove(number);
                self.vectors.swap_remove(number);
                self.number_of.remove(&removed.chunk);
                if let Some(moved) = self.passages.get(number) {
                    self.number_of.insert(moved.chunk, number as u32);
                }
            }
        }
    }

    pub(super) fn cosine(&self, chunk: Uuid, query: &[f32]) -> Option<f64> {
        let number = *self.number_of.get(&chunk)?;
        Some(f64::from(self.vectors.cosine(number as usize, query)))
    }

    /// The nearest chunks of the scope, nearest first.
    pub(super) fn nearest(&self, query: &[f32], scope: &Scope, limit: usize) -> Vec<Hit> {
        let wanted = Wanted::new(self, scope);
        let is_wanted = |number: usize| wanted.are_all || wanted.holds(&self.passages[number]);
        let nearest = self.vectors.nearest(query, limit, is_wanted);
        let hit = |(number, cosine): (usize, f32)| Hit {
            chunk: self.passages[number].chunk,
            score: f64::from(cosine),
        };
        nearest.into_iter().map(hit).collect()
    }
}

/// Which of the passages a search looks at: of each name, whether it is wanted.
struct Wanted {
    /// Nothing is left out.
    are_all: bool,
    collections: Vec<bool>,
    media_types: Vec<bool>,
    languages: Vec<bool>,
    folders: Vec<bool>,
    from: Date,
    to: Date,
}

impl Wanted {
    fn new(held: &Held, scope: &Scope) -> Self {
        let filter = &scope.filter;
        Self {
            are_all: scope.is_all(&held.collections.names),
            collections: held.collections.are(|id| scope.has_collection(id)),
            media_types: held
                .media_types
                .are(|name| filter.media_types.is_empty() || filter.media_types.contains(name)),
            languages: held.languages.are(|code| {
                filter.languages.is_empty()
                    || code.as_ref().is_some_and(|code| filter.languages.contains(code))
            }),
            folders: held.folders.are(|folder| scope.has_folder(folder)),
            from: filter.from.unwrap_or(Date::MIN),
            to: filter.to.unwrap_or(Date::MAX),
        }
    }

    fn holds(&self, passage: &Passage) -> bool {
        self.collections[passage.collection as usize]
            && self.media_types[usize::from(passage.media_type)]
            && self.languages[usize::from(passage.language)]
            && self.folders[passage.folder as usize]
            && (self.from..=self.to).contains(&passage.day)
    }
}

/// Values of which there are far fewer than passages, numbered as they come.
#[derive(Debug, Clone)]
struct Names<T> {
    names: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { names: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    fn number(&mut self, name: T) -> u32 {
        let next = self.names.len() as u32;
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    /// Of each name, whether it is so.
    fn are(&self, is_so: impl Fn(&T) -> bool) -> Vec<bool> {
        self.names.iter().map(is_so).collect()
    }
}

#[cfg(test)]
mod tests;
