//! Language as text: sentences, words and amounts.

pub mod quantity;
pub mod sentence;
pub mod term;
