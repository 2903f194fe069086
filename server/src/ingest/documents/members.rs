//! The files of an archive.

use anyhow::Context;
use app::document::{Document, Member};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{error::Result, ingest::name::FilePath};

struct Row {
    id: Uuid,
    folder: String,
    filename: String,
    status: String,
    error_detail: Option<String>,
}

/// By their paths in it; of any other document, none. Who may read an archive may read its files.
pub(in crate::ingest) async fn members(db: &PgPool, document: &Document) -> Result<Vec<Member>> {
    if !document.is_archive() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        Row,
        r#"
        select member.id, member.folder, member.filename, newest.status, newest.error_detail
        from document as member
        cross join lateral (
            select status, error_detail from document_version
            where document_id = member.id
            order by number desc
            limit 1
        ) as newest
        where member.parent_id = $1 and member.deleted_at is null
        order by member.folder, member.filename, member.id
        "#,
        document.id,
    )
    .fetch_all(db)
    .await
    .context("could not load the files of an archive")?;
    let archive = FilePath { folder: document.folder.clone(), filename: document.filename.clone() };
    let inside = format!("{archive}/");
    let member = |row: Row| {
        let path = FilePath { folder: row.folder, filename: row.filename }.to_string();
        Ok(Member {
            id: row.id,
            path: path.strip_prefix(&inside).unwrap_or(&path).to_owned(),
            status: row.status.parse()?,
            problem: row.error_detail,
        })
    };
    rows.into_iter().map(member).collect()
}
