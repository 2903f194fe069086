//! Databases that lie outside their data folder, and whose data folder is gone.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};

use super::home::POINTER;
use crate::store::lock::{FolderLock, Locked};

/// In a database's folder: the data folder that points to it.
const OWNER: &str = "data-folder";
/// In a database's folder: since when its data folder is gone, by the file's time.
const GONE: &str = "gone";
/// How long a database is kept for a data folder that may come back: its disk may not be mounted.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Notes in a database's folder which data folder points to it.
pub(super) fn note_owner(database: &Path, data_dir: &Path) -> Result<()> {
    let data_dir =
        data_dir.canonicalize().with_context(|| format!("could not find {}", data_dir.display()))?;
    fs::write(database.join(OWNER), format!("{}\n", data_dir.display()))
        .with_context(|| format!("could not write into {}", database.display()))
}

/// Removes the databases in `folder` whose data folders have been gone for a month at `now`. One
/// that doesn't say whose it is stays.
pub(super) fn clear_away(folder: &Path, now: SystemTime) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let database = entry.with_context(|| format!("could not list {}", folder.display()))?.path();
        let Some(owner) = owner(&database) else { continue };
        if points_to(&owner, &database) {
            forget_absence(&database)?;
        } else if gone_since(&database, now)?.is_some_and(|gone| gone >= KEPT_FOR) {
            remove(&database, &owner)?;
        }
    }
    Ok(())
}

fn owner(database: &Path) -> Option<PathBuf> {
    let noted = fs::read_to_string(database.join(OWNER)).ok()?;
    Some(PathBuf::from(noted.trim_end()))
}

fn points_to(data_dir: &Path, database: &Path) -> bool {
    fs::read_to_string(data_dir.join(POINTER)).is_ok_and(|path| Path::new(path.trim_end()) == database)
}

fn forget_absence(database: &Path) -> Result<()> {
    match fs::remove_file(database.join(GONE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not write into {}", database.display()))
        }
        _ => Ok(()),
    }
}

/// For how long the data folder is known to be gone; noted where it wasn't.
fn gone_since(database: &Path, now: SystemTime) -> Result<Option<Duration>> {
    let note = database.join(GONE);
    match fs::metadata(&note).and_then(|found| found.modified()) {
        Ok(since) => Ok(now.duration_since(since).ok()),
        Err(_) => fs::write(&note, "")
            .map(|()| None)
            .with_context(|| format!("could not write into {}", database.display())),
    }
}

fn remove(database: &Path, owner: &Path) -> Result<()> {
    let Locked::Held(_lock) = FolderLock::try_acquire(database)? else { return Ok(()) };
    fs::remove_dir_all(database).with_context(|| format!("could not remove {}", database.display()))?;
    tracing::warn!(
        database = %database.display(), data_dir = %owner.display(),
        "Removed a database whose data folder has been gone for a month"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_goes_a_month_after_its_data_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = tempfile::tempdir().unwrap();
        let (database, other) = (folder.path().join("a"), folder.path().join("b"));
        for database in [&database, &other] {
            fs::create_dir(database).unwrap();
        }
        note_owner(&database, data.path()).unwrap();
        fs::write(data.path().join(POINTER), format!("{}\n", database.display())).unwrap();
        let later = |days: u64| SystemTime::now() + Duration::from_secs(days * 24 * 60 * 60);

        clear_away(folder.path(), later(100)).unwrap();
        assert!(database.exists(), "its data folder is there");
        data.close().unwrap();
        clear_away(folder.path(), later(0)).unwrap();
        clear_away(folder.path(), later(29)).unwrap();
        assert!(database.exists(), "its data folder may come back");
        clear_away(folder.path(), later(31)).unwrap();
        assert!(!database.exists());
        assert!(other.exists(), "nobody knows whose it is");
    }
}
