//! Giving a document another place and name, as its file has.

use anyhow::Context;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    error::Result,
    ingest::{index_change, name::FilePath, parse::kind},
};

/// Renames a document. A title that was made of the file's name follows it; one that stands in the
/// document stays. Nothing is parsed or embedded again.
pub(super) async fn rename(db: &PgPool, document: Uuid, to: &FilePath) -> Result<()> {
    let mut tx = db.begin().await?;
    let before = sqlx::query!(
        r#"
        select folder, filename, current_version_id from document
        where id = $1 and deleted_at is null
        for no key update
        "#,
        document,
    )
    .fetch_optional(&mut *tx)
    .await
    .context("could not look for a document to rename")?;
    let Some(before) = before else { return Ok(()) };
    let from = FilePath { folder: before.folder, filename: before.filename };
    move_to(&mut tx, document, &from, to).await?;
    let (old, new) = (kind::title_from_name(&from.filename), kind::title_from_name(&to.filename));
    if let (Some(old), Some(new)) = (old, new)
        && old != new
    {
        retitle(&mut tx, document, &old, &new).await?;
    }
    // Where it lies is searched as well.
    if let Some(version) = before.current_version_id {
        index_change::publish(&mut tx, document, version).await?;
    }
    Ok(tx.commit().await?)
}

/// Of an archive the files move along.
async fn move_to(db: &mut PgConnection, document: Uuid, from: &FilePath, to: &FilePath) -> Result<()> {
    sqlx::query!(
        r#"update document set folder = $2, filename = $3, updated_at = now() where id = $1"#,
        document,
        to.folder,
        to.filename,
    )
    .execute(&mut *db)
    .await
    .context("could not rename a document")?;
    sqlx::query!(
        r#"
        update document as member
        set folder = $3 || substr(member.folder, length($2) + 1)
        where member.parent_id = $1
        "#,
        document,
        from.to_string(),
        to.to_string(),
    )
    .execute(db)
    .await
    .context("could not rename the files of an archive")?;
    Ok(())
}

/// Where the document had the title `from`.
async fn retitle(db: &mut PgConnection, document: Uuid, from: &str, to: &str) -> Result<()> {
    sqlx::query!(r#"update document set title = $3 where id = $1 and title = $2"#, document, from, to)
        .execute(&mut *db)
        .await
        .context("could not give a document another title")?;
    sqlx::query!(
        r#"update document_version set title = $3 where document_id = $1 and title = $2"#,
        document,
        from,
        to,
    )
    .execute(db)
    .await
    .context("could not give a version another title")?;
    Ok(())
}
