//! A library that grows, with readers who may see more or less of it.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use pgvector::HalfVector;
use server::{
    model::{Embedder, EmbeddingModel},
    search::{
        KeywordIndex, SearchService, VectorMemory,
        vector::{create_vector_index, drop_vector_index},
    },
};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    synthetic::{Synthetic, hashed, passage},
    table::memory,
};

/// How many passages are written at a time.
const BATCH: usize = 5_000;
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Collections of a thousandth, of a hundredth and of nine hundredths of all passages: so many each.
const COLLECTIONS: [usize; 3] = [10, 9, 10];
/// For each share, so many readers of collections drawn at random.
pub(crate) const READERS: usize = 3;

/// How much of the library a reader may see.
#[derive(Clone, Copy)]
pub(crate) enum Share {
    All,
    OneIn10,
    OneIn100,
    OneIn1000,
}

impl Share {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "100 %",
            Self::OneIn10 => "10 %",
            Self::OneIn100 => "1 %",
            Self::OneIn1000 => "0.1 %",
        }
    }
}

pub(crate) struct Library {
    pub(crate) db: PgPool,
    pub(crate) model: i16,
    pub(crate) passages: usize,
    /// Reads everything.
    pub(crate) admin: Uuid,
    /// Who reads a tenth, a hundredth, a thousandth.
    pub(crate) readers: [Vec<Uuid>; 3],
    embedder: Arc<Synthetic>,
    keyword: KeywordIndex,
    vectors: VectorMemory,
    folder: TempDir,
    built: Built,
    /// Whether Postgres is measured too: its index of a million vectors takes half an hour to build.
    with_postgres: bool,
    shutdown: CancellationToken,
    followers: Vec<JoinHandle<()>>,
}

/// What growing took, the last time.
#[derive(Default)]
struct Built {
    graph: Duration,
    /// How long the vectors were read from Postgres into memory.
    held: Duration,
    memory_before: f64,
}

impl Library {
    pub(crate) async fn new(db: PgPool, embedder: Arc<Synthetic>, with_postgres: bool) -> Self {
        let model = add_model(&db, embedder.model().unwrap()).await;
        add_collections(&db).await;
        let (admin, readers) = add_readers(&db).await;
        let folder = tempfile::tempdir().unwrap();
        let keyword = KeywordIndex::open(folder.path()).unwrap();
        let vectors = VectorMemory::new(usize::MAX);
        let shutdown = CancellationToken::new();
        let followers = vec![tokio::spawn(keyword.clone().follow(db.clone(), shutdown.clone()))];
        let (passages, built) = (0, Built::default());
        Self {
            db,
            model,
            passages,
            admin,
            readers,
            embedder,
            keyword,
            vectors,
            folder,
            built,
            with_postgres,
            shutdown,
            followers,
        }
    }

    /// Adds passages until there are `size`, and waits until they are searched.
    pub(crate) async fn grow_to(&mut self, size: usize) {
        let dimensions = self.embedder.model().unwrap().dimensions as i32;
        let many = size > self.passages + BATCH;
        if many {
            drop_vector_index(&mut self.db.acquire().await.unwrap(), self.model).await.unwrap();
        }
        let mut seq = 0;
        while self.passages < size {
            let next = (self.passages + BATCH).min(size);
            seq = self.add(self.passages..next).await;
            self.passages = next;
        }
        if many && self.with_postgres {
            sqlx::query("set maintenance_work_mem = '2GB'").execute(&self.db).await.unwrap();
            let started = Instant::now();
            create_vector_index(&self.db, self.model, dimensions).await.unwrap();
            self.built.graph = started.elapsed();
        }
        assert!(self.keyword.wait_for(seq, PATIENCE).await, "the index fell behind");
        if many {
            sqlx::query("vacuum analyze").execute(&self.db).await.unwrap();
        }
        self.built.memory_before = memory();
        let started = Instant::now();
        self.vectors.catch_up(&self.db).await.unwrap();
        self.built.held = started.elapsed();
    }

    /// What the size it has takes.
    pub(crate) fn tell(&self) {
        println!(
            "\n{} passages: {:.0} MB in memory, of them {:.0} for vectors, which were read in {:.1} s",
            self.passages,
            memory(),
            memory() - self.built.memory_before,
            self.built.held.as_secs_f64()
        );
        if self.with_postgres {
            println!("pgvector's index was built in {:.0} s", self.built.graph.as_secs_f64());
        }
    }

    /// The names of the collections that somebody may read.
    pub(crate) async fn readable(&self, reader: Uuid) -> HashSet<String> {
        let readable = "select name from collection where id in (select readable_collection($1))";
        let names: Vec<String> = sqlx::query_scalar(readable).bind(reader).fetch_all(&self.db).await.unwrap();
        names.into_iter().collect()
    }

    pub(crate) fn index_dir(&self) -> PathBuf {
        self.folder.path().join("current")
    }

    pub(crate) fn service(&self) -> SearchService {
        self.service_with(self.vectors.clone())
    }

    /// Searches in Postgres by meaning; `None` where that isn't measured.
    pub(crate) fn service_without_memory(&self) -> Option<SearchService> {
        self.with_postgres.then(|| self.service_with(VectorMemory::new(0)))
    }

