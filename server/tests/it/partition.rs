//! Postgres cut off at each statement between an upload and its publication.
//!
//! A proxy stands between the server and Postgres and cuts every connection at the n-th statement:
//! before it arrives, or after it arrived and before its answer does. A short form runs with the other
//! tests; with `FOOTNOTE_TORTURE_CUTS` set to 1, as `make torture` does, it goes through every n.

mod proxy;

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgSslMode},
};

use self::proxy::{Proxy, Side};
use crate::common::{Shelf, TestEmbedder};

/// Statements are cut off one in so many; each in turn where the environment says 1.
const EVERY: usize = 17;
/// More statements than an upload takes until it is published.
const MOST: usize = 120;
/// A document that isn't ready by then is lost.
const PATIENCE: Duration = Duration::from_secs(120);

#[sqlx::test(migrations = "../migrations")]
async fn whatever_statement_is_cut_off_an_acknowledged_upload_is_ready_once(db: PgPool) {
    let every = std::env::var("FOOTNOTE_TORTURE_CUTS").map_or(EVERY, |every| every.parse().unwrap());
    let options = db.connect_options();
    let proxy = Proxy::before(&options).await;
    let through = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(proxy.port())
        .username(options.get_username())
        .database(options.get_database().unwrap())
        .ssl_mode(PgSslMode::Disable);
    let pool = PgPoolOptions::new().max_connections(8).connect_with(through).await.unwrap();
    let shelf = Shelf::with_embedder(pool, Arc::new(TestEmbedder::named("test"))).await;
    let work = shelf.app.start_work();
    let mut news = PgListener::connect_with(&db).await.unwrap();
    news.listen("progress").await.unwrap();

    let mut uploaded = 0;
    for side in [Side::Before, Side::After] {
        let mut statement = 1 + uploaded % every;
        while statement <= MOST {
            let text = format!("# Number {uploaded}\n\nA text of its own, one passage long.");
            proxy.cut_at(statement, side);
            let id = upload(&shelf, &format!("{uploaded}.md"), &text).await;
            await_ready(&db, &mut news, &id).await;
            let was_cut = proxy.disarm();
            uploaded += 1;
            statement += every;
            if !was_cut {
                break;
            }
        }
    }
    assert!(uploaded > 4, "{uploaded}");
    work.stop().await;
    assert_all_is_there_once(&db, uploaded as i64).await;
}

/// Uploads until it is acknowledged, as a person would.
async fn upload(shelf: &Shelf, name: &str, text: &str) -> String {
    let path = format!("/api/v1/collections/{}/documents", shelf.id);
    loop {
        let reply = shelf.admin.upload(&path, &[(name, text.as_bytes())]).await;
        if reply.status == 202 {
            let answer: Value = reply.json();
            return answer["documents"][0]["id"].as_str().unwrap().to_owned();
        }
        assert!(matches!(reply.status.as_u16(), 500 | 503), "{}", reply.text());
    }
}

/// Waits for the announcement of each change until the document is ready.
async fn await_ready(db: &PgPool, news: &mut PgListener, id: &str) {
    let ready = async {
        while !is_ready(db, id).await {
            news.recv().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.unwrap_or_else(|_| panic!("{id} is not ready"));
}

async fn is_ready(db: &PgPool, id: &str) -> bool {
    let status: Option<String> =
        sqlx::query_scalar("select status from document_version where document_id = $1::uuid")
            .bind(id)
            .fetch_optional(db)
            .await
            .unwrap();
    let status = status.expect("an acknowledged upload is there");
    assert_ne!(status, "failed", "{id}");
    status == "ready"
}

async fn assert_all_is_there_once(db: &PgPool, uploaded: i64) {
    let count = async |query: &str| -> i64 { sqlx::query_scalar(query).fetch_one(db).await.unwrap() };
    assert_eq!(count("select count(*) from document where current_version_id is not null").await, uploaded);
    assert_eq!(count("select count(*) from document_version").await, uploaded);
    assert_eq!(count("select count(*) from chunk").await, uploaded);
    assert_eq!(count("select count(*) from embedding").await, uploaded);
    assert_eq!(count("select count(*) from text_part").await, uploaded);
    // A version whose publication was cut off is announced to the index once more.
    assert_eq!(count("select count(distinct version_id) from index_change").await, uploaded);
    assert_eq!(count("select count(*) from job where state in ('queued', 'running')").await, 0);
}
