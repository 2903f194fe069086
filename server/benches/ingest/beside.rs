//! How late searches are answered while documents are taken in as fast as they can be.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use app::search::{SearchQuery, SearchTimes};
use server::{
    ingest::Ingest,
    model::Embedder,
    search::{KeywordIndex, SearchService, VectorMemory},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    source::{self, Named},
    take_in, waiting,
};

const QUESTIONS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/handbook_sourcegraph/queries.jsonl");
/// Between two searches of the one searcher.
const PAUSE: Duration = Duration::from_millis(20);
const SEARCHES: usize = 1_000;

/// Prints how late searches are answered on an idle machine, then the same beside the ingestion of
/// other files, and how much later that is.
pub(super) async fn tell(ingest: &Ingest, embedder: Arc<dyn Embedder>, keyword: KeywordIndex) {
    let stop = CancellationToken::new();
    let vectors = VectorMemory::new(usize::MAX);
    let following = tokio::spawn(vectors.clone().follow(ingest.db.clone(), stop.clone()));
    let service = SearchService::new(ingest.db.clone(), embedder, keyword, vectors);
    let (reader, questions) = (add_reader(ingest).await, questions());
    // The first few fill caches.
    search(&service, reader, &questions[..20], 40).await;
    let idle = search(&service, reader, &questions, SEARCHES).await;
    take_in(ingest, "The same again", another_edition()).await;
    let before = waiting(&ingest.db).await;
    let started = Instant::now();
    let busy = search(&service, reader, &questions, SEARCHES).await;
    let seconds = started.elapsed().as_secs_f64();
    let left = waiting(&ingest.db).await;
    stop.cancel();
    following.await.unwrap();

    println!("\nSearches with their embedding, one after the other, ms\n");
    println!("{:<24} {:>8} {:>12} {:>12}", "", "median", "95 of 100", "99 of 100");
    row("idle", &idle.whole);
    row("beside ingestion", &busy.whole);
    let ratio = |share| at(&busy.whole, share) / at(&idle.whole, share);
    println!("{:<24} {:>8.2} {:>12.2} {:>12.2}", "ratio", ratio(50), ratio(95), ratio(99));
    for (step, (idle, busy)) in Times::STEPS.iter().zip(idle.steps.iter().zip(&busy.steps)) {
        row(&format!("{step}, idle"), idle);
        row(&format!("{step}, beside"), busy);
    }
    println!(
        "\n{} documents were taken in beside {SEARCHES} searches in {seconds:.0} s; {left} were left",
        before - left
    );
}

/// The handbook with a sentence more on each page, so that all of it is new.
fn another_edition() -> Vec<Named> {
    let mut pages = source::handbook();
    for (_, content) in &mut pages {
        *content = [&content[..], b"\n\nAnother edition.\n"].concat().into();
    }
    pages
}

/// How long searches took, shortest first, in milliseconds.
#[derive(Default)]
struct Times {
    whole: Vec<f64>,
    steps: [Vec<f64>; 4],
}

impl Times {
    /// The two searches go on side by side, each after what it needs.
    const STEPS: [&str; 4] = ["embedding", "words", "meaning", "reading and ranking"];

    fn add(&mut self, asked: Instant, steps: &SearchTimes) {
        self.whole.push(asked.elapsed().as_secs_f64() * 1e3);
        let took = [steps.embed, steps.lexical, steps.semantic, steps.fuse];
        for (times, took) in self.steps.iter_mut().zip(took) {
            times.push(took);
        }
    }

    fn sort(&mut self) {
        for times in self.steps.iter_mut().chain([&mut self.whole]) {
            times.sort_by(f64::total_cmp);
        }
    }
}

async fn search(service: &SearchService, reader: Uuid, questions: &[String], searches: usize) -> Times {
    let mut times = Times::default();
    for question in questions.iter().cycle().take(searches) {
        let query = SearchQuery { q: question.clone(), limit: 10, ..SearchQuery::default() };
        let asked = Instant::now();
        let found = service.search(reader, &query).await.unwrap();
        times.add(asked, &found.took_ms);
        tokio::time::sleep(PAUSE).await;
    }
    times.sort();
    times
}

fn row(name: &str, times: &[f64]) {
    println!("{name:<24} {:>8.1} {:>12.1} {:>12.1}", at(times, 50), at(times, 95), at(times, 99));
}

fn at(times: &[f64], share: usize) -> f64 {
    times[times.len() * share / 100]
}

fn questions() -> Vec<String> {
    let lines = fs::read_to_string(Path::new(QUESTIONS)).unwrap();
    let text = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned()
    };
    lines.lines().map(text).collect()
}

/// An admin, who reads everything.
async fn add_reader(ingest: &Ingest) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query("insert into account (id, email, role) values ($1, $2, 'admin')")
        .bind(id)
        .bind(id.to_string())
        .execute(&ingest.db)
        .await
        .unwrap();
    id
}
