//! How long we keep a reader waiting besides the model, and how many answers stream at once.
//!
//! The model is an endpoint in this process that says its sentences at a known pace. Passages are
//! of made-up words; one of them answers. Needs `DATABASE_URL` at an empty database with its
//! schema, as `make bench` has it, and the embedding model.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

mod endpoint;
#[path = "../../tests/it/common/publish.rs"]
mod publish;
mod reader;
mod shelf;
mod table;

use std::{fs, time::Duration};

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use self::{
    endpoint::{Endpoint, THINKING},
    reader::ask,
    shelf::Shelf,
    table::Times,
};

const PASSAGES: usize = 20_000;
const QUESTIONS: usize = 200;
const AT_ONCE: usize = 300;
/// So many answers one person may have written at once.
const A_PERSON: usize = 4;
/// Between the model's words in the crowd.
const PACE: Duration = Duration::from_millis(100);
/// Of an answer in the crowd.
const SENTENCES: usize = 12;

#[tokio::main]
async fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("Answers: skipped, DATABASE_URL is not set");
        return;
    };
    let endpoint = Endpoint::start().await;
    let stop = CancellationToken::new();
    let shelf = Shelf::open(&url, &endpoint, stop.clone()).await;
    shelf.fill(PASSAGES).await;
    let tokens = shelf.tokens(AT_ONCE / A_PERSON).await;
    one_by_one(&shelf, &tokens, &endpoint).await;
    at_once(&shelf, &tokens, &endpoint).await;
    stop.cancel();
}

async fn one_by_one(shelf: &Shelf, tokens: &[String], endpoint: &Endpoint) {
    println!("What is added to the model's own time, of {QUESTIONS} questions on {PASSAGES} passages\n");
    endpoint.say(1, Duration::ZERO);
    let mut times = Times::default();
    for number in 0..QUESTIONS {
        times.add(ask(&shelf.router, &tokens[number % tokens.len()], number, endpoint).await);
    }
    times.print();
}

async fn at_once(shelf: &Shelf, tokens: &[String], endpoint: &Endpoint) {
    println!(
        "\n{AT_ONCE} answers at once, {SENTENCES} sentences each, the first word after {} ms, another every {}\n",
        THINKING.as_millis(),
        PACE.as_millis()
    );
    endpoint.say(SENTENCES, PACE);
    let before = resident();
    let watching = tokio::spawn(most_resident());
    let asked = (0..AT_ONCE).map(|number| ask(&shelf.router, &tokens[number / A_PERSON], number, endpoint));
    let outcomes = join_all(asked).await;
    watching.abort();
    let mut times = Times::default();
    outcomes.into_iter().for_each(|outcome| times.add(outcome));
    let failed = times.failed;
    times.print();
    let held = MOST.load(std::sync::atomic::Ordering::Relaxed).saturating_sub(before);
    println!("\n{failed} failed; {:.0} KB of memory an answer", held as f64 / AT_ONCE as f64);
}

/// In kilobytes.
static MOST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// Notes the most that this process holds, until it is aborted.
async fn most_resident() {
    loop {
        MOST.fetch_max(resident(), std::sync::atomic::Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What this process holds in memory, in kilobytes.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
