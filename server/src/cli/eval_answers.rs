//! `footnote eval-answers`: how good the answers are, and how well sentences are checked.

use std::path::{Path, PathBuf};

use anyhow::Context;
use app::document::{NewCollection, Visibility};
use clap::Args;
use sqlx::PgPool;
use tokio_util::{io::ReaderStream, sync::CancellationToken};
use uuid::Uuid;

use super::{
    database::with_database,
    eval::{arrivals, reader, take_in},
    work::Work,
};
use crate::{
    answer::{AnswerService, Running},
    config::Config,
    eval::{
        answers::{Evaluation, Lines},
        corpus,
    },
    ingest::{Ingest, accept::Arrival, collections, name::FilePath},
    model::{self, catalogue::Catalogue},
    search::{KeywordIndex, SearchService, VectorMemory},
    store::blobs::Refused,
};

/// Measure the answers on sets of questions whose answers are known. The documents are ingested
/// once, into the data folder: name one of its own.
#[derive(Args)]
pub(super) struct EvalAnswersCommand {
    /// Holds the sets `squad2_dev`, `handbook_sourcegraph`, `northwind` and scifact, each in a folder.
    data: PathBuf,
    /// Ask only every so many of a set's questions.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Keep what the estimates are made of in a file, for `tools/calibrate`.
    #[arg(long)]
    signs: Option<PathBuf>,
    /// Keep what the check of sentences is made of in a file, for `tools/calibrate`.
    #[arg(long)]
    sentence_signs: Option<PathBuf>,
    /// Keep the handbook's questions that weren't answered well in a file, with what was answered.
    #[arg(long)]
    misses: Option<PathBuf>,
    /// Measure nothing else.
    #[arg(long)]
    only: Option<Part>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// How well the sentences that their passages don't carry are found.
    Sentences,
    /// The handbook's own questions.
    Handbook,
    /// Questions that the documents can't know of.
    Others,
    /// `SQuAD` 2.0's questions, with and without an answer.
    Squad,
}

pub(super) async fn run(command: EvalAnswersCommand, config: &Config) -> anyhow::Result<()> {
    with_database(config, async |db: PgPool| {
        let keyword = KeywordIndex::open(&config.index_dir())?;
        let embedder = model::embedder(config).await?;
        let ingest = Ingest::open(config, db.clone(), keyword.clone(), embedder.clone()).await?;
        let work = Work::start(ingest.clone(), config.workers);
        let vectors = VectorMemory::new(config.vectors_in_memory);
        vectors.catch_up(&db).await?;
        let search = SearchService::new(db.clone(), embedder.clone(), keyword, vectors);
        let models = model::models(config, embedder.clone())?;
        let catalogue = Catalogue::open(config, db.clone(), models).await?;
        let running = Running::new(Uuid::now_v7(), config.answers_per_person, CancellationToken::new());
        let mut evaluation = Evaluation {
            answers: AnswerService::new(db.clone(), search, embedder.clone(), catalogue, running),
            embedder,
            reader: reader(&db).await?,
            every: command.every.max(1),
            signs: Lines::default(),
            sentence_signs: Lines::default(),
            misses: Lines::default(),
        };
        let measured = measure(&mut evaluation, &ingest, &command).await;
        work.stop().await;
        measured?;
        for (path, lines) in [
            (&command.signs, &evaluation.signs),
            (&command.sentence_signs, &evaluation.sentence_signs),
            (&command.misses, &evaluation.misses),
        ] {
            if let Some(path) = path {
                lines.save(path)?;
            }
        }
        Ok(())
    })
    .await
}

async fn measure(
    evaluation: &mut Evaluation,
    ingest: &Ingest,
    command: &EvalAnswersCommand,
) -> anyhow::Result<()> {
    let data = command.data.as_path();
    let is_wanted = |part: Part| command.only.is_none_or(|only| only == part);
    let (scifact, handbook) = (data.join("scifact"), data.join("handbook_sourcegraph"));
    if is_wanted(Part::Sentences) {
        print!("{}", evaluation.sentences(&scifact, &handbook).await?);
    }
    if is_wanted(Part::Handbook) {
        let collection = bring_in(ingest, "handbook_sourcegraph", data).await?;
        print!("{}", evaluation.handbook(&handbook, collection).await?);
    }
    if is_wanted(Part::Others) {
        let collection = bring_in(ingest, "handbook_sourcegraph", data).await?;
        print!("{}", evaluation.other_field("claims to the handbook", &scifact, collection, 1).await?);
        let (squad, collection) = (data.join("squad2_dev"), bring_in(ingest, "northwind", data).await?);
        print!("{}", evaluation.other_field("SQuAD to Northwind", &squad, collection, 10).await?);
    }
    if is_wanted(Part::Squad) {
        let collection = bring_in(ingest, "squad2_dev", data).await?;
        print!("{}", evaluation.squad(&data.join("squad2_dev"), collection).await?);
    }
    Ok(())
}

/// The collection of a set, whose documents are taken in where they aren't there yet.
async fn bring_in(ingest: &Ingest, name: &str, data: &Path) -> anyhow::Result<Uuid> {
    let found = sqlx::query_scalar!(r#"select id from collection where name = $1"#, name)
        .fetch_optional(&ingest.db)
        .await
        .context("could not look for the collection")?;
    let collection = match found {
        Some(id) => id,
        None => {
            let new = NewCollection {
                name: name.to_owned(),
                description: String::new(),
                visibility: Visibility::Everyone,
            };
            collections::create(&ingest.db, &new).await?
        }
    };
    take_in(ingest, collection, documents(ingest, &data.join(name)).await?).await?;
    Ok(collection)
}

/// The documents of `corpus.jsonl`, or the files of `files`.
async fn documents(ingest: &Ingest, folder: &Path) -> anyhow::Result<Vec<Arrival>> {
    if folder.join("corpus.jsonl").exists() {
        return arrivals(ingest, corpus(folder)?).await;
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join("files")).context("could not list the files")? {
        let path = entry?.path();
        let file = tokio::fs::File::open(&path).await.context("could not open a file")?;
        let original = ingest.blobs.receive(ReaderStream::new(file), u64::MAX).await;
        let original = original.map_err(|refused| match refused {
            Refused::Interrupted(error) => error.into(),
            Refused::NotStored(error) => anyhow::Error::from(error),
            Refused::TooLarge => anyhow::anyhow!("a file is too large"),
        })?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push(Arrival::file(FilePath::parse(&name), original).await);
    }
    Ok(files)
}
