//! A Postgres that outlived its server: it is found through the file in which it notes its process.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long each way of asking it to stop is given before the next, harsher one.
const PATIENCE: [(Signal, Duration); 3] = [
    // Fast: cuts off whoever is connected, writes a checkpoint.
    (Signal::INT, Duration::from_secs(10)),
    // Immediate: the next start replays the log.
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];
const POLL: Duration = Duration::from_millis(50);

/// Stops the Postgres that still runs on `cluster`, if any. To be called with the folder locked: then
/// whatever runs on it is nobody's.
pub(super) async fn stop(cluster: &Path) -> Result<()> {
    let Some(pid) = running_on(cluster)? else {
        return forget(cluster);
    };
    tracing::warn!(pid = pid.as_raw_nonzero(), "Stopping the Postgres that an earlier server left behind");
    for (signal, patience) in PATIENCE {
        // It may be gone by now, which is what we want.
        let _ = kill_process(pid, signal);
        if gone_within(cluster, patience).await? {
            return forget(cluster);
        }
    }
    bail!("the Postgres with process id {pid:?} that an earlier server left behind can't be stopped")
}

/// Removes the note of a process that is no Postgres of ours. Its number may be another program's by
/// now, which Postgres would take for itself and refuse to start.
pub(super) fn forget(cluster: &Path) -> Result<()> {
    let note = cluster.join("postmaster.pid");
    if running_on(cluster)?.is_some() {
        return Ok(());
    }
    match fs::remove_file(&note) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => {
            Err(err).with_context(|| format!("could not remove {}", note.display()))
        }
        _ => Ok(()),
    }
}

async fn gone_within(cluster: &Path, patience: Duration) -> Result<bool> {
    let waited = tokio::time::timeout(patience, async {
        while running_on(cluster)?.is_some() {
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    });
    match waited.await {
        Ok(gone) => gone.map(|()| true),
        Err(_) => Ok(false),
    }
}

/// The process that runs on `cluster`. Postgres works in its data folder, so a process with that
/// number that works elsewhere is another one.
fn running_on(cluster: &Path) -> Result<Option<Pid>> {
    let note = cluster.join("postmaster.pid");
    let noted = match fs::read_to_string(&note) {
        Ok(noted) => noted,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err).with_context(|| format!("could not read {}", note.display())),
    };
    let pid = noted.lines().next().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
    Ok(pid.filter(|pid| works_in(*pid, cluster)))
}

fn works_in(pid: Pid, cluster: &Path) -> bool {
    let folder = fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()));
    matches!((folder, cluster.canonicalize()), (Ok(folder), Ok(cluster)) if folder == cluster)
}
