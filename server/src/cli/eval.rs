//! `footnote eval`: how good the search is on a folder of documents and questions.
//!
//! The documents are ingested once, into a library of their own in the cache, so that the statistics
//! of their words are not those of other documents too; later runs only search.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use app::{
    account::{NewUser, Role},
    document::{NewCollection, Visibility},
};
use bytes::Bytes;
use clap::Args;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    database::with_database,
    work::{Work, await_processed},
};
use crate::{
    account::{AccountService, Email},
    config::Config,
    eval::{CorpusDocument, QuestionSet, Run, corpus, write_features},
    ingest::{
        Ingest,
        accept::{self, Arrival},
        chunk, collections, text_lines,
    },
    model,
    search::{KeywordIndex, SearchService, VectorMemory},
};

/// The one who asks the questions, and reads everything.
const READER: &str = "eval@footnote.invalid";
/// How long the keyword index may take to be built from nothing.
const INDEX_PATIENCE: Duration = Duration::from_secs(600);

/// Measure the search on a folder of documents and questions with known answers.
#[derive(Args)]
pub(super) struct EvalCommand {
    /// Holds corpus.jsonl, queries.jsonl and qrels.tsv, as the sets of the BEIR benchmark do.
    folder: PathBuf,
    /// Ask other questions of the folder: those of `train_queries.jsonl`, say, where this is "train".
    #[arg(long)]
    split: Option<String>,
    /// Keep the run in a file, to compare a later one with it.
    #[arg(long)]
    save: Option<PathBuf>,
    /// Compare with a run that was kept.
    #[arg(long)]
    against: Option<PathBuf>,
    /// Instead of measuring, write what the ranker sees of each question to a file, to train it with.
    #[arg(long)]
    features: Option<PathBuf>,
}

pub(super) async fn run(command: EvalCommand, config: Config) -> anyhow::Result<()> {
    let folder = command.folder.canonicalize().context("could not find the folder")?;
    let set = QuestionSet::read(&folder, command.split.as_deref())?;
    let earlier = command.against.as_deref().map(Run::load).transpose()?;
    let config = config.with_own_library(library_dir(&folder)?);

    let Some(run) = with_database(&config, async |db: PgPool| {
        let keyword = KeywordIndex::open(&config.index_dir())?;
        let embedder = model::embedder(&config).await?;
        let ingest = Ingest::open(&config, db.clone(), keyword.clone(), embedder.clone()).await?;
        let work = Work::start(ingest.clone(), config.workers);
        let brought_in = bring_in(&ingest, corpus(&folder)?).await;
        work.stop().await;
        let collection = brought_in?;
        let reader = reader(&db).await?;
        let vectors = VectorMemory::new(config.vectors_in_memory);
        vectors.catch_up(&db).await?;
        let search = SearchService::new(db, embedder, keyword, vectors);
        match &command.features {
            Some(path) => write_features(&search, reader, &[collection], &set, path).await.map(|()| None),
            None => Run::of(&search, reader, &[collection], &set).await.map(Some),
        }
    })
    .await?
    else {
        return Ok(());
    };

    println!("{}: {} questions", folder.display(), run.outcomes.len());
    print!("{}", run.report(earlier.as_ref()));
    if let Some(path) = &command.save {
        run.save(path)?;
    }
    Ok(())
}

/// Where a folder's documents are kept once they are ingested: in one place for each way of doing it.
fn library_dir(folder: &Path) -> anyhow::Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME says where the cache is")?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let hash = Sha256::digest(format!("{} {}", folder.display(), chunk::FORM));
    let short: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let dir = cache.join("footnote/eval").join(format!("{name}-{short}"));
    std::fs::create_dir_all(&dir).with_context(|| format!("could not make {}", dir.display()))?;
    Ok(dir)
}

/// Sees that every document is searched as it is now; gives the collection that holds them. What
/// was brought in before is left as it is.
async fn bring_in(ingest: &Ingest, documents: Vec<CorpusDocument>) -> anyhow::Result<Uuid> {
    let collection = collection(&ingest.db).await?;
    let arrivals = arrivals(ingest, documents).await?;
    take_in(ingest, collection, arrivals).await?;
    Ok(collection)
}

/// A set's documents, under the names that it gives them.
pub(super) async fn arrivals(
    ingest: &Ingest,
    documents: Vec<CorpusDocument>,
) -> anyhow::Result<Vec<Arrival>> {
    let lines = documents.into_iter().map(|CorpusDocument { id, title, text }| {
        let line = serde_json::json!({ "external_id": id, "title": title, "text": text });
        Ok::<_, std::convert::Infallible>(Bytes::from(format!("{line}\n")))
    });
    Ok(text_lines::read(&ingest.blobs, futures::stream::iter(lines)).await?)
}

/// Takes documents in, and waits until they can be searched.
pub(super) async fn take_in(ingest: &Ingest, collection: Uuid, arrivals: Vec<Arrival>) -> anyhow::Result<()> {
    let accepted = accept::accept(&ingest.db, &ingest.blobs, collection, arrivals).await?;
    let ids: Vec<Uuid> = accepted.into_iter().map(|document| document.document_id).collect();
    await_processed(&ingest.db, &ids).await?;
    let last = last_change(&ingest.db).await?;
    ensure!(
        ingest.keyword.wait_for(last, INDEX_PATIENCE).await,
        "the keyword index could not be built in time"
    );
    Ok(())
}

async fn collection(db: &PgPool) -> anyhow::Result<Uuid> {
    let found = sqlx::query_scalar!(r#"select id from collection"#)
        .fetch_optional(db)
        .await
        .context("could not look for the collection")?;
    if let Some(id) = found {
        return Ok(id);
    }
    let new = NewCollection {
        name: "Evaluation".to_owned(),
        description: String::new(),
        visibility: Visibility::Restricted,
    };
    Ok(collections::create(db, &new).await?)
}

pub(super) async fn reader(db: &PgPool) -> anyhow::Result<Uuid> {
    let accounts = AccountService::new(db.clone());
    if let Some(user) = accounts.user_by_email(&Email::parse(READER)?).await? {
        return Ok(user.id);
    }
    let new = NewUser { email: READER.to_owned(), role: Role::Admin, password: None };
    Ok(accounts.add_user(new).await?.id)
}

async fn last_change(db: &PgPool) -> anyhow::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from index_change"#)
        .fetch_one(db)
        .await
        .context("could not read the last change")
}
