//! How long a search takes, by mode, size of the library and share of it that the reader may see,
//! beside a bare query of Tantivy and of pgvector; and how long a new document takes to be searchable.
//!
//! Passages are of made-up words whose frequencies fall off as those of a language do, and vectors
//! are sums of their words'. Needs `DATABASE_URL` at an empty database with its schema, as
//! `make bench` has it. Where `FOOTNOTE_BENCH_EXPORT` names a folder, passages, vectors and queries are
//! written there, for the same work to be timed elsewhere.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use app::search::{SearchMode, SearchQuery};
use async_trait::async_trait;
use pgvector::HalfVector;
use server::{
    model::{Embedder, EmbeddingModel},
    search::{
        KeywordIndex, SearchService,
        vector::{create_vector_index, drop_vector_index},
    },
};
use sqlx::PgPool;
use tantivy::{
    Index, Term,
    collector::TopDocs,
    query::{BooleanQuery, Occur, Query, TermQuery},
    schema::IndexRecordOption,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PASSAGES: [usize; 2] = [10_000, 100_000];
/// How many are written at a time.
const BATCH: usize = 5_000;
const WORDS_A_PASSAGE: usize = 120;
const VOCABULARY: usize = 20_000;
const DIMENSIONS: usize = 384;
const SEARCHES: usize = 200;
/// How many candidates each of the two searches puts up, here and in the bare queries.
const CANDIDATES: usize = 100;
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("Search: skipped, DATABASE_URL is not set");
        return;
    };
    let db = PgPool::connect(&url).await.unwrap();
    let (everything, one_percent) = add_readers(&db).await;
    let embedder: Arc<dyn Embedder> = Arc::new(WordSums::new());
    let model = add_model(&db, embedder.model().unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let keyword = KeywordIndex::open(folder.path()).unwrap();
    let shutdown = CancellationToken::new();
    let follower = tokio::spawn(keyword.clone().follow(db.clone(), shutdown.clone()));
    let service = SearchService::new(db.clone(), embedder.clone(), keyword.clone());

    println!(
        "Milliseconds of a search, without the embedding of its query (ratio to the first line's median)\n"
    );
    println!("{:>8} {:>9} {:<13} {:>16} {:>16}", "passages", "permitted", "search", "median", "95 of 100");
    let mut table = Table::default();
    let mut passages = 0;
    for size in PASSAGES {
        drop_vector_index(&mut db.acquire().await.unwrap(), model).await.unwrap();
        let mut seq = 0;
        while passages < size {
            let next = (passages + BATCH).min(size);
            seq = add_passages(&db, &*embedder, model, passages..next).await;
            passages = next;
        }
        create_vector_index(&db, model, DIMENSIONS as i32).await.unwrap();
        assert!(keyword.wait_for(seq, PATIENCE).await, "the index fell behind");
        sqlx::query("vacuum analyze").execute(&db).await.unwrap();
        table.add(size, "100 %", "bare Tantivy", tantivy_times(&folder.path().join("current")));
        table.add(size, "100 %", "bare pgvector", pgvector_times(&db, model).await);
        for (reader, permitted) in [(everything, "100 %"), (one_percent, "1 %")] {
            for mode in [SearchMode::Lexical, SearchMode::Semantic, SearchMode::Hybrid] {
                let name = format!("{mode:?}").to_lowercase();
                table.add(size, permitted, &name, search_times(&service, reader, mode).await);
            }
        }
    }
    if let Some(folder) = std::env::var_os("FOOTNOTE_BENCH_EXPORT") {
        export(Path::new(&folder), passages);
    }

    let seq = add_passages(&db, &*embedder, model, passages..passages + 1).await;
    let stored = Instant::now();
    assert!(keyword.wait_for(seq, PATIENCE).await, "the index fell behind");
    println!(
        "\nA new document is searchable {:.0} ms after it is stored",
        stored.elapsed().as_secs_f64() * 1e3
    );
    shutdown.cancel();
    follower.await.unwrap();
}

/// The lines of the table, each beside the first.
#[derive(Default)]
struct Table {
    baseline: Option<f64>,
}

