//! Pages, parts, and the types that the server and the browser share.
//!
//! Behind the `ssr` feature stand three ports, which the server implements on its services. This
//! crate never sees a database or a search index.

pub mod account;
pub mod answer;
pub mod conversation;
pub mod document;
pub mod error;
pub mod list;
#[cfg(feature = "ssr")]
pub mod ports;
pub mod search;
pub mod timestamp;
