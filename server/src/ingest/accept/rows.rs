//! What accepting writes, and what it looks at first.

use std::collections::HashMap;

use anyhow::Context;
use app::error::AppError;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Arrival, Key, Newest, ORIGINALS_LOCK, Place, Plan};
use crate::{
    error::Result,
    ingest::{name::FilePath, parse::ParseError, queue, text},
    store::blobs::{Blobs, Hash, Received},
};

/// One batch at a time in a collection, so that equal uploads find one another.
pub(in crate::ingest) async fn lock_collection(db: &mut PgConnection, collection: Uuid) -> Result<()> {
    sqlx::query_scalar!(r#"select id from collection where id = $1 for no key update"#, collection)
        .fetch_optional(db)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(())
}

pub(super) async fn find_known(
    db: &mut PgConnection,
    place: Place,
    arrivals: &[Arrival],
) -> Result<Vec<(Key, Newest)>> {
    let external_ids: Vec<String> =
        arrivals.iter().filter_map(|arrival| arrival.external_id.clone()).collect();
    let by_path = || arrivals.iter().filter(|arrival| arrival.external_id.is_none());
    let folders: Vec<String> = by_path().map(|arrival| arrival.path.folder.clone()).collect();
    let filenames: Vec<String> = by_path().map(|arrival| arrival.path.filename.clone()).collect();
    let hashes: Vec<Vec<u8>> = by_path().map(|arrival| arrival.original.hash.to_vec()).collect();
    let rows = sqlx::query!(
        r#"
        with candidate as (
            select id from document where collection_id = $1 and external_id = any($2)
            union
            select document.id
            from document
            join unnest($3::text[], $4::text[]) as path (folder, filename) using (folder, filename)
            where document.collection_id = $1 and document.external_id is null
            union
            select document_id from document_version where sha256 = any($5)
        )
        select document.id, document.external_id, document.folder, document.filename, document.url,
               newest.id as version_id, newest.number, newest.sha256, newest.title, newest.status
        from candidate
        join document using (id)
        cross join lateral (
            select id, number, sha256, title, status
            from document_version
            where document_id = document.id
            order by number desc
            limit 1
        ) as newest
        where document.collection_id = $1
          and document.parent_id is not distinct from $6
          and document.deleted_at is null
        order by document.id
        "#,
        place.collection,
        &external_ids,
        &folders,
        &filenames,
        &hashes,
        place.archive,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let key = match row.external_id {
                Some(id) => Key::External(id),
                None => Key::Path(FilePath { folder: row.folder, filename: row.filename }),
            };
            let newest = Newest {
                document_id: row.id,
                version_id: row.version_id,
                number: row.number,
                hash: row.sha256,
                status: row.status.parse()?,
                title: row.title,
                url: row.url,
            };
            Ok((key, newest))
        })
        .collect()
}

/// Makes sure that the collection, which the transaction holds, may take so many bytes more. The
/// originals of earlier versions count: they are kept.
pub(super) async fn require_room(
    db: &mut PgConnection,
    blobs: &Blobs,
    collection: Uuid,
    bytes: u64,
) -> Result<()> {
    let Some(most) = blobs.most_of_a_collection.filter(|_| bytes > 0) else { return Ok(()) };
    let taken = sqlx::query_scalar!(
        r#"
        select coalesce(sum(document_version.size_bytes), 0)::bigint as "taken!"
        from document
        join document_version on document_version.document_id = document.id
        where document.collection_id = $1 and document.deleted_at is null
        "#,
        collection,
    )
    .fetch_one(db)
    .await?;
    if taken as u64 + bytes > most {
        return Err(AppError::OverQuota { megabytes: most / 1_000_000 }.into());
    }
    Ok(())
}

