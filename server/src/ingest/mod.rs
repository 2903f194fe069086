//! From an upload to searchable chunks.

pub mod chunk;
pub mod parse;
