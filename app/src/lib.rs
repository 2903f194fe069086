//! Pages, parts, and the types that the server and the browser share.
//!
//! Behind the `ssr` feature stand the pages, and three ports, which the server implements on its
//! services. This crate never sees a database or a search index. What is compiled for the browser
//! is the islands, and what they use.

pub mod account;
pub mod answer;
pub mod asking;
pub mod conversation;
pub mod cost;
pub mod document;
pub mod error;
pub mod folder;
pub mod islands;
pub mod list;
pub mod model;
#[cfg(feature = "ssr")]
pub mod notice;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod parts;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod ports;
pub mod queue;
pub mod review;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod timestamp;
