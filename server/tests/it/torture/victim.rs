//! The server that is killed, and started again each time.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use server::store::{self, EmbeddedPostgres, RuntimeParts};
use sqlx::PgPool;
use tokio::{
    process::{Child, Command},
    sync::Mutex,
};

pub(super) const EMAIL: &str = "admin@example.org";
pub(super) const PASSWORD: &str = "a password for the torture";

/// A `footnote serve` over a data folder and an embedded Postgres.
pub(super) struct Victim {
    data: PathBuf,
    address: SocketAddr,
    server: Mutex<Child>,
}

impl Victim {
    pub(super) async fn start(data: &Path) -> Self {
        // The user whom root lends to Postgres passes through.
        fs::set_permissions(data, fs::Permissions::from_mode(0o711)).unwrap();
        // It comes back under the same address.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { data: data.to_owned(), address, server: Mutex::new(serve(data, address)) }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills one of three: the server, Postgres, or the parser that is at work.
    pub(super) async fn strike(&self, whom: u8) {
        let mut server = self.server.lock().await;
        match whom {
            0 => {
                server.kill().await.unwrap();
                *server = serve(&self.data, self.address);
            }
            1 => kill(postmaster(&self.data)),
            _ => kill(parser_of(server.id()).await),
        }
    }

    /// Starts the server again whenever it ended by itself, since its Postgres was killed while it
    /// started: as whoever runs it would.
    pub(super) async fn keep_running(&self) {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let mut server = self.server.lock().await;
            if server.try_wait().unwrap().is_some() {
                *server = serve(&self.data, self.address);
            }
        }
    }

    pub(super) async fn stop(self) {
        let mut server = self.server.into_inner();
        let pid = Pid::from_raw(server.id().unwrap().cast_signed());
        kill_process(pid.unwrap(), Signal::TERM).unwrap();
        assert!(server.wait().await.unwrap().success());
    }
}

fn serve(data: &Path, address: SocketAddr) -> Child {
    let log = fs::File::options().create(true).append(true).open(data.join("server.log")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_footnote"))
        .arg("serve")
        .env_remove("DATABASE_URL")
        .env("FOOTNOTE_DATA_DIR", data)
        .env("FOOTNOTE_ADDR", address.to_string())
        .env("FOOTNOTE_ADMIN_EMAIL", EMAIL)
        .env("FOOTNOTE_ADMIN_PASSWORD", PASSWORD)
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

fn kill(pid: Option<Pid>) {
    if let Some(pid) = pid {
        // It may have ended by itself meanwhile.
        let _ = kill_process(pid, Signal::KILL);
    }
}

fn postmaster(data: &Path) -> Option<Pid> {
    let noted = fs::read_to_string(data.join("postgres/18/postmaster.pid")).ok()?;
    Pid::from_raw(noted.lines().next()?.parse().ok()?)
}

/// Parsers are short-lived: looks for one for a while.
async fn parser_of(server: Option<u32>) -> Option<Pid> {
    let server = server?;
    for _ in 0..200 {
        let children = fs::read_dir(format!("/proc/{server}/task")).ok()?.flatten().find_map(|thread| {
            let children = fs::read_to_string(thread.path().join("children")).ok()?;
            children.split_whitespace().filter_map(|pid| pid.parse().ok()).find(is_parser)
        });
        if let Some(pid) = children {
            return Pid::from_raw(pid);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    None
}

fn is_parser(pid: &i32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| line.windows(11).any(|part| part == b"parse-child"))
}

/// The database of a server that was stopped.
pub(super) async fn open_database(data: &Path) -> (EmbeddedPostgres, PgPool) {
    let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    let postgres = EmbeddedPostgres::start(data, &runtime).await.unwrap();
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    (postgres, pool)
}
