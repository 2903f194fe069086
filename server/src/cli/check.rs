//! `footnote check`.

use super::database::with_database;
use crate::{audit, config::Config, store::blobs::Blobs};

/// Prints what is not as it must be; an error where there is any.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let blobs = Blobs::open(&config.data_dir).await?;
    let index = config.index_dir();
    let findings = with_database(config, async |db| audit::audit(&db, &blobs, &index).await).await?;
    if findings.is_empty() {
        println!("Nothing is amiss.");
        return Ok(());
    }
    for finding in &findings {
        println!("{finding}");
    }
    anyhow::bail!("{} kinds of damage were found", findings.len())
}
