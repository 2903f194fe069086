//! A PDF's pages, drawn by PDF.js, with the passage that the reader came for marked at its place.

mod draw;
mod find;
mod js;
pub mod view;
