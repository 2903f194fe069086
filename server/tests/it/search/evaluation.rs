//! How good the search is, on data with judgements.
