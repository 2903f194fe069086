//! `footnote serve`, as a process. Needs the runtime parts (`tools/setup runtime`).

use std::{fs, os::unix::fs::PermissionsExt, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

#[tokio::test]
async fn a_server_whose_output_nobody_reads_any_more_stops_when_told_to() {
    let data = tempfile::tempdir().unwrap();
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o711)).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_footnote"))
        .arg("serve")
        .env_remove("DATABASE_URL")
        .env("FOOTNOTE_DATA_DIR", data.path())
        .env("FOOTNOTE_ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let errors = server.stderr.take();
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    while !said.next_line().await.unwrap().expect("it ended early").contains("is ready") {}
    drop((said, errors));

    kill_process(Pid::from_raw(server.id().unwrap().cast_signed()).unwrap(), Signal::TERM).unwrap();
    let status = timeout(Duration::from_secs(60), server.wait()).await.expect("it went on").unwrap();
    assert!(status.success(), "{status}");
}
