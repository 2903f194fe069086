//! However little a reader may see, the nearest of it is found.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use app::search::SearchMode;
use async_trait::async_trait;
use pgvector::HalfVector;
use server::model::{Embedder, EmbeddingModel};
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::{Library, query};

const DIMENSIONS: usize = 64;
const PASSAGES: usize = 6_000;
/// So many collections, of which each passage lies in one by a throw of dice.
const COLLECTIONS: usize = 100;
const QUESTIONS: usize = 10;
const NEAREST: usize = 10;

#[sqlx::test(migrations = "../migrations")]
async fn of_all_of_a_tenth_and_of_a_hundredth_the_nearest_are_found(db: PgPool) {
    let library = Library::with_embedder(db, Arc::new(Points::new())).await;
    let collections = add_collections(&library).await;
    add_passages(&library, &collections).await;
    library.settle().await;

    for granted in [COLLECTIONS, COLLECTIONS / 10, COLLECTIONS / 100] {
        let reader = library.add_employee().await;
        let mut drawn: Vec<usize> = (0..COLLECTIONS).collect();
        drawn.sort_by_key(|number| hashed(&(number, granted)));
        let drawn: HashSet<usize> = drawn.into_iter().take(granted).collect();
        for number in &drawn {
            library.grant(collections[*number], reader).await;
        }
        let (mut found, mut sought) = (0, 0);
        for service in [library.service(), library.service_from_memory().await] {
            for question in 0..QUESTIONS {
                let q = format!("question {question}");
                let nearest = nearest(&q, &drawn);
                let results = service.search(reader, &query(&q, SearchMode::Semantic)).await.unwrap().results;
                let is_near =
                    |name: &Option<String>| name.as_ref().is_some_and(|name| nearest.contains(name));
                found += results.iter().filter(|passage| is_near(&passage.external_id)).count();
                sought += nearest.len();
            }
        }
        assert!(found * 100 >= sought * 98, "{granted} collections: {found} of {sought}");
    }
}

/// The names of the nearest passages in some collections, all of them compared.
fn nearest(q: &str, collections: &HashSet<usize>) -> Vec<String> {
    let question = point(q);
    let mut all: Vec<(String, f32)> = (0..PASSAGES)
        .filter(|number| collections.contains(&collection_of(*number)))
        .map(|number| number.to_string())
        .map(|name| (name.clone(), point(&name).iter().zip(&question).map(|(a, b)| a * b).sum()))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all.into_iter().take(NEAREST).map(|(name, _)| name).collect()
}

fn collection_of(number: usize) -> usize {
    hashed(&(number, "collection")) as usize % COLLECTIONS
}

fn hashed(seed: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    hasher.finish()
}

/// The direction of a text: one of its own in one of fifty clusters, as texts on the same matter are.
fn point(text: &str) -> Vec<f32> {
    let uniform = |seed: u64| seed as f32 / u64::MAX as f32 - 0.5;
    let cluster = hashed(&text) % 50;
    let mut point: Vec<f32> = (0..DIMENSIONS)
        .map(|dimension| uniform(hashed(&(cluster, dimension))) + 0.8 * uniform(hashed(&(text, dimension))))
        .collect();
    let length = point.iter().map(|x| x * x).sum::<f32>().sqrt();
    point.iter_mut().for_each(|x| *x /= length);
    point
}

async fn add_collections(library: &Library) -> Vec<Uuid> {
    let mut collections = Vec::new();
    for _ in 0..COLLECTIONS {
        collections.push(library.add_collection("restricted").await);
    }
    collections
}

/// Documents of one passage each, named by their numbers.
async fn add_passages(library: &Library, collections: &[Uuid]) {
    let names: Vec<_> = (0..PASSAGES).map(|number| number.to_string()).collect();
    let of: Vec<_> = (0..PASSAGES).map(|number| collections[collection_of(number)]).collect();
    let vectors: Vec<_> = names.iter().map(|name| HalfVector::from_f32_slice(&point(name))).collect();
    let ids: Vec<Vec<Uuid>> =
        (0..3).map(|_| (0..PASSAGES).map(|_| Uuid::now_v7()).collect::<Vec<_>>()).collect();
    for statement in [
        "insert into blob (sha256, size_bytes) select '', 0 where $1::uuid[] is not null",
        "insert into document (id, collection_id, external_id, title, filename)
         select id, collection, name, 'Document', ''
         from unnest($1::uuid[], $4::uuid[], $5::text[]) as new (id, collection, name)",
        "insert into document_version (id, document_id, number, sha256, media_type, size_bytes, status)
         select id, document, 1, '', 'text/plain', 0, 'ready'
         from unnest($2::uuid[], $1::uuid[]) as new (id, document)",
        "update document set current_version_id = version
         from unnest($1::uuid[], $2::uuid[]) as new (document, version) where id = document",
        "insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
             char_start, char_end, token_count)
         select id, version, document, collection, 0, '{}', 'passage', 0, 0, 0
         from unnest($3::uuid[], $2::uuid[], $1::uuid[], $4::uuid[]) as new (id, version, document, collection)",
        "insert into embedding (chunk_id, model_id, collection_id, vector)
         select chunk, embedding_model.id, collection, vector
         from embedding_model, unnest($3::uuid[], $4::uuid[], $6::halfvec[]) as new (chunk, collection, vector)",
        "select push_index_change('publish', id, null) from unnest($1::uuid[]) as new (id)",
    ] {
        // Each statement takes what it needs; the others' types are told all the same.
        let statement = format!(
            "with given as (select $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::halfvec[])
             {statement}"
        );
        sqlx::query(&statement)
            .bind(&ids[0])
            .bind(&ids[1])
            .bind(&ids[2])
            .bind(&of)
            .bind(&names)
            .bind(&vectors)
            .execute(&library.db)
            .await
            .unwrap();
    }
}

/// Gives texts directions.
struct Points(EmbeddingModel);

impl Points {
    fn new() -> Self {
        Self(EmbeddingModel { name: "points".into(), mode: "int8".into(), dimensions: DIMENSIONS as u32 })
    }
}

#[async_trait]
impl Embedder for Points {
    fn model(&self) -> Option<&EmbeddingModel> {
        Some(&self.0)
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        Ok(point(text))
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|text| point(text)).collect())
    }
}
