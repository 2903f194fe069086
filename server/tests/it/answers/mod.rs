//! The path of a question.

mod asking;
mod endpoint;
mod following;
mod permission;
mod reviewing;
mod shelf;
pub(crate) mod stream;
