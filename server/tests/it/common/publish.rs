//! A document's version, written to Postgres as ingestion writes it.

use pgvector::HalfVector;
use sqlx::PgConnection;
use uuid::Uuid;

/// A version that is to be published.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion<'a> {
    /// Which is there already.
    pub(crate) document: Uuid,
    pub(crate) media_type: &'a str,
    pub(crate) language: Option<&'a str>,
    /// In order; a blank line stands between two of them.
    pub(crate) passages: Vec<NewPassage>,
}

#[derive(Debug, Clone)]
pub(crate) struct NewPassage {
    pub(crate) headings: Vec<String>,
    pub(crate) text: String,
    /// By the active model.
    pub(crate) vector: Vec<f32>,
}

/// Publishes a version of a document, whose passages before are left lying; gives the number of the
/// change, which an index can be waited for to have taken in.
pub(crate) async fn publish(db: &mut PgConnection, new: &NewVersion<'_>) -> i64 {
    let version = Uuid::now_v7();
    sqlx::raw_sql("insert into blob (sha256, size_bytes) values ('', 0) on conflict do nothing")
        .execute(&mut *db)
        .await
        .unwrap();
    sqlx::query(
        "insert into document_version (id, document_id, number, sha256, media_type, size_bytes, status, ready_at)
         select $1, $2, 1 + count(*), '', $3, 0, 'ready', now()
         from document_version where document_id = $2",
    )
    .bind(version)
    .bind(new.document)
    .bind(new.media_type)
    .execute(&mut *db)
    .await
    .unwrap();
    let text: Vec<&str> = new.passages.iter().map(|passage| passage.text.as_str()).collect();
    put_text(db, version, &text.join("\n\n")).await;
    put_passages(db, version, new).await;
    sqlx::query("update document set current_version_id = $2 where id = $1")
        .bind(new.document)
        .bind(version)
        .execute(&mut *db)
        .await
        .unwrap();
    sqlx::query_scalar("select push_index_change('publish', $1, $2)")
        .bind(new.document)
        .bind(version)
        .fetch_one(db)
        .await
        .unwrap()
}

/// Puts a text in the place of a version's, without structure.
async fn put_text(db: &mut PgConnection, version: Uuid, text: &str) {
    sqlx::query(
        "insert into text_part
             (version_id, number, char_start, first_block, text, char_count, blocks, block_count)
         values ($1, 0, 0, 0, $2, char_length($2), '[]', 0)",
    )
    .bind(version)
    .bind(text)
    .execute(db)
    .await
    .unwrap();
}

async fn put_passages(db: &mut PgConnection, version: Uuid, new: &NewVersion<'_>) {
    let passages = &new.passages;
    let starts: Vec<i32> = passages
        .iter()
        .scan(0, |next, passage| {
            let start = *next;
            *next += passage.text.chars().count() as i32 + 2;
            Some(start)
        })
        .collect();
    let ids: Vec<Uuid> = passages.iter().map(|_| Uuid::now_v7()).collect();
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    let headings: Vec<String> = passages.iter().map(|passage| passage.headings.join("\n")).collect();
    let vectors: Vec<HalfVector> =
        passages.iter().map(|passage| HalfVector::from_f32_slice(&passage.vector)).collect();
    sqlx::query(
        "with passage as materialized (
             select new.*, document.id as document_id, document.collection_id
             from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::halfvec[])
                  with ordinality as new (id, text, headings, char_start, vector, number)
             join document on document.id = $6
         ),
         chunk as (
             insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
                                char_start, char_end, token_count, language)
             select id, $7, document_id, collection_id, number - 1, string_to_array(headings, E'\\n'), text,
                    char_start, char_start + char_length(text), 0, $8
             from passage
         )
         insert into embedding (chunk_id, model_id, collection_id, vector)
         select passage.id, embedding_model.id, passage.collection_id, passage.vector
         from passage, embedding_model
         where embedding_model.state = 'active'",
    )
    .bind(ids)
    .bind(texts)
    .bind(headings)
    .bind(starts)
    .bind(vectors)
    .bind(new.document)
    .bind(version)
    .bind(new.language)
    .execute(db)
    .await
    .unwrap();
}
