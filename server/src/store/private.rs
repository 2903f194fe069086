//! Folders that no other account of the machine may look into.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

const OWNER_ONLY: u32 = 0o700;

/// Makes a folder, and those above it, where it is missing, and closes it to all but its owner: what
/// lies in it may be restricted even among those who may sign in.
pub fn make_private(folder: &Path) -> io::Result<()> {
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    match fs::DirBuilder::new().mode(OWNER_ONLY).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::set_permissions(folder, fs::Permissions::from_mode(OWNER_ONLY))
        }
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_open_to_others_is_closed() {
        let above = tempfile::tempdir().unwrap();
        let mode = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o777;
        let (new, old) = (above.path().join("a/new"), above.path().join("old"));
        fs::create_dir(&old).unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
        for folder in [&new, &old] {
            make_private(folder).unwrap();
            assert_eq!(mode(folder), OWNER_ONLY);
        }
    }
}
