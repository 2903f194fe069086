//! `footnote reindex`: rebuild the keyword index.

use sqlx::PgPool;

use super::database::with_database;
use crate::{config::Config, search::KeywordIndex};

/// Rebuilds the keyword index from the database: here, or by the server where one runs.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let dir = config.index_dir();
    with_database(config, async |db: PgPool| KeywordIndex::rebuild_in(&dir, &db).await).await?;
    println!("The keyword index is rebuilt.");
    Ok(())
}
