//! `footnote serve`, as a process. Needs the runtime parts (`tools/setup runtime`).

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

/// A server started on a free port over an empty data folder, and the address it is ready on.
async fn start(data: &Path) -> (Child, SocketAddr) {
    fs::set_permissions(data, fs::Permissions::from_mode(0o711)).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_footnote"))
        .arg("serve")
        .env_remove("DATABASE_URL")
        .env("FOOTNOTE_DATA_DIR", data)
        .env("FOOTNOTE_ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    loop {
        let line = said.next_line().await.unwrap().expect("it ended early");
        if let Some(address) = line.strip_prefix("Footnote is ready on http://") {
            // What it says from here on nobody reads.
            drop(server.stderr.take());
            return (server, address.parse().unwrap());
        }
    }
}

async fn stop(mut server: Child, patience: Duration) {
    kill_process(Pid::from_raw(server.id().unwrap().cast_signed()).unwrap(), Signal::TERM).unwrap();
    let status = timeout(patience, server.wait()).await.expect("it went on").unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_server_from_stopping_in_time() {
    let data = tempfile::tempdir().unwrap();
    let (server, address) = start(data.path()).await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection
        .write_all(b"POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        .await
        .unwrap();
    stop(server, Duration::from_secs(10)).await;
}

#[tokio::test]
async fn a_server_whose_output_nobody_reads_any_more_stops_when_told_to() {
    let data = tempfile::tempdir().unwrap();
    let (server, _) = start(data.path()).await;
    stop(server, Duration::from_secs(60)).await;
}
