//! Serves every page over the tests' fake company, to look at while changing them:
//! `cargo run -p app --example preview --features ssr`, after the site was built once.
//!
//! `SITE` names the built site's folder, `ADDR` where to listen. As a reader instead of an
//! administrator: `?as=reader`, kept in a cookie; `?as=nobody` and `?as=newcomer` likewise.

#[path = "../tests/fakes/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod fakes;
