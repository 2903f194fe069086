//! PDF, through PDFium.

use std::path::Path;

use super::{Extracted, ParseError};

/// Loads PDFium from `runtime_dir`.
pub fn load_library(_runtime_dir: &Path) -> anyhow::Result<()> {
    Ok(())
}

pub(super) fn parse(_bytes: &[u8]) -> Result<Extracted, ParseError> {
    Err(ParseError::ParserUnavailable)
}
