//! Searching: what is found, by whom, and that the index keeps up with Postgres.

mod api;
mod evaluation;
mod fixture;
mod index;
mod mode;
mod permission;
mod words;
