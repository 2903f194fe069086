//! Searching: what is found, by whom, and that the index keeps up with Postgres.

mod api;
mod evaluation;
mod facets;
mod filters;
mod fixture;
mod index;
mod memory;
mod misspelt;
mod mode;
mod permission;
mod recall;
mod topics;
mod words;
