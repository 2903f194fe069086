//! One server a folder: the lock that a server holds on its data for as long as it lives.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::Path,
};

use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};

/// Held on a folder until it is dropped, or its process ends in whatever way.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

/// What came of trying to lock a folder.
#[derive(Debug)]
pub enum Locked {
    /// It is ours.
    Held(FolderLock),
    /// Another process has it; its id, where it had written it down already.
    ByAnother { pid: Option<u32> },
}

impl FolderLock {
    /// Locks `folder` for this process through the file `lock` in it.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn try_acquire(folder: &Path) -> Result<Locked> {
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("could not open {}", path.display()))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                note_holder(&mut file).with_context(|| format!("could not write {}", path.display()))?;
                Ok(Locked::Held(Self { file }))
            }
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(Locked::ByAnother { pid: noted_holder(&mut file) }),
            Err(err) => Err(err).with_context(|| format!("could not lock {}", path.display())),
        }
    }
}

impl Drop for FolderLock {
    /// Unlocks by word: a child that is just being started may still hold the file open.
    fn drop(&mut self) {
        // Fails on a closed file, which this is not.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn note_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn noted_holder(file: &mut File) -> Option<u32> {
    let mut pid = String::new();
    file.read_to_string(&mut pid).ok()?;
    pid.trim().parse().ok()
}
