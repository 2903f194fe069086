//! The server's tests against a real Postgres, in one binary: it links once.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod accounts;
mod answers;
mod archives;
mod backup;
mod common;
mod deletion;
mod embedded_postgres;
mod embedding_endpoint;
mod full_disk;
mod import;
mod ingest;
mod library;
mod likeness;
mod local_embedding;
mod mirror;
mod parsing;
mod partition;
mod permission;
mod publishing;
mod queue;
mod search;
mod serve;
mod torture;
mod upload;
mod web;
