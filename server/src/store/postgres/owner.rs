//! Who Postgres runs as. It refuses to be root, rightly, so a server that is root lends it another user.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};

/// The users that a server run by root gives its database to, the first that exists.
const PREFERRED: [&str; 3] = ["footnote", "postgres", "nobody"];

/// A user and their group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// Who must run the cluster at `cluster`, where that isn't ourselves: its owner, or for a new one
    /// the first of [`PREFERRED`].
    pub(super) fn for_cluster(cluster: &Path) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        match fs::metadata(cluster) {
            Ok(found) if found.uid() != 0 => Ok(Some(Self { uid: found.uid(), gid: found.gid() })),
            _ => Self::preferred().map(Some),
        }
    }

    fn preferred() -> Result<Self> {
        let users = fs::read_to_string("/etc/passwd").context("could not read /etc/passwd")?;
        PREFERRED.iter().find_map(|name| Self::named(name, &users)).context(
            "Postgres must not run as root, and there is no user to run it as: \
             create one with `useradd --system footnote`, or start the server as another user",
        )
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        let entry = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = entry.split(':').skip(2);
        Some(Self { uid: ids.next()?.parse().ok()?, gid: ids.next()?.parse().ok()? })
    }

    /// Whether this user can read and enter (for a program: run) `path`, through all the folders above it.
    pub(super) fn reaches(self, path: &Path) -> Result<bool> {
        const READ_AND_ENTER: u32 = 0o5;
        let path = path.canonicalize().with_context(|| format!("could not find {}", path.display()))?;
        let found = fs::metadata(&path).with_context(|| format!("could not look at {}", path.display()))?;
        Ok(self.may(&found, READ_AND_ENTER) && self.passes(path.parent().unwrap_or(&path))?)
    }

    /// Whether this user can get through `folder` and all the folders above it.
    pub(super) fn passes(self, folder: &Path) -> Result<bool> {
        const ENTER: u32 = 0o1;
        let folder = folder.canonicalize().with_context(|| format!("could not find {}", folder.display()))?;
        for above in folder.ancestors() {
            let found =
                fs::metadata(above).with_context(|| format!("could not look at {}", above.display()))?;
            if !self.may(&found, ENTER) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn may(self, found: &fs::Metadata, bits: u32) -> bool {
        let granted = if found.uid() == self.uid {
            found.mode() >> 6
        } else if found.gid() == self.gid {
            found.mode() >> 3
        } else {
            found.mode()
        };
        granted & bits == bits
    }

    pub(super) fn uid(self) -> u32 {
        self.uid
    }

    /// Gives `path` to this user.
    pub(super) fn take(self, path: &Path) -> Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("could not hand over {}", path.display()))
    }

    /// Makes `command` run as this user, in no group but theirs.
    pub(super) fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
                          nobody2:x:7:8::/:/bin/false\n\
                          nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n";

    #[test]
    fn a_user_is_found_by_the_whole_of_their_name() {
        assert_eq!(User::named("nobody", PASSWD), Some(User { uid: 65534, gid: 65533 }));
        assert_eq!(User::named("footnote", PASSWD), None);
    }

    #[test]
    fn a_folder_closed_to_others_is_reached_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let found = fs::metadata(folder.path()).unwrap();
        let owner = User { uid: found.uid(), gid: found.gid() };
        let stranger = User { uid: found.uid() + 1, gid: found.gid() + 1 };
        assert!(owner.reaches(folder.path()).unwrap());
        assert!(!stranger.reaches(folder.path()).unwrap());
    }
}
