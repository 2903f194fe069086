//! Files by their content.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of all that the site is made of: the WASM, the styles, `public`, the tools from npm and
/// this program.
pub(crate) fn hash_of_inputs(wasm: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let this_program = std::env::current_exe().context("could not find this program")?;
    for file in [this_program.as_path(), wasm, Path::new("tools/site/package-lock.json")] {
        hash.update(read(file)?);
    }
    for file in files_below(Path::new("style"))?.into_iter().chain(files_below(Path::new("public"))?) {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(read(&file)?);
    }
    Ok(hex(&hash.finalize()))
}

/// A name for `bytes` that changes with them: 64 bits of their hash.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

/// All files below `folder`, in order of their paths.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))? {
            let path = entry.with_context(|| format!("could not read {}", folder.display()))?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("could not read {}", file.display()))
}

/// Writes `bytes` to `file`, in folders that are made as needed.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    file.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(file, bytes))
        .with_context(|| format!("could not write {}", file.display()))
}

pub(crate) fn remove_dir(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => {
            Err(err).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
