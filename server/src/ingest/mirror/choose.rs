//! Which folder a collection follows, as admins choose it. They may choose only at or below the
//! folders that who runs the server has named: an admin of the site may not read the whole disk.

use std::path::{Path, PathBuf};

use anyhow::Context;
use app::{
    error::AppError,
    folder::{FollowedFolder, Following},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::Result;

/// Whether the collection follows a folder, and which it may.
pub(in crate::ingest) async fn load(db: &PgPool, collection: Uuid, allowed: &[PathBuf]) -> Result<Following> {
    let allowed = allowed.iter().map(|folder| folder.display().to_string()).collect();
    Ok(Following { folder: select(db, collection).await?, allowed })
}

/// Makes the collection follow a folder from now on, in the place of one that it followed before.
/// What was taken in of that one stays.
pub(in crate::ingest) async fn follow(
    db: &PgPool,
    collection: Uuid,
    path: &str,
    allowed: &[PathBuf],
) -> Result<()> {
    let root = resolve(Path::new(path), allowed).await?;
    let root = root.to_str().ok_or_else(|| AppError::invalid("path", "The folder's name isn't Unicode."))?;
    let mut tx = db.begin().await?;
    lock_followable(&mut tx, collection).await?;
    sqlx::query!(
        r#"delete from followed_folder where collection_id = $1 and by_server and path <> $2"#,
        collection,
        root,
    )
    .execute(&mut *tx)
    .await
    .context("could not stop following a folder")?;
    sqlx::query!(
        r#"
        insert into followed_folder (id, collection_id, path, by_server) values ($1, $2, $3, true)
        on conflict (collection_id, path) do update set by_server = true
        "#,
        Uuid::now_v7(),
        collection,
        root,
    )
    .execute(&mut *tx)
    .await
    .context("could not follow a folder")?;
    Ok(tx.commit().await?)
}

/// Stops following. What was taken in stays.
pub(in crate::ingest) async fn unfollow(db: &PgPool, collection: Uuid) -> Result<()> {
    sqlx::query!(r#"delete from followed_folder where collection_id = $1 and by_server"#, collection)
        .execute(db)
        .await
        .context("could not stop following a folder")?;
    Ok(())
}

/// The folder without symbolic links, where it is at or below one of the allowed.
pub(super) async fn resolve(path: &Path, allowed: &[PathBuf]) -> Result<PathBuf, AppError> {
    let refuse = |message: &str| AppError::invalid("path", message);
    if allowed.is_empty() {
        return Err(refuse("No folder may be followed: who runs the server sets FOOTNOTE_FOLLOW_DIRS."));
    }
    // The same words for what doesn't exist and what isn't allowed: the disk is none of an admin's
    // business.
    let not_allowed = || refuse("This is no folder at or below one that FOOTNOTE_FOLLOW_DIRS names.");
    if !path.is_absolute() {
        return Err(not_allowed());
    }
    let root = tokio::fs::canonicalize(path).await.map_err(|_| not_allowed())?;
    for folder in allowed {
        let is_inside = tokio::fs::canonicalize(folder).await.is_ok_and(|folder| root.starts_with(folder));
        if is_inside && tokio::fs::metadata(&root).await.is_ok_and(|found| found.is_dir()) {
            return Ok(root);
        }
    }
    Err(not_allowed())
}

async fn lock_followable(db: &mut sqlx::PgConnection, collection: Uuid) -> Result<()> {
    let is_guide =
        sqlx::query_scalar!(r#"select is_guide from collection where id = $1 for no key update"#, collection)
            .fetch_optional(db)
            .await?
            .ok_or(AppError::NotFound)?;
    if is_guide {
        return Err(AppError::conflict("The guide follows the product and no folder.").into());
    }
    Ok(())
}

async fn select(db: &PgPool, collection: Uuid) -> Result<Option<FollowedFolder>> {
    let row = sqlx::query!(
        r#"
        select path, looked_at, problem,
               (
                 select count(*) from followed_file where followed_file.folder_id = followed_folder.id
               ) as "files!"
        from followed_folder
        where collection_id = $1 and by_server
        "#,
        collection,
    )
    .fetch_optional(db)
    .await
    .context("could not see which folder a collection follows")?;
    Ok(row.map(|row| FollowedFolder {
        path: row.path,
        files: row.files,
        looked_at: row.looked_at.map(Into::into),
        problem: row.problem,
    }))
}
