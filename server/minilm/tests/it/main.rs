//! The model as others use it, on the real weights.

mod embed;
mod model;
mod tokenizer;
