//! The product's own user guide: a collection that follows the files it ships with, so that a
//! first question can be asked at once.

use anyhow::Context;
use app::document::Visibility;
use uuid::Uuid;

use super::{
    Ingest,
    accept::{self, Arrival},
    delete,
    name::FilePath,
};
use crate::error::Result;

const NAME: &str = "Footnote guide";
const DESCRIPTION: &str = "How to ask, check, upload and run Footnote.";

/// The pages, by file name.
const PAGES: &[(&str, &str)] = &[
    ("asking.md", include_str!("../../../docs/asking.md")),
    ("costs.md", include_str!("../../../docs/costs.md")),
    ("models.md", include_str!("../../../docs/models.md")),
    ("permissions.md", include_str!("../../../docs/permissions.md")),
    ("running.md", include_str!("../../../docs/running.md")),
    ("settings.md", include_str!("../../../docs/settings.md")),
    ("sources.md", include_str!("../../../docs/sources.md")),
    ("uploading.md", include_str!("../../../docs/uploading.md")),
];

/// Brings the guide up to this program's pages. The server does without where that fails.
pub async fn keep_current(ingest: Ingest) {
    if let Err(error) = refresh(&ingest).await {
        tracing::error!(error = format!("{error:#}"), "Could not bring the guide up to date");
    }
}

/// Makes the guide, or brings it up to this program's pages. A guide that an admin removed stays
/// removed.
pub async fn refresh(ingest: &Ingest) -> Result<()> {
    let Some(collection) = find_or_create(ingest).await? else { return Ok(()) };
    let mut arrivals = Vec::with_capacity(PAGES.len());
    for (name, text) in PAGES {
        let (id, path) = ((*name).to_owned(), FilePath::parse(name));
        arrivals.push(Arrival::text(&ingest.blobs, id, path, (*text).to_owned()).await?);
    }
    accept::accept(&ingest.db, &ingest.blobs, collection, arrivals).await?;
    for document in no_longer_shipped(ingest, collection).await? {
        delete::document(ingest, document).await?;
    }
    Ok(())
}

async fn find_or_create(ingest: &Ingest) -> Result<Option<Uuid>> {
    let removed = sqlx::query_scalar!(r#"select exists (select from removed_guide) as "removed!""#)
        .fetch_one(&ingest.db)
        .await?;
    if removed {
        return Ok(None);
    }
    // Where people have a collection of this name, theirs stays alone.
    sqlx::query!(
        r#"
        insert into collection (id, name, description, visibility, is_guide)
        select $1, $2, $3, $4, true
        where not exists (select from collection where is_guide)
        on conflict do nothing
        "#,
        Uuid::now_v7(),
        NAME,
        DESCRIPTION,
        Visibility::Everyone.as_str(),
    )
    .execute(&ingest.db)
    .await
    .context("could not make the guide")?;
    Ok(sqlx::query_scalar!(r#"select id from collection where is_guide order by id limit 1"#)
        .fetch_optional(&ingest.db)
        .await?)
}

async fn no_longer_shipped(ingest: &Ingest, collection: Uuid) -> Result<Vec<Uuid>> {
    let shipped: Vec<String> = PAGES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let documents = sqlx::query_scalar!(
        r#"
        select id from document
        where collection_id = $1 and deleted_at is null and external_id is not null
          and external_id <> all($2)
        "#,
        collection,
        &shipped,
    )
    .fetch_all(&ingest.db)
    .await?;
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_documentation_is_in_the_guide() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".md"))
            .collect();
        files.sort();
        assert_eq!(files, PAGES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
