//! The path of a question.

mod again;
mod asking;
mod costs;
mod editions;
mod endpoint;
mod following;
mod models;
mod permission;
mod queue;
mod reviewing;
mod roles;
mod shelf;
pub(crate) mod stream;
mod window;