impl Table {
    fn add(&mut self, size: usize, permitted: &str, name: &str, mut times: Vec<f64>) {
        times.sort_by(f64::total_cmp);
        let baseline = *self.baseline.get_or_insert(times[SEARCHES / 2]);
        let cell = |time: f64| format!("{time:.2} ({:.1}x)", time / baseline);
        let (median, late) = (cell(times[SEARCHES / 2]), cell(times[SEARCHES * 95 / 100]));
        println!("{size:>8} {permitted:>9} {name:<13} {median:>16} {late:>16}");
    }
}

/// What is asked: a few words, rare ones and frequent ones.
fn question(number: usize) -> String {
    (0..5).map(|place| word(&(number, place, "query"))).collect::<Vec<_>>().join(" ")
}

async fn search_times(service: &SearchService, reader: Uuid, mode: SearchMode) -> Vec<f64> {
    let mut times = Vec::new();
    for number in 0..SEARCHES {
        let query = SearchQuery { q: question(number), mode, limit: 10, ..SearchQuery::default() };
        let took = service.search(reader, &query).await.unwrap().took_ms;
        times.push(took.total - took.embed);
    }
    times
}

/// Any of the words in the passages, with nothing read but the numbers of the best.
fn tantivy_times(index: &Path) -> Vec<f64> {
    let index = Index::open_in_dir(index).unwrap();
    let body = index.schema().get_field("body").unwrap();
    let searcher = index.reader().unwrap().searcher();
    let time = |number| {
        let words = question(number);
        let clauses = words.split(' ').map(|word| {
            let term = Term::from_field_text(body, word);
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>)
        });
        let query = BooleanQuery::new(clauses.collect());
        let started = Instant::now();
        searcher.search(&query, &TopDocs::with_limit(CANDIDATES).order_by_score()).unwrap();
        started.elapsed().as_secs_f64() * 1e3
    };
    (0..SEARCHES).map(time).collect()
}

