//! What is done on the disk, blocking.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{Hash, name::parse_hex};

/// The originals that lie in the folder, by their names.
pub(super) fn list(folder: &Path) -> io::Result<Vec<Hash>> {
    let mut hashes = Vec::new();
    for shelf in fs::read_dir(folder)? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        for original in fs::read_dir(shelf.path())? {
            hashes.extend(original?.file_name().to_str().and_then(parse_hex));
        }
    }
    Ok(hashes)
}

/// The hash of all that can be read.
pub(super) fn hash_of(mut original: fs::File) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    io::copy(&mut original, &mut hasher)?;
    Ok(hasher.finalize().into())
}

/// How many files are made safe at a time: the disk takes neighbours in one go.
const SYNCING: usize = 16;

/// Makes the bytes safe, renames, then makes the folders' new entries safe.
pub(super) fn move_all(moves: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    let sources: Vec<&Path> = moves.iter().map(|(from, _)| from.as_path()).collect();
    sync_all(&sources)?;
    let mut folders = BTreeSet::new();
    for (from, to) in moves {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
            folders.insert(folder);
            folders.extend(folder.parent());
        }
        fs::rename(from, to)?;
    }
    sync_all(&folders.into_iter().collect::<Vec<_>>())
}

/// Waits until files and folders are safe on disk, several at a time.
fn sync_all(paths: &[&Path]) -> io::Result<()> {
    let sync = |part: &[&Path]| part.iter().try_for_each(|path| fs::File::open(path)?.sync_all());
    std::thread::scope(|scope| {
        let parts = paths.chunks(paths.len().div_ceil(SYNCING).max(1));
        let syncing: Vec<_> = parts.map(|part| scope.spawn(move || sync(part))).collect();
        syncing
            .into_iter()
            .try_for_each(|part| part.join().unwrap_or_else(|_| Err(io::Error::other("panicked"))))
    })
}
