//! Keyword search beside vector search, fused.
