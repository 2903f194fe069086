//! The nearest vectors as Postgres finds them: by comparing all, or by their index.

use anyhow::Context;
use pgvector::HalfVector;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::QueryVector;
use crate::search::{keyword::Hit, scope::Scope};

/// To here every permitted vector is compared: that is exact, and takes no longer than the index.
/// A selective permission filter would starve an HNSW scan, which meets mostly forbidden rows.
const EXACT_SCAN_VECTORS: i64 = 10_000;
/// How many neighbours an HNSW scan keeps in view at a time.
const HNSW_EF_SEARCH: i32 = 200;
/// How many of the nearest vectors are looked at for chunks that are current and of the wanted
/// kind, before it is tried with [`FAR_REACH`]. Most are, unless a filter is selective.
const NEAR_REACH: i64 = 400;
/// All there are of an exact scan; of an HNSW scan, within what it walks through at most
/// (`hnsw.max_scan_tuples`).
const FAR_REACH: i64 = EXACT_SCAN_VECTORS;

/// What is sought, and where.
struct Nearby<'a> {
    reader: Uuid,
    model_id: i16,
    vector: HalfVector,
    scope: &'a Scope,
    limit: i64,
}

/// The nearest chunks to a query's vector, nearest first.
pub(super) async fn nearest(
    db: &PgPool,
    reader: Uuid,
    query: &QueryVector,
    scope: &Scope,
    limit: usize,
) -> anyhow::Result<Vec<Hit>> {
    let (model_id, vector) = (query.model_id, query.to_half());
    let nearby = Nearby { reader, model_id, vector, scope, limit: i64::try_from(limit)? };
    let permitted = count_permitted(db, &nearby).await?;
    let is_exact = permitted <= EXACT_SCAN_VECTORS;
    let hits = scan(db, &nearby, NEAR_REACH, is_exact).await?;
    if hits.len() >= limit || permitted <= NEAR_REACH {
        return Ok(hits);
    }
    scan(db, &nearby, FAR_REACH, is_exact).await
}

/// How near chunks are to a query's vector.
pub(super) async fn cosines(db: &PgPool, query: &QueryVector, chunks: &[Uuid]) -> anyhow::Result<Vec<Hit>> {
    sqlx::query_as!(
        Hit,
        r#"
        select chunk_id as chunk, -(vector <#> $2) as "score!"
        from embedding
        where model_id = $1 and chunk_id = any($3)
        "#,
        query.model_id,
        query.to_half() as _,
        chunks,
    )
    .fetch_all(db)
    .await
    .context("could not compare the vectors of passages")
}

/// Makes the HNSW index of a model's vectors, where it is missing.
///
/// # Errors
/// Where Postgres can't.
pub async fn create_vector_index(db: &PgPool, model_id: i16, dimensions: i32) -> anyhow::Result<()> {
    // Dynamic, since the index's name, cast and predicate are of one model. The numbers can't
    // carry anything but numbers into it.
    let statement = format!(
        r#"
        create index if not exists embedding_{model_id}_hnsw on embedding
        using hnsw ((vector::halfvec({dimensions})) halfvec_ip_ops)
        where model_id = {model_id}
        "#
    );
    sqlx::query(&statement).execute(db).await.context("could not make the vectors' index")?;
    Ok(())
}

/// Removes the index of a model that is used no more.
///
/// # Errors
/// Where Postgres can't.
pub async fn drop_vector_index(db: &mut PgConnection, model_id: i16) -> anyhow::Result<()> {
    let statement = format!("drop index if exists embedding_{model_id}_hnsw");
    sqlx::query(&statement).execute(db).await.context("could not remove the vectors' index")?;
    Ok(())
}

/// How many vectors of the model lie in the collections, counted no further than decides.
async fn count_permitted(db: &PgPool, nearby: &Nearby<'_>) -> anyhow::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select from embedding
            where model_id = $1 and collection_id = any($2)
            limit $3
        ) as permitted
        "#,
        nearby.model_id,
        &nearby.scope.collections,
        EXACT_SCAN_VECTORS + 1,
    )
    .fetch_one(db)
    .await
    .context("could not count the permitted vectors")
}

async fn scan(db: &PgPool, nearby: &Nearby<'_>, reach: i64, is_exact: bool) -> anyhow::Result<Vec<Hit>> {
    if is_exact { exact_scan(db, nearby, reach).await } else { hnsw_scan(db, nearby, reach).await }
}