/// Gives the new bytes their names on disk, under a lock that keeps the removal of unused
/// originals away until the rows that use these are there.
pub(super) async fn keep_originals(
    db: &mut PgConnection,
    blobs: &Blobs,
    plan: &Plan,
    arrivals: &[Arrival],
) -> Result<()> {
    let originals: Vec<&Received> =
        plan.new_versions.iter().map(|(place, _)| &arrivals[*place].original).collect();
    let unique: HashMap<Hash, &Received> =
        originals.into_iter().map(|original| (original.hash, original)).collect();
    let (hashes, sizes): (Vec<Vec<u8>>, Vec<i64>) =
        unique.values().map(|original| (original.hash.to_vec(), original.size as i64)).unzip();
    sqlx::query!(r#"select pg_advisory_xact_lock_shared($1)"#, ORIGINALS_LOCK).execute(&mut *db).await?;
    sqlx::query!(
        r#"
        insert into blob (sha256, size_bytes)
        select * from unnest($1::bytea[], $2::bigint[])
        on conflict do nothing
        "#,
        &hashes,
        &sizes,
    )
    .execute(db)
    .await?;
    let unique: Vec<&Received> = unique.into_values().collect();
    blobs.keep(&unique).await
}

pub(super) async fn insert_documents(
    db: &mut PgConnection,
    place: Place,
    plan: &Plan,
    arrivals: &[Arrival],
) -> Result<()> {
    let new = || plan.new_documents.iter().map(|(place, _)| &arrivals[*place]);
    let ids: Vec<Uuid> = plan.new_documents.iter().map(|(_, id)| *id).collect();
    let external_ids: Vec<Option<String>> = new().map(|arrival| arrival.external_id.clone()).collect();
    let titles: Vec<String> = new()
        .map(|arrival| arrival.title.clone().unwrap_or_else(|| arrival.path.provisional_title()))
        .collect();
    let filenames: Vec<String> = new().map(|arrival| arrival.path.filename.clone()).collect();
    let folders: Vec<String> = new().map(|arrival| arrival.path.folder.clone()).collect();
    sqlx::query!(
        r#"
        insert into document (id, collection_id, parent_id, external_id, title, filename, folder)
        select id, $2, $7, external_id, title, filename, folder
        from unnest($1::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
            as new (id, external_id, title, filename, folder)
        "#,
        &ids,
        place.collection,
        &external_ids as &[Option<String>],
        &titles,
        &filenames,
        &folders,
        place.archive,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds the versions with their jobs. A version that waits to be read takes the place of older
/// ones that still wait; one that can't be read leaves them alone.
pub(super) async fn insert_versions(db: &mut PgConnection, plan: &Plan, arrivals: &[Arrival]) -> Result<()> {
    let new = || plan.new_versions.iter().map(|(place, newest)| (&arrivals[*place], newest));
    let ids: Vec<Uuid> = new().map(|(_, newest)| newest.version_id).collect();
    let documents: Vec<Uuid> = new().map(|(_, newest)| newest.document_id).collect();
    let numbers: Vec<i32> = new().map(|(_, newest)| newest.number).collect();
    let hashes: Vec<Vec<u8>> = new().map(|(_, newest)| newest.hash.clone()).collect();
    let sizes: Vec<i64> = new().map(|(arrival, _)| arrival.original.size as i64).collect();
    let media_types: Vec<String> = new().map(|(arrival, _)| media_type(arrival).to_owned()).collect();
    let statuses: Vec<String> = new().map(|(_, newest)| newest.status.as_str().to_owned()).collect();
    let titles: Vec<Option<String>> = new().map(|(_, newest)| newest.title.clone()).collect();
    let refusals = || new().map(|(arrival, _)| arrival.kind.as_ref().err());
    let codes: Vec<Option<String>> =
        refusals().map(|error| error.map(|error| error.code().to_owned())).collect();
    let details: Vec<Option<String>> = refusals().map(|error| error.map(ParseError::to_string)).collect();
    let urls: Vec<Option<String>> = new().map(|(_, newest)| newest.url.clone()).collect();
    sqlx::query!(
        r#"
        insert into document_version
            (id, document_id, number, sha256, size_bytes, media_type, status, title, error_code, error_detail)
        select *
        from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::bytea[], $5::bigint[], $6::text[],
                    $7::text[], $8::text[], $9::text[], $10::text[])
        "#,
        &ids,
        &documents,
        &numbers,
        &hashes,
        &sizes,
        &media_types,
        &statuses,
        &titles as &[Option<String>],
        &codes as &[Option<String>],
        &details as &[Option<String>],
    )
    .execute(&mut *db)
    .await
    .context("could not add versions")?;
    sqlx::query!(
        r#"
        update document set url = new.url, updated_at = now()
        from unnest($1::uuid[], $2::text[]) as new (document_id, url)
        where document.id = new.document_id
        "#,
        &documents,
        &urls as &[Option<String>],
    )
    .execute(&mut *db)
    .await?;
    supersede_waiting(db, &documents).await?;
    queue::push_ingest(db, &ids).await
}

fn media_type(arrival: &Arrival) -> &'static str {
    arrival.kind.as_ref().map_or("application/octet-stream", |kind| kind.media_type())
}

async fn supersede_waiting(db: &mut PgConnection, documents: &[Uuid]) -> Result<()> {
    sqlx::query!(
        r#"
        update document_version as older
        set status = 'superseded', stage = null
        where older.document_id = any($1)
          and older.status in ('queued', 'processing')
          and exists (
            select from document_version as newer
            where newer.document_id = older.document_id
              and newer.number > older.number
              and newer.status = 'queued'
          )
        "#,
        documents,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts failed versions back into the queue, to be read from the beginning.
pub(in crate::ingest) async fn requeue(db: &mut PgConnection, versions: &[Uuid]) -> Result<()> {
    let failed = sqlx::query_scalar!(
        r#"
        update document_version
        set status = 'queued', stage = null, progress = 0, error_code = null, error_detail = null
        where id = any($1) and status = 'failed'
        returning id
        "#,
        versions,
    )
    .fetch_all(&mut *db)
    .await?;
    text::forget(db, &failed).await?;
    queue::push_ingest(db, &failed).await
}