    fn service_with(&self, vectors: VectorMemory) -> SearchService {
        SearchService::new(self.db.clone(), self.embedder.clone(), self.keyword.clone(), vectors)
    }

    pub(crate) async fn close(self) {
        self.shutdown.cancel();
        for follower in self.followers {
            follower.await.unwrap();
        }
    }

    /// Publishes documents of one passage each; gives the number of the last change.
    async fn add(&self, numbers: std::ops::Range<usize>) -> i64 {
        let names: Vec<_> = numbers.clone().map(|number| number.to_string()).collect();
        let collections: Vec<_> = numbers.clone().map(collection_of).collect();
        let texts: Vec<_> = numbers.clone().map(passage).collect();
        let vectors: Vec<_> =
            numbers.map(|number| HalfVector::from_f32_slice(&self.embedder.vector(number))).collect();
        let publish = "
            with passage as materialized (
                select gen_random_uuid() as document_id, gen_random_uuid() as version_id,
                    gen_random_uuid() as chunk_id, collection.id as collection_id, external_id, text, vector
                from unnest($1::text[], $2::halfvec[], $3::text[], $5::text[]) as new (text, vector, name, external_id)
                join collection using (name)
            ),
            document as (
                insert into document (id, collection_id, external_id, title, filename)
                select document_id, collection_id, external_id, 'Document', '' from passage
            ),
            version as (
                insert into document_version (id, document_id, number, sha256, media_type, size_bytes, status)
                select version_id, document_id, 1, '', 'text/plain', 0, 'ready' from passage
            ),
            chunk as (
                insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
                    char_start, char_end, token_count, language)
                select chunk_id, version_id, document_id, collection_id, 0, '{}', text, 0, 0, 0, 'en' from passage
            )
            insert into embedding (chunk_id, model_id, collection_id, vector)
            select chunk_id, $4, collection_id, vector from passage";
        let mut transaction = self.db.begin().await.unwrap();
        sqlx::query(publish)
            .bind(&texts)
            .bind(&vectors)
            .bind(&collections)
            .bind(self.model)
            .bind(&names)
            .execute(&mut *transaction)
            .await
            .unwrap();
        let point = "update document set current_version_id = document_version.id from document_version
            where document_version.document_id = document.id and document.current_version_id is null
            returning push_index_change('publish', document.id, document_version.id)";
        let changes: Vec<i64> = sqlx::query_scalar(point).fetch_all(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        changes.into_iter().max().unwrap()
    }
}

/// The collection that a passage lies in, by a throw of dice.
pub(crate) fn collection_of(number: usize) -> String {
    let [tiny, small, large] = COLLECTIONS;
    let thousandth = hashed(&(number, "collection")) as usize % 1_000;
    if thousandth < tiny {
        format!("tiny {thousandth}")
    } else if thousandth < tiny + 10 * small {
        format!("small {}", thousandth % small)
    } else {
        format!("large {}", thousandth % large)
    }
}

async fn add_collections(db: &PgPool) {
    for (name, count) in ["tiny", "small", "large"].into_iter().zip(COLLECTIONS) {
        for number in 0..count {
            sqlx::query("insert into collection (id, name, visibility) values ($1, $2, 'restricted')")
                .bind(Uuid::now_v7())
                .bind(format!("{name} {number}"))
                .execute(db)
                .await
                .unwrap();
        }
    }
    sqlx::query("insert into blob (sha256, size_bytes) values ('', 0)").execute(db).await.unwrap();
}

/// An admin, who reads everything, and readers of collections drawn at random.
async fn add_readers(db: &PgPool) -> (Uuid, [Vec<Uuid>; 3]) {
    let admin = add_account(db, "admin").await;
    let mut readers = [Vec::new(), Vec::new(), Vec::new()];
    for reader in 0..READERS {
        let drawn = |size: usize| hashed(&(reader, "grant")) as usize % COLLECTIONS[size];
        let (tiny, small, large) =
            (format!("tiny {}", drawn(0)), format!("small {}", drawn(1)), format!("large {}", drawn(2)));
        for (share, granted) in [vec![small.clone(), large], vec![small], vec![tiny]].into_iter().enumerate()
        {
            let account = add_account(db, "employee").await;
            let grant = "insert into collection_grant (collection_id, account_id)
                select id, $1 from collection where name = any($2)";
            sqlx::query(grant).bind(account).bind(&granted).execute(db).await.unwrap();
            readers[share].push(account);
        }
    }
    (admin, readers)
}

async fn add_account(db: &PgPool, role: &str) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query("insert into account (id, email, role) values ($1, $2, $3)")
        .bind(id)
        .bind(id.to_string())
        .bind(role)
        .execute(db)
        .await
        .unwrap();
    id
}

async fn add_model(db: &PgPool, model: &EmbeddingModel) -> i16 {
    let insert = "insert into embedding_model (name, mode, dimensions, state)
        values ($1, $2, $3, 'active') returning id";
    sqlx::query_scalar(insert)
        .bind(&model.name)
        .bind(&model.mode)
        .bind(model.dimensions as i32)
        .fetch_one(db)
        .await
        .unwrap()
}
