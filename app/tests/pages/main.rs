//! Every page over fake ports: what who sees, and what their forms do.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod accounts;
mod answers;
#[path = "../fakes/mod.rs"]
mod fakes;
mod library;
mod site;
