//! Language as text: sentences and words.

pub mod sentence;
pub mod term;
