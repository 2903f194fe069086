//! The files in a folder, as they lie on disk.

use std::{
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use walkdir::{DirEntry, WalkDir};

/// A file as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub on_disk: PathBuf,
    /// Below the folder, separated by `/`.
    pub path: String,
    pub stamp: Stamp,
}

/// By what it is told whether a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub size: i64,
    /// Nanoseconds since 1970.
    pub modified_ns: i64,
}

impl Stamp {
    /// Of a file as it is now.
    pub fn of(metadata: &std::fs::Metadata) -> io::Result<Self> {
        let modified = metadata.modified()?;
        let since = |from: std::time::Duration| i64::try_from(from.as_nanos()).unwrap_or(i64::MAX);
        let modified_ns = match modified.duration_since(UNIX_EPOCH) {
            Ok(after) => since(after),
            Err(before) => -since(before.duration()),
        };
        Ok(Self { size: i64::try_from(metadata.len()).unwrap_or(i64::MAX), modified_ns })
    }
}

/// What a folder holds.
pub struct Walk {
    /// In the order of their paths.
    pub files: Vec<File>,
    /// What could not be looked at, with the reason.
    pub refused: Vec<(String, String)>,
    /// Whether all of the folder was seen.
    pub is_whole: bool,
}

impl Walk {
    /// Walks through a folder. Hidden files and folders are passed over, and links are not
    /// followed: they may lead out of it.
    ///
    /// # Errors
    /// Where the folder itself can't be read.
    pub async fn of(root: PathBuf) -> io::Result<Self> {
        let walked = tokio::task::spawn_blocking(move || Self::through(&root)).await;
        walked.unwrap_or_else(|_| Err(io::Error::other("the walk panicked")))
    }

    fn through(root: &Path) -> io::Result<Self> {
        std::fs::read_dir(root)?;
        let mut walk = Self { files: Vec::new(), refused: Vec::new(), is_whole: true };
        for entry in shown_entries(root) {
            let seen = entry.map_err(|error| (error.path().map(Path::to_owned), io::Error::from(error)));
            match seen.and_then(|entry| see(root, &entry).map_err(|error| (Some(entry.into_path()), error))) {
                Ok(file) => walk.files.extend(file),
                Err((path, error)) => {
                    walk.is_whole = false;
                    let path = path.as_deref().map_or_else(String::new, |path| below(root, path));
                    walk.refused.push((path, error.kind().to_string()));
                }
            }
        }
        Ok(walk)
    }
}

/// All that lies in a folder but what is hidden, in order.
pub fn shown_entries(root: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let is_shown =
        |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_shown)
}

/// `None` for what is no file.
fn see(root: &Path, entry: &DirEntry) -> io::Result<Option<File>> {
    if !entry.file_type().is_file() {
        return Ok(None);
    }
    let stamp = Stamp::of(&entry.metadata()?)?;
    let on_disk = entry.path().to_owned();
    Ok(Some(File { path: below(root, &on_disk), on_disk, stamp }))
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}
