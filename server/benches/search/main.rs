//! How long a search takes, by mode, size of the library and share of it that the reader may see,
//! beside a bare query of Tantivy and of pgvector; how many of the nearest it finds; how it bears many
//! searchers at once; and how long a new document takes to be searchable.
//!
//! Passages are of made-up words whose frequencies fall off as those of a language do. Their vectors are
//! synthetic: those of real paragraphs (`SQuAD` 2.0's), each with noise of its own. Questions are of
//! made-up words as well, with the vectors of real questions. Needs `DATABASE_URL` at an empty database
//! with its schema, as `make bench` has it, the paragraphs beside the project, and the embedding model.
//!
//! `FOOTNOTE_BENCH_PASSAGES` names other sizes than 10,000 and 100,000, such as `1000000`, for which
//! `FOOTNOTE_BENCH_POSTGRES=no` leaves the search by meaning in Postgres out; `FOOTNOTE_BENCH_SECONDS` how long many search at once. Where `FOOTNOTE_BENCH_EXPORT` names a folder,
//! passages, vectors and queries are written there, for the same work to be timed elsewhere.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

mod bare;
mod library;
mod many;
mod recall;
mod synthetic;
mod table;

use std::{path::Path, sync::Arc, time::Instant};

use app::search::{SearchMode, SearchQuery};
use server::{config::Config, model, search::SearchService, store::pool};
use uuid::Uuid;

use self::{
    library::{Library, Share},
    synthetic::{Synthetic, question},
    table::{Table, at},
};

const SEARCHES: usize = 200;
/// How many candidates each of the two searches puts up, here and in the bare queries.
const CANDIDATES: usize = 100;

#[tokio::main]
async fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("Search: skipped, DATABASE_URL is not set");
        return;
    };
    if !Path::new(synthetic::PARAGRAPHS).exists() {
        println!("Search: skipped, SQuAD 2.0's paragraphs are missing beside the project");
        return;
    }
    let db = pool(url.parse().unwrap());
    let real = model::embedder(&Config::load().unwrap()).await.unwrap();
    let synthetic = Arc::new(Synthetic::around(real).await);
    let with_postgres = std::env::var("FOOTNOTE_BENCH_POSTGRES").as_deref() != Ok("no");
    let mut library = Library::new(db, synthetic.clone(), with_postgres).await;

    let mut table = Table::new();
    for size in sizes() {
        library.grow_to(size).await;
        library.tell();
        table.head();
        table.add(size, "100 %", "bare Tantivy", bare::tantivy_times(&library.index_dir()));
        if with_postgres {
            table.add(size, "100 %", "bare pgvector", bare::pgvector_times(&library, &synthetic).await);
        }
        let held = library.service();
        synthetic.embed_questions(false);
        for (share, reader) in [(Share::All, library.admin), (Share::OneIn100, library.readers[1][0])] {
            for mode in [SearchMode::Lexical, SearchMode::Semantic, SearchMode::Hybrid] {
                let name = format!("{mode:?}").to_lowercase();
                table.add(size, share.name(), &name, times(&held, reader, mode).await);
            }
        }
        if let Some(in_postgres) = library.service_without_memory() {
            let semantic = times(&in_postgres, library.admin, SearchMode::Semantic).await;
            table.add(size, "100 %", "from Postgres", semantic);
        }

        tell_steps(&held, library.admin).await;

        synthetic.embed_questions(true);
        let hybrid = times(&held, library.admin, SearchMode::Hybrid).await;
        table.add(size, "100 %", "and embedding", hybrid);
        recall::tell(&library, &synthetic).await;
        many::tell(&held, library.admin).await;
    }
    if let Some(folder) = std::env::var_os("FOOTNOTE_BENCH_EXPORT") {
        bare::export(Path::new(&folder), &synthetic, library.passages).await;
    }

    let stored = Instant::now();
    library.grow_to(library.passages + 1).await;
    println!(
        "\nA new document is searchable {:.0} ms after it is stored",
        stored.elapsed().as_secs_f64() * 1e3
    );
    library.close().await;
}

/// Prints what the time of a search by both goes into.
async fn tell_steps(service: &SearchService, reader: Uuid) {
    let mut steps = [const { Vec::new() }; 3];
    for number in 0..SEARCHES {
        let query = SearchQuery { q: question(number), limit: 10, ..SearchQuery::default() };
        let took = service.search(reader, &query).await.unwrap().took_ms;
        for (step, took) in steps.iter_mut().zip([took.lexical, took.semantic, took.fuse]) {
            step.push(took);
        }
    }
    let [words, meaning, ranking] = steps.map(|step| at(&step, 50));
    println!(
        "\nMedians of the steps of both: by words {words:.2}, beside it by meaning {meaning:.2}, \
         reading and ranking {ranking:.2}"
    );
}

fn sizes() -> Vec<usize> {
    let named = std::env::var("FOOTNOTE_BENCH_PASSAGES").unwrap_or("10000,100000".to_owned());
    named.split(',').map(|size| size.trim().parse().unwrap()).collect()
}

async fn times(service: &SearchService, reader: Uuid, mode: SearchMode) -> Vec<f64> {
    let mut times = Vec::new();
    for number in 0..SEARCHES {
        let query = SearchQuery { q: question(number), mode, limit: 10, ..SearchQuery::default() };
        times.push(service.search(reader, &query).await.unwrap().took_ms.total);
    }
    times
}
