//! Looking for orphans and damage: what Postgres, the originals on disk and the keyword index say of
//! one another must agree.

use std::{collections::BTreeSet, fmt, path::Path};

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    search::KeywordIndex,
    store::blobs::{Blobs, Hash, hex},
};

/// Something that isn't as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    /// Ids or hashes of what is concerned.
    pub of: Vec<String>,
}

/// What may be wrong. Each says in words what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    MissingOriginal,
    DamagedOriginal,
    UnusedOriginal,
    StrayOriginal,
    UnfinishedDeletion,
    OrphanedPassage,
    MissingVector,
    DamagedIndex,
    MissingFromIndex,
    StrayInIndex,
}

impl FindingKind {
    fn in_words(self) -> &'static str {
        match self {
            Self::MissingOriginal => "originals are missing on disk: restore them from a backup",
            Self::DamagedOriginal => "originals are not what was uploaded: restore them from a backup",
            Self::UnusedOriginal => "originals belong to no document",
            Self::StrayOriginal => "files among the originals are known to nobody",
            Self::UnfinishedDeletion => "deletions are not finished: they go on when the server runs",
            Self::OrphanedPassage => "passages belong to no version that is in use",
            Self::MissingVector => "passages have no vector: they are found by their words alone",
            Self::DamagedIndex => "keyword index is damaged or missing: run `footnote reindex`",
            Self::MissingFromIndex => "passages are missing from the keyword index: run `footnote reindex`",
            Self::StrayInIndex => "entries of the keyword index belong to no passage: run `footnote reindex`",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        write!(f, "{} {}", self.of.len(), self.kind.in_words())?;
        for one in self.of.iter().take(SHOWN) {
            write!(f, "\n    {one}")?;
        }
        match self.of.len().checked_sub(SHOWN) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "\n    and {more} more"),
        }
    }
}

/// Looks everywhere; nothing is changed. What the server is at just now is no finding.
///
/// # Errors
/// Where the database or the disk can't be read.
pub async fn audit(db: &PgPool, blobs: &Blobs, index: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut note = |kind, of: Vec<String>| {
        if !of.is_empty() {
            findings.push(Finding { kind, of });
        }
    };

    let on_disk: BTreeSet<Hash> = blobs.list().await?.into_iter().collect();
    let known = known_originals(db).await?;
    note(FindingKind::MissingOriginal, names(known.difference(&on_disk)));
    note(FindingKind::StrayOriginal, names(on_disk.difference(&known)));
    note(FindingKind::DamagedOriginal, names(&damaged(blobs, on_disk.intersection(&known)).await?));
    note(FindingKind::UnusedOriginal, names(&unused_originals(db).await?));
    note(FindingKind::UnfinishedDeletion, ids(unfinished_deletions(db).await?));
    note(FindingKind::OrphanedPassage, ids(orphaned_chunks(db).await?));
    note(FindingKind::MissingVector, ids(chunks_without_vector(db).await?));

    let (live, coming) = chunks_to_index(db).await?;
    match KeywordIndex::contents(index).await {
        Ok(contents) => {
            note(FindingKind::MissingFromIndex, ids(live.difference(&contents.chunks)));
            let stray = contents.chunks.difference(&live).filter(|chunk| !coming.contains(chunk));
            note(FindingKind::StrayInIndex, ids(stray));
        }
        Err(error) => note(FindingKind::DamagedIndex, vec![format!("{error:#}")]),
    }
    Ok(findings)
}

async fn damaged(blobs: &Blobs, originals: impl Iterator<Item = &Hash>) -> anyhow::Result<Vec<Hash>> {
    let mut damaged = Vec::new();
    for hash in originals {
        if !blobs.is_intact(hash).await? {
            damaged.push(*hash);
        }
    }
    Ok(damaged)
}

fn names<'a>(hashes: impl IntoIterator<Item = &'a Hash>) -> Vec<String> {
    hashes.into_iter().map(|hash| hex(hash)).collect()
}

fn ids(ids: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

async fn known_originals(db: &PgPool) -> anyhow::Result<BTreeSet<Hash>> {
    let hashes = sqlx::query_scalar!(r#"select sha256 from blob"#)
        .fetch_all(db)
        .await
        .context("could not list the originals")?;
    Ok(hashes.into_iter().filter_map(|hash| Hash::try_from(hash).ok()).collect())
}

async fn unused_originals(db: &PgPool) -> anyhow::Result<Vec<Hash>> {
    let hashes = sqlx::query_scalar!(
        r#"
        select sha256 from blob
        where not exists(select from document_version where document_version.sha256 = blob.sha256)
        "#
    )
    .fetch_all(db)
    .await
    .context("could not list unused originals")?;
    Ok(hashes.into_iter().filter_map(|hash| Hash::try_from(hash).ok()).collect())
}

async fn unfinished_deletions(db: &PgPool) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(r#"select id from document where deleted_at < now() - interval '1 minute'"#)
        .fetch_all(db)
        .await
        .context("could not list unfinished deletions")
}

async fn orphaned_chunks(db: &PgPool) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select chunk.id
        from chunk
        join document on document.id = chunk.document_id
        join document_version on document_version.id = chunk.version_id
        where document.current_version_id is distinct from chunk.version_id
          and document_version.status not in ('queued', 'processing')
        "#
    )
    .fetch_all(db)
    .await
    .context("could not list orphaned passages")
}

async fn chunks_without_vector(db: &PgPool) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select chunk.id
        from chunk
        join document on document.current_version_id = chunk.version_id
        join embedding_model on embedding_model.state = 'active'
        where document.deleted_at is null
          and not exists(
            select from embedding
            where embedding.chunk_id = chunk.id and embedding.model_id = embedding_model.id
          )
        "#
    )
    .fetch_all(db)
    .await
    .context("could not list passages without a vector")
}

/// The passages that must be in the index, and those that may be there already.
async fn chunks_to_index(db: &PgPool) -> anyhow::Result<(BTreeSet<Uuid>, BTreeSet<Uuid>)> {
    let chunks = sqlx::query!(
        r#"
        select chunk.id, document.current_version_id is not distinct from chunk.version_id as "is_live!"
        from indexed_version
        join chunk on chunk.version_id = indexed_version.id
        join document on document.id = indexed_version.document_id
        "#
    )
    .fetch_all(db)
    .await
    .context("could not list the passages")?;
    let (live, coming) =
        chunks.into_iter().map(|chunk| (chunk.id, chunk.is_live)).partition::<Vec<_>, _>(|it| it.1);
    let ids = |chunks: Vec<(Uuid, bool)>| chunks.into_iter().map(|(id, _)| id).collect();
    Ok((ids(live), ids(coming)))
}
