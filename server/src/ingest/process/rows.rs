//! What the steps of processing read and write.

use anyhow::Context;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Failure;
use crate::ingest::{Ingest, chunk::Chunk, name::FilePath, parse::Extracted};

/// What is known of a version when an attempt begins.
pub(super) struct Begun {
    pub(super) document_id: Uuid,
    pub(super) collection_id: Uuid,
    pub(super) folder: String,
    pub(super) filename: String,
    pub(super) media_type: String,
    pub(super) sha256: Vec<u8>,
    pub(super) title: Option<String>,
    pub(super) is_cut: bool,
}

impl Begun {
    pub(super) fn is_archive(&self) -> bool {
        app::document::ARCHIVES.contains(&self.media_type.as_str())
    }

    pub(super) fn path(&self) -> FilePath {
        FilePath { folder: self.folder.clone(), filename: self.filename.clone() }
    }
}

pub(super) async fn read_version(ingest: &Ingest, version: Uuid) -> Result<Begun, Failure> {
    let begun = sqlx::query_as!(
        Begun,
        r#"
        select document.id as document_id, document.collection_id, document.folder, document.filename,
               document_version.media_type, document_version.sha256,
               document_version.title, document_version.is_cut
        from document_version
        join document on document.id = document_version.document_id
        where document_version.id = $1
        "#,
        version,
    )
    .fetch_optional(&ingest.db)
    .await?;
    begun.ok_or(Failure::ClaimLost)
}

pub(super) async fn set_stage(
    db: &mut PgConnection,
    version: Uuid,
    stage: &str,
    progress: f32,
) -> Result<(), Failure> {
    sqlx::query!(
        r#"update document_version set stage = $2, progress = $3 where id = $1"#,
        version,
        stage,
        progress,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is known of the whole document once its beginning has been read.
pub(super) async fn store_facts(
    db: &mut PgConnection,
    version: Uuid,
    extracted: &Extracted,
) -> Result<(), Failure> {
    sqlx::query!(
        r#"
        update document_version set title = coalesce(title, $2), pages = $3, language = $4 where id = $1
        "#,
        version,
        extracted.title,
        extracted.pages.map(|pages| pages as i32),
        extracted.language,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// All parts and passages of the version are there: an attempt that finds this goes on behind it.
pub(super) async fn note_cut(db: &mut PgConnection, version: Uuid) -> Result<(), Failure> {
    sqlx::query!(r#"update document_version set is_cut = true where id = $1"#, version).execute(db).await?;
    Ok(())
}

pub(super) async fn store_chunks(
    db: &mut PgConnection,
    version: Uuid,
    language: Option<&str>,
    chunks: &[Chunk],
) -> Result<(), Failure> {
    let ids: Vec<Uuid> = chunks.iter().map(|_| Uuid::now_v7()).collect();
    let ordinals: Vec<i32> = chunks.iter().map(|chunk| chunk.ordinal as i32).collect();
    // Postgres has no arrays of arrays of different lengths.
    let paths = serde_json::to_value(chunks.iter().map(|chunk| &chunk.heading_path).collect::<Vec<_>>())
        .context("could not write down heading paths")?;
    let pages: Vec<Option<i32>> = chunks.iter().map(|chunk| chunk.page.map(|page| page as i32)).collect();
    let texts: Vec<String> = chunks.iter().map(|chunk| chunk.text.clone()).collect();
    let starts: Vec<i32> = chunks.iter().map(|chunk| chunk.char_start as i32).collect();
    let ends: Vec<i32> = chunks.iter().map(|chunk| chunk.char_end as i32).collect();
    let tokens: Vec<i32> = chunks.iter().map(|chunk| chunk.token_count as i32).collect();
    sqlx::query!(
        r#"
        insert into chunk
            (id, version_id, document_id, collection_id, ordinal, heading_path, page, text,
             char_start, char_end, token_count, language)
        select new.id, $1, document.id, document.collection_id, new.ordinal,
               array(select jsonb_array_elements_text($4::jsonb -> (new.place - 1)::integer)),
               new.page, new.text, new.char_start, new.char_end, new.token_count, $10
        from unnest($2::uuid[], $3::integer[], $5::integer[], $6::text[], $7::integer[], $8::integer[],
                    $9::integer[])
            with ordinality as new (id, ordinal, page, text, char_start, char_end, token_count, place)
        join document_version on document_version.id = $1
        join document on document.id = document_version.document_id
        "#,
        version,
        &ids,
        &ordinals,
        paths,
        &pages as &[Option<i32>],
        &texts,
        &starts,
        &ends,
        &tokens,
        language,
    )
    .execute(db)
    .await
    .context("could not store passages")?;
    Ok(())
}

/// How many chunks a version has, and how many of them have a vector of the model.
pub(super) async fn count_embedded(
    db: &mut PgConnection,
    version: Uuid,
    model: i16,
) -> Result<(i64, i64), Failure> {
    let counts = sqlx::query!(
        r#"
        select count(*) as "total!", count(embedding.chunk_id) as "embedded!"
        from chunk
        left join embedding on embedding.chunk_id = chunk.id and embedding.model_id = $2
        where chunk.version_id = $1
        "#,
        version,
        model,
    )
    .fetch_one(db)
    .await?;
    Ok((counts.total, counts.embedded))
}

pub(super) async fn point_to(db: &mut PgConnection, document: Uuid, version: Uuid) -> Result<(), Failure> {
    let pointed = sqlx::query!(
        r#"
        update document
        set current_version_id = $2, title = coalesce(version.title, document.title), updated_at = now()
        from document_version as version
        where document.id = $1 and version.id = $2 and document.deleted_at is null
        "#,
        document,
        version,
    )
    .execute(&mut *db)
    .await?;
    if pointed.rows_affected() == 0 {
        return Err(Failure::ClaimLost);
    }
    sqlx::query!(
        r#"
        update document_version set status = 'ready', stage = null, progress = 1, ready_at = now()
        where id = $1
        "#,
        version,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What came before is neither searched nor shown any more; only its original stays. Says whether
/// there was anything to be searched.
pub(super) async fn drop_older(
    db: &mut PgConnection,
    document: Uuid,
    version: Uuid,
) -> Result<bool, Failure> {
    sqlx::query!(
        r#"
        update document_version as older
        set status = 'superseded', stage = null, is_cut = false
        from document_version as published
        where published.id = $2
          and older.document_id = $1
          and older.number < published.number
          and older.status <> 'superseded'
        "#,
        document,
        version,
    )
    .execute(&mut *db)
    .await?;
    let dropped = sqlx::query!(
        r#"
        delete from text_part
        using document_version as older, document_version as published
        where older.document_id = $1
          and older.id = text_part.version_id
          and published.id = $2
          and older.number < published.number
        "#,
        document,
        version,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        delete from chunk
        using document_version as older, document_version as published
        where chunk.document_id = $1
          and older.id = chunk.version_id
          and published.id = $2
          and older.number < published.number
        "#,
        document,
        version,
    )
    .execute(db)
    .await?;
    Ok(dropped.rows_affected() > 0)
}
