//! The server: services, the web in front of them and the work behind them.

/// Who people are: accounts, groups, passwords, tokens, sessions' validity.
pub mod account;
/// Answers: search, prompt, stream, citations, verdict, and the log of it all.
pub mod answer;
/// Looking for orphans and damage.
pub mod audit;
/// Work that gives way to what somebody waits for.
mod background;
/// Backups, and restoring them.
pub mod backup;
/// The `footnote` command and its subcommands.
pub mod cli;
/// The settings in force.
pub mod config;
/// How long stopping may take, all of it together.
pub mod deadline;
/// Failures: expected ones in words, the rest with their causes.
pub mod error;
/// How good the search and the answers are, on questions whose right documents and answers are known.
pub mod eval;
/// The router and its layers, the JSON API, uploads and event streams.
pub mod http;
/// From an upload to searchable chunks.
pub mod ingest;
/// Models: embeddings and language models.
pub mod model;
/// How much work gives way to the rest of the machine.
mod politeness;
/// Keyword search beside vector search, fused.
pub mod search;
/// The services, built once.
pub mod state;
/// The embedded Postgres and the originals on disk.
pub mod store;
/// What the process tells of itself.
pub mod telemetry;
/// Language as text: sentences and words.
pub mod text;
