//! `footnote backup` and `footnote restore`.

use std::path::Path;

use super::database::{Database, with_database};
use crate::{
    backup::{self, Manifest},
    config::Config,
    deadline::Deadline,
    search::KeywordIndex,
    store::blobs::Blobs,
};

/// Writes a backup, beside a running server or without one.
pub(super) async fn save(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let blobs = Blobs::open(&config.data_dir).await?;
    let manifest = with_database(config, async |db| backup::save(&db, &blobs, folder).await).await?;
    println!("Backed up to {}: {}.", folder.display(), contents(&manifest));
    Ok(())
}

/// Restores a backup, and builds the keyword index of what is restored. The data folder is this command's own meanwhile: a running server would make
/// its first things in the empty database.
pub(super) async fn restore(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let database = Database::start(config).await?;
    let restored = async {
        let blobs = Blobs::open(&config.data_dir).await?;
        let manifest = backup::restore(&database.pool, &blobs, folder).await?;
        KeywordIndex::rebuild_in(&config.index_dir(), &database.pool).await?;
        anyhow::Ok(manifest)
    }
    .await;
    database.stop(Deadline::from_now()).await;
    println!("Restored from {}: {}.", folder.display(), contents(&restored?));
    Ok(())
}

fn contents(manifest: &Manifest) -> String {
    let rows = |table: &str| manifest.tables.get(table).map_or(0, |table| table.rows);
    format!(
        "{} accounts, {} documents, {} passages, {} originals, {} conversations",
        rows("account"),
        rows("document"),
        rows("chunk"),
        manifest.originals,
        rows("conversation"),
    )
}
