//! The numbers of the ranker.
//!
//! `tools/rank` fits them to what `footnote eval --features` writes of questions that nothing is measured
//! on: `SciFact`'s training questions, and those of `SQuAD` 2.0 that have no answer, each of which is about
//! one passage all the same. Only their proportions are taken from there, rounded: near the best,
//! nDCG@10 changes by less than a hundredth between half and double of each, and what is fitted closer
//! to one kind of text loses on the others. Neither of the two sets has headings: the weights of these
//! were set as part of that of coverage.

/// The features, in their order.
pub const NAMES: [&str; 10] = [
    "lexical",
    "meaning",
    "document_meaning",
    "coverage",
    "kin_coverage",
    "window",
    "neighbours",
    "title",
    "headings",
    "length",
];

pub(super) const WEIGHTS: [f64; NAMES.len()] = [0.06, 1.0, 0.9, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3, 0.1];
