//! What a search could be narrowed to.

use serde::{Deserialize, Serialize};

/// How many documents there are of each kind, among those that the reader may read and that hold a
/// word of the query. Each list is counted as if the filter said nothing about what it lists, and the
/// rest held: so it says what choosing something else would give. The commonest come first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Facets {
    /// By the collection's id.
    pub collections: Vec<Facet>,
    /// By media type.
    pub types: Vec<Facet>,
    /// By ISO 639-1 code; what is in no known language is not listed.
    pub languages: Vec<Facet>,
    /// By the folder right below the one that was asked for, with all that lies in it.
    pub folders: Vec<Facet>,
    /// By the year in which they were brought in or changed last.
    pub years: Vec<Facet>,
}

/// Something that a search could be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Facet {
    pub value: String,
    /// How many documents.
    pub documents: u32,
}
