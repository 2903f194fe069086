//! Making the cluster, once.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result, bail};

use super::{DATABASE, home::Home};

/// Makes the cluster where there is none yet. It is made under another name and renamed, so that one
/// that a crash left half made is never taken for a whole one.
pub(super) fn create_if_missing(home: &Home) -> Result<()> {
    let cluster = home.cluster();
    if cluster.exists() {
        return Ok(());
    }
    let unfinished = cluster.with_extension("new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .with_context(|| format!("could not remove the unfinished {}", unfinished.display()))?;
    }
    tracing::info!(folder = %cluster.display(), "Creating the database");
    init(home, &unfinished)?;
    fs::rename(&unfinished, &cluster)
        .with_context(|| format!("could not put {} in place", cluster.display()))?;
    sync(&home.dir)
}

fn init(home: &Home, cluster: &Path) -> Result<()> {
    let done = home
        .command("initdb")
        .arg("--pgdata")
        .arg(cluster)
        .args(["--username", DATABASE, "--auth=trust", "--encoding=UTF8"])
        // Sorts and folds the same way on every machine, whatever its locales.
        .args(["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"])
        .args(["--data-checksums", "--no-instructions"])
        .stdin(Stdio::null())
        .output()
        .context("could not run initdb")?;
    if !done.status.success() {
        bail!("could not create the database: {}", String::from_utf8_lossy(&done.stderr).trim_end());
    }
    Ok(())
}

/// Makes the renaming in `dir` outlive a power cut.
fn sync(dir: &Path) -> Result<()> {
    fs::File::open(dir)
        .and_then(|dir| dir.sync_all())
        .with_context(|| format!("could not write {} to disk", dir.display()))
}
