//! The numbers of the ranker.
//!
//! `tools/rank` fits weights to what `footnote eval --split train --features` writes of `SciFact`'s training
//! questions. These keep the proportions that such fits have in common, levelled: near the best,
//! nDCG@10 changes by less than a hundredth between half and double of each, and a fit as it is loses
//! 0.003 to 0.012 on each set that it wasn't fitted to. Training questions have no headings to go by,
//! and few words, so that the weights of headings and of BM25 are larger here.

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

pub(super) const WEIGHTS: [f64; NAMES.len()] = [0.06, 1.0, 0.9, 0.4, 0.4, 0.4, 0.4, 0.3, 0.6, 0.1];
