//! Near-duplicates: copies of a document, and older and newer editions of it, found by what their
//! texts have in common.

mod among;
mod edition;
mod minhash;

use anyhow::Context;
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

pub(crate) use self::among::{Superseded, superseded};
pub(super) use self::edition::{Edition, is_newer};
use self::minhash::{Minima, Shingles};
use crate::error::Result;

/// From this share of common shingles on, two texts are taken for editions of one.
const ALIKE: f64 = 0.5;
/// How many candidates are looked at: a text that thousands share has nothing to tell.
const CANDIDATES: i64 = 200;

/// Notes what the text of a version is like, as its passages tell.
pub(super) async fn note(db: &PgPool, version: Uuid) -> Result<()> {
    let Some(minima) = read_minima(db, version).await? else { return Ok(()) };
    sqlx::query!(
        r#"
        insert into likeness (version_id, minima, bands) values ($1, $2, $3)
        on conflict (version_id) do update set minima = excluded.minima, bands = excluded.bands
        "#,
        version,
        minima.as_slice(),
        &minima.bands(),
    )
    .execute(db)
    .await
    .context("could not note what a text is like")?;
    Ok(())
}

/// Pairs a document, as this version, with those that are like it, in the place of those that were
/// like it before. The caller holds back other publications, so that of two documents that come at
/// the same time one sees the other.
pub(super) async fn pair_up(db: &mut PgConnection, document: Uuid, version: Uuid) -> Result<()> {
    sqlx::query!(r#"delete from similar_document where $1 in (document_id, other_id)"#, document)
        .execute(&mut *db)
        .await
        .context("could not forget what a document was like")?;
    forget_older(db, document, version).await?;
    let Some((minima, candidates)) = candidates(db, document, version).await? else { return Ok(()) };
    for (other, others) in candidates {
        let similarity = minima.similarity(&others);
        if similarity >= ALIKE {
            insert_pair(db, document, other, similarity).await?;
        }
    }
    Ok(())
}

/// `None` for a text that is too short to be told from others.
async fn read_minima(db: &PgPool, version: Uuid) -> Result<Option<Minima>> {
    let mut shingles = Shingles::default();
    let mut texts =
        sqlx::query_scalar!(r#"select text from chunk where version_id = $1 order by ordinal"#, version)
            .fetch(db);
    while let Some(text) = texts.try_next().await.context("could not read passages to compare them")? {
        shingles.add(&text);
    }
    Ok(shingles.minima())
}

/// The version's minima, and other documents whose searchable text shares a band with it. They stay
/// until the end of the transaction; one that is being changed or removed just now is left out.
async fn candidates(
    db: &mut PgConnection,
    document: Uuid,
    version: Uuid,
) -> Result<Option<(Minima, Vec<(Uuid, Minima)>)>> {
    let own = sqlx::query!(r#"select minima, bands from likeness where version_id = $1"#, version)
        .fetch_optional(&mut *db)
        .await
        .context("could not see what a text is like")?;
    let Some(own) = own else { return Ok(None) };
    let rows = sqlx::query!(
        r#"
        select document.id, likeness.minima
        from likeness
        join document on document.current_version_id = likeness.version_id
        where likeness.bands && $1 and document.id <> $2 and document.deleted_at is null
        limit $3
        for key share of document skip locked
        "#,
        &own.bands,
        document,
        CANDIDATES,
    )
    .fetch_all(db)
    .await
    .context("could not look for similar documents")?;
    let others = rows.into_iter().filter_map(|row| Some((row.id, Minima::from_stored(&row.minima)?)));
    Ok(Minima::from_stored(&own.minima).map(|minima| (minima, others.collect())))
}

/// What came before is compared with nothing any more.
async fn forget_older(db: &mut PgConnection, document: Uuid, version: Uuid) -> Result<()> {
    sqlx::query!(
        r#"
        delete from likeness
        using document_version as older
        where older.id = likeness.version_id and older.document_id = $1 and older.id <> $2
        "#,
        document,
        version,
    )
    .execute(db)
    .await
    .context("could not forget what older versions were like")?;
    Ok(())
}

async fn insert_pair(db: &mut PgConnection, one: Uuid, other: Uuid, similarity: f64) -> Result<()> {
    sqlx::query!(
        r#"insert into similar_document (document_id, other_id, similarity) values ($1, $2, $3)"#,
        one.min(other),
        one.max(other),
        similarity as f32,
    )
    .execute(db)
    .await
    .context("could not note that two documents are alike")?;
    Ok(())
}
