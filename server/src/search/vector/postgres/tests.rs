use app::search::Filter;

use super::*;

/// As many documents of one passage each as `count`, at random places, every hundredth of them in
/// a collection of its own. Gives an admin, who reads both, and the small collection.
async fn library(db: &PgPool, count: i32) -> (Uuid, Uuid) {
    let (admin, large, small) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    for statement in [
        format!("insert into account (id, email, role) values ('{admin}', 'a', 'admin')"),
        format!(
            "insert into collection (id, name, visibility)
             values ('{large}', 'large', 'everyone'), ('{small}', 'small', 'restricted')"
        ),
        "insert into blob (sha256, size_bytes) values ('', 0)".to_owned(),
        "insert into embedding_model (name, mode, dimensions, state) values ('m', 'int8', 8, 'active')"
            .to_owned(),
        "select setseed(0.5)".to_owned(),
        format!(
            "insert into document (id, collection_id, title, filename)
             select gen_random_uuid(), case when i % 100 = 0 then '{small}' else '{large}' end::uuid, '', ''
             from generate_series(1, {count}) as i"
        ),
        "insert into document_version (id, document_id, number, sha256, media_type, size_bytes)
         select gen_random_uuid(), id, 1, '', 'text/plain', 0 from document"
            .to_owned(),
        "update document set current_version_id = document_version.id
         from document_version where document_version.document_id = document.id"
            .to_owned(),
        "insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
             char_start, char_end, token_count)
         select gen_random_uuid(), current_version_id, id, collection_id, 0, '{}', '', 0, 0, 0 from document"
            .to_owned(),
        "insert into embedding (chunk_id, model_id, collection_id, vector)
         select chunk.id, embedding_model.id, chunk.collection_id,
             l2_normalize((select array_agg(random() - 0.5)::real[]::halfvec(8)
                           from generate_series(1, 8) where chunk.id is not null))
         from chunk, embedding_model"
            .to_owned(),
    ] {
        sqlx::query(&statement).execute(db).await.unwrap();
    }
    let model = model_id(db).await;
    create_vector_index(db, model, 8).await.unwrap();
    (admin, small)
}

async fn model_id(db: &PgPool) -> i16 {
    sqlx::query_scalar("select id from embedding_model").fetch_one(db).await.unwrap()
}

fn scope(collections: Vec<Uuid>) -> Scope {
    Scope { collections, ..Scope::default() }
}

async fn all_collections(db: &PgPool) -> Scope {
    scope(sqlx::query_scalar("select id from collection").fetch_all(db).await.unwrap())
}

async fn question(db: &PgPool) -> QueryVector {
    let vector = vec![0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0];
    QueryVector { model_id: model_id(db).await, vector }
}

fn nearby<'a>(reader: Uuid, question: &QueryVector, scope: &'a Scope, limit: i64) -> Nearby<'a> {
    Nearby { reader, model_id: question.model_id, vector: question.to_half(), scope, limit }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_index_finds_what_comparing_all_finds(db: PgPool) {
    let (admin, _) = library(&db, 3_000).await;
    let scope = all_collections(&db).await;
    let question = question(&db).await;
    let nearby = nearby(admin, &question, &scope, 50);

    let exact = exact_scan(&db, &nearby, NEAR_REACH).await.unwrap();
    let by_index = hnsw_scan(&db, &nearby, NEAR_REACH).await.unwrap();

    assert_eq!(exact.len(), 50);
    assert!(exact.is_sorted_by(|a, b| a.score >= b.score));
    let found = by_index.iter().filter(|hit| exact.contains(hit)).count();
    assert!(found >= 48, "{found} of 50");
    assert!(by_index.is_sorted_by(|a, b| a.score >= b.score));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_index_is_not_starved_by_a_filter_that_permits_one_in_a_hundred(db: PgPool) {
    let (admin, small) = library(&db, 3_000).await;
    let scope = scope(vec![small]);
    let question = question(&db).await;
    let nearby = nearby(admin, &question, &scope, 20);

    let exact = exact_scan(&db, &nearby, NEAR_REACH).await.unwrap();
    let by_index = hnsw_scan(&db, &nearby, NEAR_REACH).await.unwrap();

    assert_eq!(exact.len(), 20);
    assert_eq!(by_index, exact);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_selective_filter_by_type_is_answered_from_further_away(db: PgPool) {
    let (admin, _) = library(&db, 3_000).await;
    sqlx::query(
        "update document_version set media_type = 'application/pdf'
         where document_id in (
             select document_id from chunk join embedding on chunk_id = id
             order by vector <#> '[0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0]' desc limit 5
         )",
    )
    .execute(&db)
    .await
    .unwrap();
    let filter = Filter { media_types: vec!["application/pdf".into()], ..Filter::default() };
    let scope = Scope { filter, ..all_collections(&db).await };
    let question = question(&db).await;
    let nearby = nearby(admin, &question, &scope, 10);

    // The five furthest of all: beyond the near reach, within the far one.
    assert!(exact_scan(&db, &nearby, NEAR_REACH).await.unwrap().is_empty());
    assert_eq!(exact_scan(&db, &nearby, FAR_REACH).await.unwrap().len(), 5);
}

#[sqlx::test(migrations = "../migrations")]
async fn neither_scan_shows_a_reader_what_they_may_not_read(db: PgPool) {
    let (_, small) = library(&db, 1_000).await;
    let stranger = Uuid::now_v7();
    sqlx::query("insert into account (id, email, role) values ($1, 'b', 'employee')")
        .bind(stranger)
        .execute(&db)
        .await
        .unwrap();
    // As if the collections had been looked up before a grant was taken away.
    let scope = scope(vec![small]);
    let question = question(&db).await;
    let nearby = nearby(stranger, &question, &scope, 10);

    assert!(exact_scan(&db, &nearby, NEAR_REACH).await.unwrap().is_empty());
    assert!(hnsw_scan(&db, &nearby, NEAR_REACH).await.unwrap().is_empty());
}
