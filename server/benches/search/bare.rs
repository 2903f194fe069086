//! The same work by the engines alone, and for Python.

use std::{fs, path::Path, time::Instant};

use pgvector::HalfVector;
use tantivy::{
    Index, Term,
    collector::TopDocs,
    query::{BooleanQuery, Occur, Query, TermQuery},
    schema::IndexRecordOption,
};

use super::{
    CANDIDATES, SEARCHES,
    library::Library,
    synthetic::{Synthetic, passage, question},
};

/// Any of the words in the passages, with nothing read but the numbers of the best.
pub(crate) fn tantivy_times(index: &Path) -> Vec<f64> {
    let index = Index::open_in_dir(index).unwrap();
    let body = index.schema().get_field("body").unwrap();
    let searcher = index.reader().unwrap().searcher();
    let time = |number| {
        let words = question(number);
        let clauses = words.split(' ').map(|word| {
            let term = Term::from_field_text(body, word);
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>)
        });
        let query = BooleanQuery::new(clauses.collect());
        let started = Instant::now();
        searcher.search(&query, &TopDocs::with_limit(CANDIDATES).order_by_score()).unwrap();
        started.elapsed().as_secs_f64() * 1e3
    };
    (0..SEARCHES).map(time).collect()
}

/// The nearest by the vectors' index, as pgvector walks it by default.
pub(crate) async fn pgvector_times(library: &Library, synthetic: &Synthetic) -> Vec<f64> {
    let mut connection = library.db.acquire().await.unwrap();
    sqlx::query(&format!("set hnsw.ef_search = {CANDIDATES}")).execute(&mut *connection).await.unwrap();
    let mut times = Vec::new();
    for number in 0..SEARCHES {
        let vector = synthetic.question_vector(number).await;
        let nearest = format!(
            "select chunk_id from embedding where model_id = {}
             order by vector::halfvec({}) <#> $1 limit {CANDIDATES}",
            library.model,
            vector.len()
        );
        let vector = HalfVector::from_f32_slice(&vector);
        let started = Instant::now();
        let found = sqlx::query(&nearest).bind(vector).fetch_all(&mut *connection).await.unwrap();
        assert_eq!(found.len(), CANDIDATES);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    sqlx::query("reset hnsw.ef_search").execute(&mut *connection).await.unwrap();
    times
}

/// Writes what was searched: a passage and a query a line, and the vectors as 32-bit floats.
pub(crate) async fn export(folder: &Path, synthetic: &Synthetic, passages: usize) {
    let write = |name: &str, texts: Vec<String>, vectors: Vec<f32>| {
        let vectors: Vec<u8> = vectors.into_iter().flat_map(f32::to_le_bytes).collect();
        fs::write(folder.join(name).with_extension("txt"), texts.join("\n")).unwrap();
        fs::write(folder.join(name).with_extension("f32"), vectors).unwrap();
    };
    let vectors = (0..passages).flat_map(|number| synthetic.vector(number)).collect();
    write("passages", (0..passages).map(passage).collect(), vectors);
    let mut vectors = Vec::new();
    for number in 0..SEARCHES {
        vectors.extend(synthetic.question_vector(number).await);
    }
    write("questions", (0..SEARCHES).map(question).collect(), vectors);
}
