//! A change of the embedding model.

use std::sync::Arc;

use server::model::Embedder;
use sqlx::PgPool;

use crate::common::{Shelf, TestEmbedder};

#[sqlx::test(migrations = "../migrations")]
async fn a_new_embedding_model_is_filled_beside_the_old_one_and_then_takes_its_place(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    shelf.upload("leave.md", "Five days.").await;
    let work = shelf.app.start_work();
    shelf.await_processed().await;
    work.stop().await;

    let next = Arc::new(TestEmbedder::held());
    let mut ingest = shelf.app.state.library.ingest().clone();
    ingest.embedder = next.clone() as Arc<dyn Embedder>;
    ingest.registered = Default::default();
    ingest.embedding_model().await.unwrap();
    let states = || async {
        sqlx::query!(
            r#"
            select name, state, (select count(*) from embedding where model_id = id) as "vectors!"
            from embedding_model order by id
            "#
        )
        .fetch_all(&db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.name, row.state, row.vectors))
        .collect::<Vec<_>>()
    };
    let state = |name: &str, state: &str, vectors| (name.to_owned(), state.to_owned(), vectors);
    assert_eq!(states().await, [state("test", "active", 1), state("held", "filling", 0)]);

    let stop = tokio_util::sync::CancellationToken::new();
    let workers = tokio::spawn(server::ingest::worker::run(ingest.clone(), 1, stop.clone()));
    next.await_begun(1).await;
    assert_eq!(states().await[0], state("test", "active", 1), "the old one serves until then");
    next.release();
    await_jobs_done(&db).await;
    assert_eq!(states().await, [state("test", "retired", 0), state("held", "active", 1)]);
    stop.cancel();
    workers.await.unwrap();
}

/// Waits for the announcement of each change until no job is left.
async fn await_jobs_done(db: &PgPool) {
    loop {
        let left = sqlx::query_scalar!(
            r#"select count(*) as "count!" from job where state in ('queued', 'running')"#
        )
        .fetch_one(db)
        .await
        .unwrap();
        if left == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
