//! The embedded Postgres, through all that can befall it. Needs the runtime parts (`tools/setup runtime`).

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use server::{
    deadline::Deadline,
    store::{self, EmbeddedPostgres, RuntimeParts},
};
use sqlx::{Connection, PgConnection, PgPool};
use tempfile::TempDir;

/// A data folder that the user whom root lends to Postgres can pass through.
fn data_dir() -> TempDir {
    data_dir_of_mode(0o711)
}

fn data_dir_of_mode(mode: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
    dir
}

fn runtime() -> RuntimeParts {
    RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into))
}

async fn start(dir: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(dir, &runtime()).await.unwrap()
}

fn postmaster(dir: &Path) -> Pid {
    let noted = fs::read_to_string(dir.join("postgres/18/postmaster.pid")).unwrap();
    Pid::from_raw(noted.lines().next().unwrap().parse().unwrap()).unwrap()
}

fn is_alive(pid: Pid) -> bool {
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).is_ok()
}

fn user_of(pid: Pid) -> u32 {
    fs::metadata(format!("/proc/{}", pid.as_raw_nonzero())).unwrap().uid()
}

fn start_without_a_server(dir: &Path, program: &Path) -> Child {
    let cluster = dir.join("postgres/18");
    let owner = fs::metadata(&cluster).unwrap();
    let mut command = Command::new(program);
    command.arg("-D").arg(&cluster).arg("-k").arg(dir.join("postgres/socket"));
    command.args(["-c", "listen_addresses="]).env("LC_ALL", "C").stderr(Stdio::null());
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.spawn().unwrap()
}

/// Tries again until `holds`, for as long as a slow machine may take.
async fn eventually<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    let holding = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), holding).await.expect("it never held");
}

async fn note(pool: &PgPool) {
    sqlx::raw_sql("create table note (said text); insert into note values ('kept')")
        .execute(pool)
        .await
        .unwrap();
}

async fn noted(pool: &PgPool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("select said from note").fetch_one(pool).await
}

#[tokio::test]
async fn what_is_stored_outlives_a_stop_and_a_start() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    note(&pool).await;
    pool.close().await;
    let stopped = postmaster(dir.path());
    postgres.stop(Deadline::from_now()).await;
    assert!(!is_alive(stopped));

    let postgres = start(dir.path()).await;
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    assert_eq!(noted(&pool).await.unwrap(), "kept");
    postgres.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn it_listens_on_a_socket_that_only_its_user_reaches_and_never_as_root() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let mut connection = PgConnection::connect_with(&postgres.connect_options()).await.unwrap();
    let listens: String =
        sqlx::query_scalar("show listen_addresses").fetch_one(&mut connection).await.unwrap();
    assert_eq!(listens, "");

    let socket_dir = postgres.connect_options().get_socket().unwrap().clone();
    assert_eq!(fs::metadata(socket_dir).unwrap().permissions().mode() & 0o777, 0o700);
    assert_ne!(user_of(postmaster(dir.path())), 0);
    postgres.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_by_name() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let refused = EmbeddedPostgres::start(dir.path(), &runtime()).await.unwrap_err().to_string();
    assert!(refused.contains(&format!("in use by process {}", std::process::id())), "{refused}");
    postgres.stop(Deadline::from_now()).await;

    start(dir.path()).await.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn a_command_beside_the_server_joins_its_database() {
    let dir = data_dir();
    let server = start(dir.path()).await;
    note(&store::connect(server.connect_options()).await.unwrap()).await;

    let command = EmbeddedPostgres::join_or_start(dir.path(), &runtime()).await.unwrap();
    let pool = store::connect(command.connect_options()).await.unwrap();
    assert_eq!(noted(&pool).await.unwrap(), "kept");
    command.stop(Deadline::from_now()).await;
    assert!(is_alive(postmaster(dir.path())), "the command's end stopped the server's database");
    server.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn a_killed_postgres_is_started_again_and_the_pool_goes_on() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    note(&pool).await;

    kill_process(postmaster(dir.path()), Signal::KILL).unwrap();
    eventually(|| async { noted(&pool).await.is_ok_and(|said| said == "kept") }).await;
    pool.close().await;
    postgres.stop(Deadline::from_now()).await;
}

