//! The part of ingestion that the parsers are.

#[path = "../../server/src/ingest/name.rs"]
pub mod name;
#[path = "../../server/src/ingest/parse/mod.rs"]
pub mod parse;
