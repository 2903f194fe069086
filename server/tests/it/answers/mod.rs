//! The path of a question.

mod again;
mod asking;
mod costs;
mod editions;
mod endpoint;
mod following;
mod models;
mod permission;
mod reviewing;
mod shelf;
pub(crate) mod stream;
