//! `footnote import`: files and folders into a collection, and a wait until they can be searched.

mod watch;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use app::document::{NewCollection, Visibility};
use clap::Args;
use sqlx::PgPool;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::{
    database::with_database,
    work::{Work, await_processed, progress_bar},
};
use crate::{
    config::Config,
    ingest::{
        Ingest,
        accept::{self, Arrival},
        collections,
        mirror::walk::shown_entries,
        name::FilePath,
    },
    model,
    search::KeywordIndex,
    store::blobs::{Blobs, Refused},
};

/// Put files and folders into a collection, and wait until they can be searched; or keep the
/// collection in step with them.
#[derive(Args)]
pub(super) struct ImportCommand {
    /// The collection's name. One that doesn't exist is made.
    #[arg(long)]
    collection: String,
    /// Who may read a collection that is made: everyone, or restricted to admins until somebody
    /// is granted it.
    #[arg(long, default_value = "restricted")]
    visibility: Visibility,
    /// Keep the collection in step with the folders until stopped: files that are new, changed,
    /// renamed or removed there are so in the collection.
    #[arg(long)]
    watch: bool,
    /// How many seconds lie between two looks at a watched folder.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

pub(super) async fn run(command: ImportCommand, config: &Config) -> anyhow::Result<()> {
    let (files, missing) = if command.watch { Default::default() } else { find_files(&command.paths)? };
    with_database(config, async |db: PgPool| {
        let collection = find_or_create_collection(&db, &command).await?;
        let work = work_unless_served(config, &db).await?;
        let done = match command.watch {
            true => watch::watch(config, &db, collection, &command).await,
            false => import(config, &db, collection, files, missing).await.and_then(Imported::report),
        };
        if let Some(work) = work {
            work.stop().await;
        }
        done
    })
    .await
}

/// A file to import, and where it stands in what was named.
struct Found {
    file: PathBuf,
    path: FilePath,
}

/// What could not be imported, and why.
type Failure = (String, String);

/// What came of it all.
struct Imported {
    documents: usize,
    failed: Vec<Failure>,
}

impl Imported {
    fn report(self) -> anyhow::Result<()> {
        for (name, reason) in &self.failed {
            eprintln!("{name}: {reason}");
        }
        println!("{} of {} files can be searched.", self.documents - self.failed.len(), self.documents);
        if self.failed.is_empty() { Ok(()) } else { bail!("{} files failed", self.failed.len()) }
    }
}

/// The named files, and all files below the named folders. As in an upload from a browser, hidden
/// ones are left out, and a folder's name begins the paths below it. Beside them what was named and
/// isn't there: that keeps nothing else from being taken in.
fn find_files(paths: &[PathBuf]) -> anyhow::Result<(Vec<Found>, Vec<Failure>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for named in paths {
        let root = match named.canonicalize() {
            Ok(root) => root,
            Err(error) => {
                missing.push((named.display().to_string(), format!("could not be found: {error}")));
                continue;
            }
        };
        let above = root.parent().unwrap_or(Path::new("/"));
        for entry in shown_entries(&root) {
            let entry = entry.with_context(|| format!("could not read {}", named.display()))?;
            if entry.file_type().is_file() {
                let relative = entry.path().strip_prefix(above).unwrap_or(entry.path());
                let path = FilePath::parse(&relative.to_string_lossy());
                found.push(Found { file: entry.path().to_owned(), path });
            }
        }
    }
    if found.is_empty() && missing.is_empty() {
        bail!("there are no files to import");
    }
    Ok((found, missing))
}

async fn import(
    config: &Config,
    db: &PgPool,
    collection: Uuid,
    files: Vec<Found>,
    missing: Vec<Failure>,
) -> anyhow::Result<Imported> {
    let blobs = Blobs::open(&config.data_dir).await?.limited(config.collection_limit_bytes);
    let mut imported = Imported { documents: files.len() + missing.len(), failed: missing };
    let mut documents = Vec::new();
    let bar = progress_bar("Taking in", files.len());
    for found in files {
        bar.inc(1);
        match take_in(config, db, &blobs, collection, &found).await? {
            Ok(document) => documents.push(document),
            Err(reason) => imported.failed.push((found.file.display().to_string(), reason)),
        }
    }
    bar.finish_and_clear();
    documents.sort();
    documents.dedup();
    await_processed(db, &documents).await?;
    imported.failed.extend(failures(db, &documents).await?);
    Ok(imported)
}

/// The inner error is about this file alone.
async fn take_in(
    config: &Config,
    db: &PgPool,
    blobs: &Blobs,
    collection: Uuid,
    found: &Found,
) -> anyhow::Result<Result<Uuid, String>> {
    let file = match tokio::fs::File::open(&found.file).await {
        Ok(file) => file,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let original = match blobs.receive(ReaderStream::new(file), config.upload_limit_bytes).await {
        Ok(original) => original,
        Err(Refused::TooLarge) => return Ok(Err("it is larger than FOOTNOTE_UPLOAD_LIMIT_MB allows".into())),
        Err(Refused::Interrupted(error)) => return Ok(Err(error.to_string())),
        Err(Refused::NotStored(error)) => return Err(error.into()),
    };
    let arrival = Arrival::file(found.path.clone(), original).await;
    let accepted = accept::accept(db, blobs, collection, vec![arrival]).await?;
    let accepted = accepted.into_iter().next().context("nothing was accepted")?;
    Ok(Ok(accepted.document_id))
}

/// A running server has the keyword index, and does the work itself.
async fn work_unless_served(config: &Config, db: &PgPool) -> anyhow::Result<Option<Work>> {
    let Some(keyword) = KeywordIndex::open_if_free(&config.index_dir())? else { return Ok(None) };
    let embedder = model::embedder(config).await?;
    let ingest = Ingest::open(config, db.clone(), keyword, embedder).await?;
    Ok(Some(Work::start(ingest, config.workers)))
}

async fn find_or_create_collection(db: &PgPool, command: &ImportCommand) -> anyhow::Result<Uuid> {
    let found = sqlx::query_scalar!(r#"select id from collection where name = $1"#, command.collection)
        .fetch_optional(db)
        .await
        .context("could not look for the collection")?;
    if let Some(id) = found {
        return Ok(id);
    }
    let new = NewCollection {
        name: command.collection.clone(),
        description: String::new(),
        visibility: command.visibility,
    };
    Ok(collections::create(db, &new).await?)
}

async fn failures(db: &PgPool, documents: &[Uuid]) -> anyhow::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"
        select document.folder, document.filename, newest.error_detail
        from document
        cross join lateral (
            select status, error_detail from document_version
            where document_id = document.id
            order by number desc
            limit 1
        ) as newest
        where document.id = any($1) and newest.status = 'failed'
        order by document.folder, document.filename
        "#,
        documents,
    )
    .fetch_all(db)
    .await
    .context("could not see which documents failed")?;
    let name = |folder: String, filename| match folder.as_str() {
        "" => filename,
        _ => format!("{folder}/{filename}"),
    };
    Ok(rows
        .into_iter()
        .map(|row| (name(row.folder, row.filename), row.error_detail.unwrap_or_default()))
        .collect())
}
