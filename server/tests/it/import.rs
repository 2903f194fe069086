//! `footnote import`, as it is typed.

use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use sqlx::PgPool;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

/// A hang is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the command on the test's database, in a data folder without a server.
async fn import(db: &PgPool, data: &Path, paths: &[&Path]) -> Output {
    command(db, data, paths).output().await.unwrap()
}

fn command(db: &PgPool, data: &Path, arguments: &[&Path]) -> Command {
    let options = db.connect_options();
    let database = options.get_database().unwrap();
    let user = options.get_username();
    let mut url = format!("postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port());
    if let Some(socket) = options.get_socket() {
        url.push_str(&format!("?host={}", socket.display()));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_footnote"));
    command
        .args(["import", "--collection", "Handbook"])
        .args(arguments)
        .env("DATABASE_URL", url)
        .env("FOOTNOTE_DATA_DIR", data)
        .kill_on_drop(true);
    command
}

async fn documents(db: &PgPool) -> Vec<(String, String, String)> {
    sqlx::query!(
        r#"
        select folder, filename, status
        from document join document_version on document_version.document_id = document.id
        order by folder, filename
        "#
    )
    .fetch_all(db)
    .await
    .unwrap()
    .into_iter()
    .map(|row| (row.folder, row.filename, row.status))
    .collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_folder_is_imported_with_its_paths_and_what_failed_is_listed(db: PgPool) {
    let place = tempfile::tempdir().unwrap();
    let (data, folder) = (place.path().join("data"), place.path().join("handbook"));
    std::fs::create_dir_all(folder.join("team/.git")).unwrap();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(folder.join("leave.md"), "# Leave\n\nFive days.").unwrap();
    std::fs::write(folder.join("team/.git/config"), "hidden").unwrap();
    std::fs::write(folder.join("team/talk.mp3"), b"ID3\x03\0\0").unwrap();

    let imported = import(&db, &data, &[&place.path().join("nope.md"), &folder]).await;
    let (out, err) =
        (String::from_utf8_lossy(&imported.stdout), String::from_utf8_lossy(&imported.stderr).into_owned());
    assert_eq!(imported.status.code(), Some(1), "{out}{err}");
    assert!(err.contains("handbook/team/talk.mp3: Sound files (MP3)"), "{err}");
    assert!(err.contains("nope.md: could not be found"), "{err}");
    assert_eq!(out.trim(), "1 of 3 files can be searched.");
    let row =
        |folder: &str, name: &str, status: &str| (folder.to_owned(), name.to_owned(), status.to_owned());
    let expected = [row("handbook", "leave.md", "ready"), row("handbook/team", "talk.mp3", "failed")];
    assert_eq!(documents(&db).await, expected);

    let again = import(&db, &data, &[&folder.join("leave.md")]).await;
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_watched_folder_is_mirrored_until_the_command_is_stopped(db: PgPool) {
    let place = tempfile::tempdir().unwrap();
    let (data, folder) = (place.path().join("data"), place.path().join("handbook"));
    std::fs::create_dir(&data).unwrap();
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("leave.md"), "# Leave\n\nFive days.").unwrap();
    let mut watching = command(&db, &data, &[Path::new("--watch"), Path::new("--every=1"), &folder])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut told = async || {
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("it says nothing");
        line.unwrap().unwrap()
    };
    assert_eq!(told().await, format!("{}: 1 new", folder.display()));
    std::fs::rename(folder.join("leave.md"), folder.join("absence.md")).unwrap();
    std::fs::write(folder.join("parking.md"), "# Parking\n\nIt is free.").unwrap();
    assert_eq!(told().await, format!("{}: 1 new, 1 renamed", folder.display()));

    let pid = rustix::process::Pid::from_raw(watching.id().unwrap().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let ended = tokio::time::timeout(PATIENCE, watching.wait()).await.expect("it doesn't stop").unwrap();
    assert!(ended.success());
    let names: Vec<String> = documents(&db).await.into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(names, ["absence.md", "parking.md"]);
}
