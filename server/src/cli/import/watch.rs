//! `footnote import --watch`: a collection kept in step with folders until it is stopped.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{ImportCommand, progress_bar};
use crate::{
    cli::stop::stop_on_signal,
    config::Config,
    error::Error,
    ingest::mirror::{Folder, Looked, Mirror},
    store::blobs::Blobs,
};

/// Mirrors the folders until the process is told to stop. What goes wrong with a folder is told,
/// and may have passed at the next look.
pub(super) async fn watch(
    config: &Config,
    db: &PgPool,
    collection: Uuid,
    command: &ImportCommand,
) -> anyhow::Result<()> {
    let blobs = Blobs::open(&config.data_dir).await?.limited(config.collection_limit_bytes);
    let mirror = Mirror { db: db.clone(), blobs, limit: config.upload_limit_bytes };
    let mut folders = Vec::new();
    for root in roots(&command.paths)? {
        folders.push(Watched { folder: mirror.begin_watching(collection, root).await?, told: None });
    }
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    while !stop.is_cancelled() {
        for watched in &mut folders {
            if let Some(news) = stop.run_until_cancelled(look(&mirror, &watched.folder)).await {
                watched.tell(news);
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(Duration::from_secs(command.every))).await;
    }
    Ok(())
}

fn roots(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let root = |path: &Path| {
        let root = path.canonicalize().with_context(|| format!("could not find {}", path.display()))?;
        if root.is_dir() {
            Ok(root)
        } else {
            bail!("{} is no folder, so it can't be watched", path.display())
        }
    };
    paths.iter().map(|path| root(path)).collect()
}

struct Watched {
    folder: Folder,
    /// What was said last, which isn't said again.
    told: Option<String>,
}

impl Watched {
    fn tell(&mut self, news: Option<String>) {
        if let Some(news) = news.as_ref().filter(|news| self.told.as_ref() != Some(news)) {
            println!("{}: {news}", self.folder.root.display());
        }
        self.told = news;
    }
}

/// What there is to say of a look.
async fn look(mirror: &Mirror, folder: &Folder) -> Option<String> {
    let bar = progress_bar("Taking in", 0);
    let looked = mirror
        .look(folder, &|place, files| {
            bar.set_length(files as u64);
            bar.set_position(place as u64);
        })
        .await;
    bar.finish_and_clear();
    match looked {
        Ok(looked) => looked.and_then(|looked| describe(&looked)),
        Err(Error::App(error)) => Some(error.to_string()),
        Err(Error::Internal(error)) => Some(format!("{error:#}")),
    }
}

fn describe(looked: &Looked) -> Option<String> {
    let counts = [
        (looked.added, "new"),
        (looked.changed, "changed"),
        (looked.renamed, "renamed"),
        (looked.removed, "removed"),
    ];
    let done = counts.into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = done.map(|(count, what)| format!("{count} {what}")).collect();
    parts.extend(looked.refused.iter().map(|(path, reason)| format!("{path} was not taken in: {reason}")));
    (!parts.is_empty()).then(|| parts.join(", "))
}
