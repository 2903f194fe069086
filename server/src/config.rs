//! The settings in force.

use std::path::PathBuf;

/// The settings, read once from the environment. Its secrets never show in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Embedded database, originals, index, models.
    pub data_dir: PathBuf,
}
