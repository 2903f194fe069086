//! What is noted of the files of a followed folder.

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    plan::Known,
    walk::{File, Stamp},
};
use crate::error::Result;

pub(super) async fn known(db: &PgPool, folder: Uuid) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"
        select file.path, file.size_bytes, file.modified_ns, document.id as "document?",
               newest.sha256 as "hash?"
        from followed_file as file
        left join document on document.id = file.document_id and document.deleted_at is null
        left join lateral (
            select sha256 from document_version
            where document_version.document_id = document.id
            order by number desc
            limit 1
        ) as newest on true
        where file.folder_id = $1
        "#,
        folder,
    )
    .fetch_all(db)
    .await
    .context("could not see what was taken in of a folder")?;
    let known = |path, size, modified_ns, document, hash| Known {
        path,
        stamp: Stamp { size, modified_ns },
        document,
        hash,
    };
    Ok(rows
        .into_iter()
        .map(|row| known(row.path, row.size_bytes, row.modified_ns, row.document, row.hash))
        .collect())
}

pub(super) async fn remember(db: &PgPool, folder: Uuid, file: &File, document: Uuid) -> Result<()> {
    sqlx::query!(
        r#"
        insert into followed_file (folder_id, path, size_bytes, modified_ns, document_id)
        values ($1, $2, $3, $4, $5)
        on conflict (folder_id, path) do update
        set size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns,
            document_id = excluded.document_id
        "#,
        folder,
        file.path,
        file.stamp.size,
        file.stamp.modified_ns,
        document,
    )
    .execute(db)
    .await
    .context("could not note a file")?;
    Ok(())
}

pub(super) async fn forget(db: &PgPool, folder: Uuid, path: &str) -> Result<()> {
    sqlx::query!(r#"delete from followed_file where folder_id = $1 and path = $2"#, folder, path)
        .execute(db)
        .await
        .context("could not forget a file")?;
    Ok(())
}

pub(super) async fn forget_others(db: &PgPool, folder: Uuid, path: &str, document: Uuid) -> Result<()> {
    sqlx::query!(
        r#"delete from followed_file where folder_id = $1 and path <> $2 and document_id = $3"#,
        folder,
        path,
        document,
    )
    .execute(db)
    .await
    .context("could not forget the copies of a file")?;
    Ok(())
}

/// Where a document's content lies besides at one path.
pub(super) enum Elsewhere {
    /// At this path of the same folder.
    Here(String),
    InAnotherFolder,
}

pub(super) async fn elsewhere(
    db: &PgPool,
    folder: Uuid,
    path: &str,
    document: Uuid,
) -> Result<Option<Elsewhere>> {
    let other = sqlx::query!(
        r#"
        select folder_id, path from followed_file
        where document_id = $3 and (folder_id, path) <> ($1, $2)
        order by folder_id <> $1, path
        limit 1
        "#,
        folder,
        path,
        document,
    )
    .fetch_optional(db)
    .await
    .context("could not see whether a document has other files")?;
    Ok(other.map(|other| match other.folder_id == folder {
        true => Elsewhere::Here(other.path),
        false => Elsewhere::InAnotherFolder,
    }))
}
