//! The router and its layers.

/// The JSON API, one file a subject.
pub mod api;