/// Compares every permitted vector: without the cast the HNSW index does not fit.
///
/// Vectors have length 1, so the inner product is the cosine; `<#>` is its negative. The nearest
/// are found before they are joined with what they belong to: ten thousand joins take twenty
/// times as long as ten thousand comparisons.
async fn exact_scan(db: &PgPool, nearby: &Nearby<'_>, reach: i64) -> anyhow::Result<Vec<Hit>> {
    let (filter, (from, until)) = (&nearby.scope.filter, nearby.scope.times());
    sqlx::query_as!(
        Hit,
        r#"
        with nearest as materialized (
            select chunk_id, vector <#> $3 as distance
            from embedding
            where model_id = $2
              and collection_id = any(array(select readable_collection($1)))
              and collection_id = any($4)
            order by vector <#> $3
            limit $5
        )
        select chunk.id as chunk, -nearest.distance as "score!"
        from nearest
        join chunk on chunk.id = nearest.chunk_id
        join document on document.id = chunk.document_id
            and document.current_version_id = chunk.version_id
            and document.deleted_at is null
        join document_version on document_version.id = chunk.version_id
        where ($6::text[] = '{}' or document_version.media_type = any($6))
          and ($7::text[] = '{}' or chunk.language = any($7))
          and ($8::timestamptz is null or document.updated_at >= $8)
          and ($9::timestamptz is null or document.updated_at < $9)
          and ($10::text is null or document.folder = $10 or starts_with(document.folder, $10 || '/'))
        order by nearest.distance
        limit $11
        "#,
        nearby.reader,
        nearby.model_id,
        nearby.vector.clone() as _,
        &nearby.scope.collections,
        reach,
        &filter.media_types,
        &filter.languages,
        from,
        until,
        filter.folder.as_deref(),
        nearby.limit,
    )
    .fetch_all(db)
    .await
    .context("could not compare the vectors")
}

/// Walks the model's HNSW index outwards from the vector until enough permitted ones are met.
async fn hnsw_scan(db: &PgPool, nearby: &Nearby<'_>, reach: i64) -> anyhow::Result<Vec<Hit>> {
    let model_id = nearby.model_id;
    let dimensions = nearby.vector.as_slice().len();
    let (filter, (from, until)) = (&nearby.scope.filter, nearby.scope.times());
    let mut transaction = db.begin().await?;
    sqlx::query(&format!("set local hnsw.ef_search = {HNSW_EF_SEARCH}")).execute(&mut *transaction).await?;
    sqlx::query("set local hnsw.iterative_scan = relaxed_order").execute(&mut *transaction).await?;
    // Dynamic, since the index is of one model's number and dimensions. An iterative scan in
    // relaxed order gives rows only almost in order, hence the second sort.
    let statement = format!(
        r#"
        with nearest as materialized (
            select chunk_id, vector::halfvec({dimensions}) <#> $2 as distance
            from embedding
            where model_id = {model_id}
              and collection_id = any(array(select readable_collection($1)))
              and collection_id = any($3)
            order by vector::halfvec({dimensions}) <#> $2
            limit $4
        )
        select chunk.id as chunk, -nearest.distance as score
        from nearest
        join chunk on chunk.id = nearest.chunk_id
        join document on document.id = chunk.document_id
            and document.current_version_id = chunk.version_id
            and document.deleted_at is null
        join document_version on document_version.id = chunk.version_id
        where ($5::text[] = '{{}}' or document_version.media_type = any($5))
          and ($6::text[] = '{{}}' or chunk.language = any($6))
          and ($7::timestamptz is null or document.updated_at >= $7)
          and ($8::timestamptz is null or document.updated_at < $8)
          and ($9::text is null or document.folder = $9 or starts_with(document.folder, $9 || '/'))
        order by nearest.distance
        limit $10
        "#
    );
    let hits = sqlx::query_as(&statement)
        .bind(nearby.reader)
        .bind(&nearby.vector)
        .bind(&nearby.scope.collections)
        .bind(reach)
        .bind(&filter.media_types)
        .bind(&filter.languages)
        .bind(from)
        .bind(until)
        .bind(filter.folder.as_deref())
        .bind(nearby.limit)
        .fetch_all(&mut *transaction)
        .await
        .context("could not search the vectors' index")?;
    transaction.commit().await?;
    Ok(hits)
}

#[cfg(test)]
mod tests;