/// The Postgres that a killed server leaves behind is one that nobody holds and that still runs: it
/// is made by starting one without a server.
#[tokio::test]
async fn a_postgres_that_a_killed_server_left_behind_is_stopped_first() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    note(&store::connect(postgres.connect_options()).await.unwrap()).await;
    let program = fs::read_link(format!("/proc/{}/exe", postmaster(dir.path()).as_raw_nonzero())).unwrap();
    let options = postgres.connect_options();
    postgres.stop(Deadline::from_now()).await;
    let mut left = start_without_a_server(dir.path(), &program);
    eventually(|| async { PgConnection::connect_with(&options).await.is_ok() }).await;

    let postgres = start(dir.path()).await;
    assert!(left.wait().unwrap().success(), "it was not stopped the gentle way");
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    assert_eq!(noted(&pool).await.unwrap(), "kept");
    postgres.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn a_stale_note_with_the_number_of_another_program_is_no_hindrance() {
    let dir = data_dir();
    start(dir.path()).await.stop(Deadline::from_now()).await;
    let note = dir.path().join("postgres/18/postmaster.pid");
    fs::write(&note, format!("{}\n{}\n", std::process::id(), dir.path().display())).unwrap();

    start(dir.path()).await.stop(Deadline::from_now()).await;
}

#[tokio::test]
async fn a_cluster_that_was_left_half_made_is_made_anew() {
    let dir = data_dir();
    start(dir.path()).await.stop(Deadline::from_now()).await;
    let (whole, unfinished) = (dir.path().join("postgres/18"), dir.path().join("postgres/18.new"));
    fs::rename(&whole, &unfinished).unwrap();
    fs::remove_file(unfinished.join("global/pg_control")).unwrap();

    start(dir.path()).await.stop(Deadline::from_now()).await;
    assert!(whole.exists() && !unfinished.exists());
}

#[tokio::test]
async fn a_folder_whose_path_is_too_long_for_a_socket_works_all_the_same() {
    let dir = data_dir();
    let deep = dir.path().join("d".repeat(120));
    let postgres = start(&deep).await;
    PgConnection::connect_with(&postgres.connect_options()).await.unwrap();
    let socket_dir = postgres.connect_options().get_socket().unwrap().clone();
    postgres.stop(Deadline::from_now()).await;
    fs::remove_dir(socket_dir).unwrap();
}

#[tokio::test]
async fn a_folder_closed_to_the_lent_user_keeps_its_database_elsewhere() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let dir = data_dir_of_mode(0o700);
    let postgres = start(dir.path()).await;
    note(&store::connect(postgres.connect_options()).await.unwrap()).await;
    let pointer = fs::read_to_string(dir.path().join("postgres.path")).unwrap();
    postgres.stop(Deadline::from_now()).await;

    let postgres = start(dir.path()).await;
    let pool = store::connect(postgres.connect_options()).await.unwrap();
    assert_eq!(noted(&pool).await.unwrap(), "kept");
    postgres.stop(Deadline::from_now()).await;
    fs::remove_dir_all(pointer.trim()).unwrap();
}

#[tokio::test]
async fn a_broken_database_is_reported_with_what_postgres_says() {
    let dir = data_dir();
    start(dir.path()).await.stop(Deadline::from_now()).await;
    fs::remove_file(dir.path().join("postgres/18/global/pg_control")).unwrap();
    let error = EmbeddedPostgres::start(dir.path(), &runtime()).await.unwrap_err().to_string();
    assert!(error.contains("pg_control"), "{error}");
}

#[tokio::test]
async fn an_outside_database_that_cannot_be_reached_is_named_without_its_password() {
    let options = "postgres://footnote:s3cret@127.0.0.1:1/answers".parse().unwrap();
    let error = format!("{:#}", store::connect(options).await.unwrap_err());
    assert!(error.contains("the database answers at 127.0.0.1:1") && error.contains("refused"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn a_role_that_may_not_create_the_extension_is_told_what_its_administrator_can_do() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let mut owner = PgConnection::connect_with(&postgres.connect_options()).await.unwrap();
    sqlx::raw_sql("create role weak login").execute(&mut owner).await.unwrap();
    let options = postgres.connect_options().username("weak");
    let error = format!("{:#}", store::connect(options).await.unwrap_err());
    assert!(error.contains("let an administrator run `create extension vector`"), "{error}");
    postgres.stop(Deadline::from_now()).await;
}
