//! Older and newer editions among some documents.

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Edition, is_newer};

/// A document and a newer edition of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Superseded {
    pub(crate) older: Uuid,
    pub(crate) newer: Uuid,
}

/// Which of `documents` are older editions of others of them.
///
/// # Errors
/// Where the database can't be read.
pub(crate) async fn superseded(db: &PgPool, documents: &[Uuid]) -> anyhow::Result<Vec<Superseded>> {
    let pairs = sqlx::query!(
        r#"
        select
            one.id as one_id, one.title as one_title, one.filename as one_filename,
            one_version.created_at as one_taken_in,
            other.id as other_id, other.title as other_title, other.filename as other_filename,
            other_version.created_at as other_taken_in
        from similar_document as pair
        join document as one on one.id = pair.document_id
        join document_version as one_version on one_version.id = one.current_version_id
        join document as other on other.id = pair.other_id
        join document_version as other_version on other_version.id = other.current_version_id
        where pair.document_id = any($1) and pair.other_id = any($1)
        "#,
        documents,
    )
    .fetch_all(db)
    .await
    .context("could not look for older editions")?;
    let superseded = pairs.iter().map(|pair| {
        let one =
            Edition { title: &pair.one_title, filename: &pair.one_filename, taken_in: pair.one_taken_in };
        let other = Edition {
            title: &pair.other_title,
            filename: &pair.other_filename,
            taken_in: pair.other_taken_in,
        };
        match is_newer(other, one) {
            true => Superseded { older: pair.one_id, newer: pair.other_id },
            false => Superseded { older: pair.other_id, newer: pair.one_id },
        }
    });
    Ok(superseded.collect())
}
