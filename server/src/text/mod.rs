//! Language as text: sentences and words.
