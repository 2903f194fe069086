//! The index's folder: the index in use, the one being built beside it, the last damaged one.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::Context;
use rustix::fs::{FlockOperation, flock};

use crate::store::make_private;

/// The index in use in a folder, whoever holds it.
pub(super) fn current(dir: &Path) -> PathBuf {
    dir.join("current")
}

/// The folder, held by this process alone for as long as the value lives.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder, making it where it is missing; `None` where another process holds it.
    pub(super) fn take(dir: &Path) -> anyhow::Result<Option<Self>> {
        make_private(dir).with_context(|| format!("could not make the folder {}", dir.display()))?;
        let lock = File::create(dir.join("lock")).context("could not make the index's lock file")?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { dir: dir.to_owned(), _lock: lock })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error).context("could not lock the index's folder"),
        }
    }

    /// The index that searches use.
    pub(super) fn current(&self) -> PathBuf {
        current(&self.dir)
    }

    /// An empty folder to build the next index in.
    pub(super) fn empty_next(&self) -> anyhow::Result<PathBuf> {
        let next = self.dir.join("next");
        remove(&next)?;
        fs::create_dir(&next).context("could not make a folder for the next index")?;
        Ok(next)
    }

    /// Moves a damaged index aside, where it can be looked at until the next one is damaged.
    pub(super) fn set_aside(&self) -> anyhow::Result<()> {
        let current = self.current();
        if !current.exists() {
            return Ok(());
        }
        let damaged = self.dir.join("damaged");
        remove(&damaged)?;
        fs::rename(&current, damaged).context("could not move the damaged index aside")
    }

    /// Puts the next index in the place of the current one.
    pub(super) fn swap(&self) -> anyhow::Result<()> {
        let current = self.current();
        remove(&current)?;
        fs::rename(self.dir.join("next"), &current).context("could not put the new index in its place")
    }
}

fn remove(dir: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}
