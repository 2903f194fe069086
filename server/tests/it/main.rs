//! The server's tests against a real Postgres, in one binary: it links once.

mod accounts;
mod common;
mod embedded_postgres;
mod parsing;
mod search;