/// The nearest by the vectors' index, as pgvector walks it by default.
async fn pgvector_times(db: &PgPool, model: i16) -> Vec<f64> {
    let mut connection = db.acquire().await.unwrap();
    sqlx::query(&format!("set hnsw.ef_search = {CANDIDATES}")).execute(&mut *connection).await.unwrap();
    let nearest = format!(
        "select chunk_id from embedding where model_id = {model}
         order by vector::halfvec({DIMENSIONS}) <#> $1 limit {CANDIDATES}"
    );
    let mut times = Vec::new();
    for number in 0..SEARCHES {
        let vector = HalfVector::from_f32_slice(&WordSums::vector(&question(number)));
        let started = Instant::now();
        let found = sqlx::query(&nearest).bind(vector).fetch_all(&mut *connection).await.unwrap();
        assert_eq!(found.len(), CANDIDATES);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    sqlx::query("reset hnsw.ef_search").execute(&mut *connection).await.unwrap();
    times
}

/// Writes what was searched: a passage and a query a line, and the vectors as 32-bit floats.
fn export(folder: &Path, passages: usize) {
    let vectors = |texts: &[String]| -> Vec<u8> {
        texts.iter().flat_map(|text| WordSums::vector(text)).flat_map(f32::to_le_bytes).collect()
    };
    let passages: Vec<String> = (0..passages).map(passage).collect();
    let questions: Vec<String> = (0..SEARCHES).map(question).collect();
    for (name, texts) in [("passages", passages), ("questions", questions)] {
        fs::write(folder.join(name).with_extension("txt"), texts.join("\n")).unwrap();
        fs::write(folder.join(name).with_extension("f32"), vectors(&texts)).unwrap();
    }
}

fn passage(number: usize) -> String {
    (0..WORDS_A_PASSAGE).map(|place| word(&(number, place))).collect::<Vec<_>>().join(" ")
}

/// A word of the vocabulary, the frequent ones often: the same for the same seed.
fn word(seed: &impl Hash) -> String {
    let uniform = hashed(seed) as f64 / u64::MAX as f64;
    format!("w{}", (VOCABULARY as f64).powf(uniform) as usize)
}

fn hashed(seed: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    hasher.finish()
}

/// An admin, who reads everything, and somebody who reads one passage in a hundred.
async fn add_readers(db: &PgPool) -> (Uuid, Uuid) {
    let (admin, employee) = (Uuid::now_v7(), Uuid::now_v7());
    for statement in [
        format!(
            "insert into account (id, email, role) values ('{admin}', 'a', 'admin'), ('{employee}', 'b', 'employee')"
        ),
        "insert into collection (id, name, visibility)
         values (gen_random_uuid(), 'large', 'restricted'), (gen_random_uuid(), 'small', 'everyone')"
            .to_owned(),
        "insert into blob (sha256, size_bytes) values ('', 0)".to_owned(),
    ] {
        sqlx::query(&statement).execute(db).await.unwrap();
    }
    (admin, employee)
}

async fn add_model(db: &PgPool, model: &EmbeddingModel) -> i16 {
    let insert = "insert into embedding_model (name, mode, dimensions, state)
        values ($1, $2, $3, 'active') returning id";
    let id = sqlx::query_scalar(insert)
        .bind(&model.name)
        .bind(&model.mode)
        .bind(DIMENSIONS as i32)
        .fetch_one(db)
        .await
        .unwrap();
    create_vector_index(db, id, DIMENSIONS as i32).await.unwrap();
    id
}

/// Publishes documents of one passage each; gives the number of the last change.
async fn add_passages(
    db: &PgPool,
    embedder: &dyn Embedder,
    model: i16,
    numbers: std::ops::Range<usize>,
) -> i64 {
    let collections: Vec<_> =
        numbers.clone().map(|number| if number % 100 == 0 { "small" } else { "large" }).collect();
    let texts: Vec<_> = numbers.map(passage).collect();
    let vectors = embedder.embed_passages(texts.clone()).await.unwrap();
    let vectors: Vec<_> = vectors.iter().map(|vector| HalfVector::from_f32_slice(vector)).collect();
    let publish = "
        with passage as materialized (
            select gen_random_uuid() as document_id, gen_random_uuid() as version_id, gen_random_uuid() as chunk_id,
                collection.id as collection_id, text, vector
            from unnest($1::text[], $2::halfvec[], $3::text[]) as new (text, vector, name)
            join collection using (name)
        ),
        document as (
            insert into document (id, collection_id, title, filename)
            select document_id, collection_id, 'Document', '' from passage
        ),
        version as (
            insert into document_version (id, document_id, number, sha256, media_type, size_bytes, status)
            select version_id, document_id, 1, '', 'text/plain', 0, 'ready' from passage
        ),
        chunk as (
            insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
                char_start, char_end, token_count, language)
            select chunk_id, version_id, document_id, collection_id, 0, '{}', text, 0, 0, 0, 'en' from passage
        )
        insert into embedding (chunk_id, model_id, collection_id, vector)
        select chunk_id, $4, collection_id, vector from passage";
    let mut transaction = db.begin().await.unwrap();
    sqlx::query(publish)
        .bind(&texts)
        .bind(&vectors)
        .bind(&collections)
        .bind(model)
        .execute(&mut *transaction)
        .await
        .unwrap();
    let point = "update document set current_version_id = document_version.id from document_version
        where document_version.document_id = document.id and document.current_version_id is null
        returning push_index_change('publish', document.id, document_version.id)";
    let changes: Vec<i64> = sqlx::query_scalar(point).fetch_all(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    changes.into_iter().max().unwrap()
}

/// Stands for a model: each word has a direction of its own, a text that of their sum.
struct WordSums(EmbeddingModel);

impl WordSums {
    fn new() -> Self {
        Self(EmbeddingModel { name: "word sums".into(), mode: "fp32".into(), dimensions: DIMENSIONS as u32 })
    }

    fn vector(text: &str) -> Vec<f32> {
        let mut vector = vec![0.0; DIMENSIONS];
        for word in text.split(' ') {
            let mut bits = hashed(&word);
            for (dimension, x) in vector.iter_mut().enumerate() {
                if dimension % 64 == 0 {
                    bits = hashed(&bits);
                }
                *x += if bits >> (dimension % 64) & 1 == 1 { 1.0 } else { -1.0 };
            }
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter().map(|x| x / length).collect()
    }
}

#[async_trait]
impl Embedder for WordSums {
    fn model(&self) -> Option<&EmbeddingModel> {
        Some(&self.0)
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        Ok(Self::vector(text))
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|text| Self::vector(text)).collect())
    }
}
