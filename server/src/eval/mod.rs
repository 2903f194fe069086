//! How good the search is on questions whose right documents are known, and what a change to it
//! gains and loses.
//!
//! A [`QuestionSet`] is run against a search ([`Run::of`]), the run is kept as JSON, and a later
//! run is reported beside it. Nothing here knows where the documents come from: a published data
//! set's are brought in by `footnote eval`, a collection's own are there already. How good whole answers
//! are is measured by [`answers`].

/// Answers to questions whose answers are known.
pub mod answers;
mod features;
mod interval;
mod loss;
mod measure;
mod report;
mod run;
mod set;

pub use self::{
    features::write_features,
    interval::Interval,
    loss::Loss,
    measure::Measures,
    run::{Outcome, Run},
    set::{CorpusDocument, Question, QuestionSet, corpus},
};
