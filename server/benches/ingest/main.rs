//! How fast documents become searchable: a folder of Markdown through the whole of ingestion; and
//! what that costs those who search meanwhile.
//!
//! Needs `DATABASE_URL` at an empty database with its schema, as `make bench` has it, and the company
//! handbook beside the project.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

mod beside;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use app::document::{NewCollection, Visibility};
use bytes::Bytes;
use futures::StreamExt;
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
use tokio_util::{io::ReaderStream, sync::CancellationToken};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/handbook_sourcegraph/files");
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() {
    let (Ok(url), true) = (std::env::var("DATABASE_URL"), Path::new(FOLDER).exists()) else {
        println!("Ingestion: skipped, DATABASE_URL or the handbook is missing");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let config = Config::load().unwrap().with_own_library(data.path().to_owned());
    let db = PgPool::connect(&url).await.unwrap();
    let keyword = KeywordIndex::open(&config.index_dir()).unwrap();
    let embedder = model::embedder(&config).await.unwrap();
    let mut ingest = Ingest::open(&config, db.clone(), keyword.clone(), embedder.clone()).await.unwrap();
    ingest.parser_program = Some(env!("CARGO_BIN_EXE_footnote").into());
    let bytes = take_in(&ingest, "Handbook", "").await;

    let stop = CancellationToken::new();
    let (started, before) = (Instant::now(), Cpu::now());
    let following = tokio::spawn(keyword.clone().follow(db.clone(), stop.clone()));
    let working = tokio::spawn(worker::run(ingest.clone(), config.workers, stop.clone()));
    while waiting(&db).await > 0 {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), Cpu::now().since(&before));

    let documents = count(&db, "document where current_version_id is not null").await as f64;
    let chunks = count(&db, "embedding").await as f64;
    println!(
        "Ingestion of a handbook in Markdown: {documents} documents, {:.1} MB, {chunks} passages\n",
        bytes as f64 / 1e6
    );
    println!(
        "{:>8} {:>12} {:>12} {:>26} {:>20}",
        "seconds", "documents/s", "passages/s", "CPU s here and in parsers", "of it in embedding"
    );
    println!(
        "{seconds:>8.1} {:>12.1} {:>12.1} {:>26.1} {:>18.0} %",
        documents / seconds,
        chunks / seconds,
        cpu.all,
        100.0 * cpu.embedding / cpu.all
    );

    beside::tell(&ingest, embedder, keyword).await;
    stop.cancel();
    following.await.unwrap();
    working.await.unwrap();
}

/// How many documents aren't done.
async fn waiting(db: &PgPool) -> i64 {
    count(db, "document_version where status in ('queued', 'processing')").await
}

/// Accepts every file of the folder into a new collection, each with `ending` behind it; gives their
/// size.
async fn take_in(ingest: &Ingest, name: &str, ending: &'static str) -> usize {
    let new =
        NewCollection { name: name.into(), description: String::new(), visibility: Visibility::Restricted };
    let collection = collections::create(&ingest.db, &new).await.unwrap();
    let mut arrivals = Vec::new();
    let mut bytes = 0;
    for path in files(Path::new(FOLDER)) {
        bytes += fs::metadata(&path).unwrap().len();
        let file = tokio::fs::File::open(&path).await.unwrap();
        let ending = futures::stream::iter([Ok(Bytes::from_static(ending.as_bytes()))]);
        let file = ReaderStream::new(file).chain(ending);
        let original = ingest.blobs.receive(file, u64::MAX).await.unwrap();
        let name = path.strip_prefix(FOLDER).unwrap().to_string_lossy().into_owned();
        arrivals.push(Arrival::file(FilePath::parse(&name), original).await);
    }
    accept::accept(&ingest.db, &ingest.blobs, collection, arrivals).await.unwrap();
    bytes as usize
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
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
