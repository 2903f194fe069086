//! How fast documents become searchable: a folder of Markdown and a few thousand abstracts through the
//! whole of ingestion; and what that costs those who search meanwhile.
//!
//! Needs `DATABASE_URL` at an empty database with its schema, as `make bench` has it, and the company
//! handbook and `SciFact`'s abstracts beside the project.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

mod beside;
mod source;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use app::document::{NewCollection, Visibility};
use server::{
    config::Config,
    ingest::{
        Ingest,
        accept::{self, Arrival},
        collections,
        name::FilePath,
        worker,
    },
    model,
    search::KeywordIndex,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use self::source::Named;

const LOOK_EVERY: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    let (Ok(url), true) = (std::env::var("DATABASE_URL"), source::are_there()) else {
        println!("Ingestion: skipped, DATABASE_URL, the handbook or SciFact is missing");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let config = Config::load().unwrap().with_own_library(data.path().to_owned());
    let db = PgPool::connect(&url).await.unwrap();
    gather_statistics(&db).await;
    let keyword = KeywordIndex::open(&config.index_dir()).unwrap();
    let embedder = model::embedder(&config).await.unwrap();
    let mut ingest = Ingest::open(&config, db.clone(), keyword.clone(), embedder.clone()).await.unwrap();
    ingest.parser_program = Some(env!("CARGO_BIN_EXE_footnote").into());

    println!(
        "{:<10} {:>6} {:>10} {:>9} {:>8} {:>12} {:>12} {:>26} {:>20}",
        "Ingestion of",
        "MB",
        "documents",
        "passages",
        "seconds",
        "documents/s",
        "passages/s",
        "CPU s here and in parsers",
        "of it in embedding"
    );
    let stop = CancellationToken::new();
    tell(&ingest, &config, "SciFact", source::scifact()).await;
    tell(&ingest, &config, "handbook", source::handbook()).await;

    let following = tokio::spawn(keyword.clone().follow(db.clone(), stop.clone()));
    let working = tokio::spawn(worker::run(ingest.clone(), config.workers, stop.clone()));
    beside::tell(&ingest, embedder, keyword).await;
    stop.cancel();
    following.await.unwrap();
    working.await.unwrap();
}

/// The Postgres of a test leaves its tables alone; one that serves gets to know them as they grow, and the
/// plans of its queries change with that.
async fn gather_statistics(db: &PgPool) {
    for statement in ["alter system set autovacuum = on", "select pg_reload_conf()"] {
        sqlx::raw_sql(statement).execute(db).await.unwrap();
    }
}

/// Prints how long it takes from files that wait to passages that are found, and where the time goes.
async fn tell(ingest: &Ingest, config: &Config, name: &str, files: Vec<Named>) {
    let bytes: usize = files.iter().map(|(_, content)| content.len()).sum();
    let done = Counts::of(&ingest.db).await;
    take_in(ingest, name, files).await;

    let stop = CancellationToken::new();
    let (started, before) = (Instant::now(), Cpu::now());
    let following = tokio::spawn(ingest.keyword.clone().follow(ingest.db.clone(), stop.clone()));
    let working = tokio::spawn(worker::run(ingest.clone(), config.workers, stop.clone()));
    while waiting(&ingest.db).await > 0 {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), Cpu::now().since(&before));
    stop.cancel();
    following.await.unwrap();
    working.await.unwrap();

    let all = Counts::of(&ingest.db).await;
    let (documents, passages) = (all.documents - done.documents, all.passages - done.passages);
    println!(
        "{name:<12} {:>6.1} {documents:>10} {passages:>9} {seconds:>8.1} {:>12.1} {:>12.1} {:>26.1} {:>18.0} %",
        bytes as f64 / 1e6,
        documents as f64 / seconds,
        passages as f64 / seconds,
        cpu.all,
        100.0 * cpu.embedding / cpu.all
    );
}

/// What is searchable.
struct Counts {
    documents: i64,
    passages: i64,
}

impl Counts {
    async fn of(db: &PgPool) -> Self {
        Self {
            documents: count(db, "document where current_version_id is not null").await,
            passages: count(db, "embedding").await,
        }
    }
}

/// How many documents aren't done.
async fn waiting(db: &PgPool) -> i64 {
    count(db, "document_version where status in ('queued', 'processing')").await
}

/// Accepts files into a new collection.
async fn take_in(ingest: &Ingest, name: &str, files: Vec<Named>) {
    let new =
        NewCollection { name: name.into(), description: String::new(), visibility: Visibility::Restricted };
    let collection = collections::create(&ingest.db, &new).await.unwrap();
    let mut arrivals = Vec::new();
    for (name, content) in files {
        let content = futures::stream::iter([std::io::Result::Ok(content)]);
        let original = ingest.blobs.receive(content, u64::MAX).await.unwrap();
        arrivals.push(Arrival::file(FilePath::parse(&name), original).await);
    }
    accept::accept(&ingest.db, &ingest.blobs, collection, arrivals).await.unwrap();
}

async fn count(db: &PgPool, of: &str) -> i64 {
    sqlx::query_scalar(&format!("select count(*) from {of}")).fetch_one(db).await.unwrap()
}

/// CPU time so far, in seconds.
struct Cpu {
    /// Of this process and of the parsers that have ended.
    all: f64,
    /// Of the threads that embed.
    embedding: f64,
}

impl Cpu {
    fn now() -> Self {
        let [user, system, parsers_user, parsers_system] = times(Path::new("/proc/self/stat"));
        let threads = fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
        let embedding = threads.filter(|thread| {
            fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.starts_with("embed-"))
        });
        Self {
            all: user + system + parsers_user + parsers_system,
            embedding: embedding
                .map(|thread| times(&thread.path().join("stat"))[..2].iter().sum::<f64>())
                .sum(),
        }
    }

    fn since(self, before: &Self) -> Self {
        Self { all: self.all - before.all, embedding: self.embedding - before.embedding }
    }
}

/// `utime`, `stime`, `cutime` and `cstime` of a `stat` file (proc(5)), in seconds.
fn times(stat: &Path) -> [f64; 4] {
    // Linux counts in hundredths on every architecture that Footnote runs on.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string(stat).unwrap();
    // The program's name may hold blanks; it ends with the last bracket, and the state follows.
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap() + 2..].split(' ').collect();
    [11, 12, 13, 14].map(|place| fields[place].parse::<f64>().unwrap() / TICKS_A_SECOND)
}
