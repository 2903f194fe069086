//! Many searchers at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use app::search::SearchQuery;
use server::search::SearchService;
use uuid::Uuid;

use super::{
    SEARCHES,
    synthetic::question,
    table::{at, memory},
};

const SEARCHERS: usize = 32;

/// Prints how many searches a second are answered, and how late, while all search without a pause.
pub(crate) async fn tell(service: &SearchService, reader: Uuid) {
    let seconds = std::env::var("FOOTNOTE_BENCH_SECONDS").map_or(60, |seconds| seconds.parse().unwrap());
    let (errors, next) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (before, started) = (memory(), Instant::now());
    let until = started + Duration::from_secs(seconds);
    let searchers: Vec<_> = (0..SEARCHERS)
        .map(|_| tokio::spawn(search(service.clone(), reader, next.clone(), errors.clone(), until)))
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds / 2)).await;
    let halfway = memory();
    let mut times = Vec::new();
    for searcher in searchers {
        times.extend(searcher.await.unwrap());
    }
    println!(
        "\n{SEARCHERS} searchers at once, embedding included, for {seconds} s: {:.0} searches a second, \
         median {:.0} ms, 99 of 100 {:.0} ms, {} errors; {before:.0} MB before, {halfway:.0} halfway, {:.0} after",
        times.len() as f64 / started.elapsed().as_secs_f64(),
        at(&times, 50),
        at(&times, 99),
        errors.load(Ordering::Relaxed),
        memory()
    );
}

async fn search(
    service: SearchService,
    reader: Uuid,
    next: Arc<AtomicUsize>,
    errors: Arc<AtomicUsize>,
    until: Instant,
) -> Vec<f64> {
    let mut times = Vec::new();
    while Instant::now() < until {
        let number = next.fetch_add(1, Ordering::Relaxed) % SEARCHES;
        let query = SearchQuery { q: question(number), limit: 10, ..SearchQuery::default() };
        let asked = Instant::now();
        if service.search(reader, &query).await.is_err() {
            errors.fetch_add(1, Ordering::Relaxed);
        }
        times.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    times
}
