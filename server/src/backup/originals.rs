//! Copying originals between folders, each checked against its name, the hash of its bytes.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::store::blobs::{Blobs, Hash};

/// Copies an original unless it is there already. Says whether it was there to be copied.
///
/// # Errors
/// Where its bytes are not those that its name stands for, or the disk refuses.
pub(super) async fn copy(from: &Blobs, to: &Blobs, hash: Hash) -> anyhow::Result<bool> {
    let (from, to) = (from.path(&hash), to.path(&hash));
    let copied = tokio::task::spawn_blocking(move || copy_checked(&from, &to, hash));
    copied.await.context("could not wait for the disk")?
}

fn copy_checked(from: &Path, to: &Path, hash: Hash) -> anyhow::Result<bool> {
    if to.exists() {
        return Ok(true);
    }
    let source = match File::open(from) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| format!("could not open {}", from.display())),
    };
    let half = to.with_extension("half");
    let copied = copy_hashing(source, &half).with_context(|| format!("could not copy {}", from.display()))?;
    if copied != hash {
        // What was copied is of no use to anybody.
        let _ = std::fs::remove_file(&half);
        bail!("the original {} is damaged: its bytes are not what its name says", from.display());
    }
    std::fs::rename(&half, to).with_context(|| format!("could not write {}", to.display()))?;
    Ok(true)
}

fn copy_hashing(mut source: File, to: &Path) -> io::Result<Hash> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut target = File::create(to)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        target.write_all(&buffer[..read])?;
    }
    target.sync_all()?;
    Ok(hasher.finalize().into())
}
