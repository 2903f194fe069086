//! From an upload to searchable chunks: [`accept`] takes documents in and enqueues them,
//! [`worker`] claims and [`process`] reads, cuts, embeds and publishes them. [`library`] is what
//! people see of it all.

pub mod accept;
mod archive;
mod benches;
pub mod chunk;
pub mod collections;
mod delete;
mod documents;
pub mod embedding;
mod gauges;
pub mod guide;
mod index_change;
mod library;
pub(crate) mod likeness;
pub mod mirror;
pub mod name;
pub mod news;
pub mod parse;
mod process;
mod progress;
pub mod queue;
mod text;
pub mod text_lines;
mod view;
pub mod worker;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Context;
use sqlx::PgPool;

pub use self::library::LibraryService;
use self::{embedding::Registered, news::News, parse::Ocr, queue::Queue};
use crate::{
    config::Config,
    error::Result,
    model::Embedder,
    search::KeywordIndex,
    store::{self, blobs::Blobs},
};

/// Counts the word pieces of a text as the embedding model does.
pub type CountTokens = Arc<dyn Fn(&str) -> usize + Send + Sync>;

/// All that documents need on their way to being searched. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    pub db: PgPool,
    pub blobs: Blobs,
    pub queue: Queue,
    pub news: News,
    pub keyword: KeywordIndex,
    pub embedder: Arc<dyn Embedder>,
    pub registered: Registered,
    pub count_tokens: CountTokens,
    /// The largest file that is taken in, in bytes.
    pub largest_file: u64,
    /// How many workers are at work here.
    working: Arc<AtomicUsize>,
    /// The PDF library.
    pub pdfium: Arc<Path>,
    /// The text recognition program, where one is installed.
    pub ocr: Option<Arc<Ocr>>,
    /// The `footnote` program that parses in a child process; this very one where `None`.
    pub parser_program: Option<PathBuf>,
}

impl Ingest {
    /// Opens the originals in the data folder, which this process has to itself, and makes the
    /// embedding model known.
    pub async fn open(
        config: &Config,
        db: PgPool,
        keyword: KeywordIndex,
        embedder: Arc<dyn Embedder>,
    ) -> Result<Self> {
        let blobs = Blobs::open(&config.data_dir).await?.limited(config.collection_limit_bytes);
        blobs.forget_incoming().await?;
        let instance = store::instance(&config.data_dir).await?;
        let ingest = Self {
            queue: Queue::new(db.clone(), instance),
            news: News::default(),
            db,
            blobs,
            keyword,
            embedder,
            registered: Registered::default(),
            count_tokens: token_counter(config.runtime.model()).await?,
            largest_file: config.upload_limit_bytes,
            working: Arc::default(),
            pdfium: config.runtime.pdfium().into(),
            ocr: Ocr::find().await.map(Arc::new),
            parser_program: None,
        };
        if ingest.embedder.model().is_some() {
            ingest.embedding_model().await?;
        }
        Ok(ingest)
    }
}

impl Ingest {
    /// Whether anybody here works on what is taken in.
    pub fn is_working(&self) -> bool {
        self.working.load(Ordering::Relaxed) > 0
    }
}

/// The local model's tokenizer counts for endpoints too: passages stay the same whoever embeds.
async fn token_counter(model: PathBuf) -> anyhow::Result<CountTokens> {
    let tokenizer = tokio::task::spawn_blocking(move || minilm::Tokenizer::load(&model)).await?;
    let tokenizer = tokenizer.context("could not load the tokenizer")?;
    Ok(Arc::new(move |text| tokenizer.count(text)))
}
