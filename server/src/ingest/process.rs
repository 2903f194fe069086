//! The path of a version from its bytes to being searched: parse, chunk, embed, publish.
//!
//! Each step finds what an earlier attempt left and goes on from there, and each of its writes
//! first makes sure that the version still belongs to this attempt.

mod failure;
mod rows;
mod stage_timer;
mod unpack;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

pub(super) use self::failure::Failure;
use self::rows::{
    Begun, count_embedded, drop_older, note_cut, point_to, read_version, set_stage, store_chunks, store_facts,
};
use self::stage_timer::StageTimer;
use super::{
    Ingest,
    benches::Bench,
    chunk::{self, Chunk},
    embedding::{self, Place},
    index_change, likeness,
    parse::{Extracted, ParseError, ParseRequest, Piece, Reading},
    queue::{self, Claim},
    text::{self, End},
};
use crate::{background, politeness::Politeness};

/// Makes a version searchable. The bench is free again when all that is left is to wait
/// for the index.
pub(super) async fn process(
    ingest: &Ingest,
    claim: &Claim,
    version: Uuid,
    attempt: i32,
    bench: Bench,
) -> Result<(), Failure> {
    let begun = read_version(ingest, version).await?;
    let turn = Turn { ingest, document: begun.document_id, version, attempt };
    if begun.is_archive() {
        return turn.unpack(claim, &begun).await;
    }
    if !begun.is_cut {
        turn.read(&begun).await?;
    }
    turn.embed().await?;
    // To publish is to wait more than to work, so that somebody else may begin.
    drop(bench);
    turn.announce().await?;
    let published = turn.publish(claim).await;
    if let Err(Failure::Forgotten) = published {
        turn.forget().await?;
    }
    published
}

/// What of the whole is done when a stage begins; embedding takes over nine tenths of the time.
const CHUNKED: f32 = 0.1;
const EMBEDDED: f32 = 0.98;

/// How many chunks are stored at a time: a large document has hundreds of thousands.
const STORED: usize = 1_000;
/// How long a version waits for the index before it is published all the same.
const INDEX_PATIENCE: Duration = Duration::from_secs(30);

/// One attempt at one version.
struct Turn<'a> {
    ingest: &'a Ingest,
    document: Uuid,
    version: Uuid,
    attempt: i32,
}

impl Turn<'_> {
    /// Stores the text and its passages, piece by piece: a huge table is never held as a whole. What
    /// an attempt before left unfinished is forgotten first.
    async fn read(&self, begun: &Begun) -> Result<(), Failure> {
        let timer = StageTimer::start("parsing");
        let mut tx = self.begin().await?;
        set_stage(&mut tx, self.version, "parsing", 0.0).await?;
        text::forget(&mut tx, &[self.version]).await?;
        tx.commit().await?;
        let mut reading = Reading::begin(self.request(begun)?).await.map_err(Failure::File)?;
        let (mut at, mut passages) = (End::default(), 0);
        while let Some(Piece { mut extracted, read }) = reading.next().await.map_err(Failure::File)? {
            if begun.title.is_some() {
                extracted.title.clone_from(&begun.title);
            }
            let extracted = Arc::new(extracted);
            let chunks = self.chunk(&extracted).await?;
            let chunks: Vec<Chunk> =
                chunks.into_iter().map(|chunk| chunk.behind(passages, at.chars as u32)).collect();
            self.store(at, &extracted, &chunks, CHUNKED * read).await?;
            at = at.after(&extracted);
            passages += chunks.len() as u32;
        }
        drop(timer);
        if passages == 0 {
            return Err(Failure::File(ParseError::NoText));
        }
        let mut tx = self.begin().await?;
        note_cut(&mut tx, self.version).await?;
        Ok(tx.commit().await?)
    }

    fn request(&self, begun: &Begun) -> Result<ParseRequest, Failure> {
        let hash = begun.sha256.as_slice().try_into().context("a stored hash is not a SHA-256")?;
        let mut request = ParseRequest::new(
            self.ingest.blobs.path(&hash),
            begun.filename.clone(),
            self.ingest.pdfium.to_path_buf(),
        );
        request.program.clone_from(&self.ingest.parser_program);
        request.ocr.clone_from(&self.ingest.ocr);
        Ok(request)
    }

    async fn chunk(&self, extracted: &Arc<Extracted>) -> Result<Vec<Chunk>, Failure> {
        let _timer = StageTimer::start("chunking");
        let (extracted, count_tokens) = (extracted.clone(), self.ingest.count_tokens.clone());
        let cut = move || chunk::chunk(&extracted, &*count_tokens);
        let chunks = background::run(Politeness::Idle, cut).await;
        Ok(chunks.context("could not cut a text into passages")?)
    }

    async fn store(
        &self,
        at: End,
        extracted: &Extracted,
        chunks: &[Chunk],
        progress: f32,
    ) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        set_stage(&mut tx, self.version, "chunking", progress).await?;
        store_facts(&mut tx, self.version, extracted).await?;
        text::store(&mut tx, self.version, at, extracted).await?;
        for part in chunks.chunks(STORED) {
            store_chunks(&mut tx, self.version, extracted.language.as_deref(), part).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn embed(&self) -> Result<(), Failure> {
        let _timer = StageTimer::start("embedding");
        let model = self.ingest.embedding_model().await?;
        self.reuse_vectors(model).await?;
        let (total, mut done) =
            count_embedded(&mut *self.ingest.db.acquire().await?, self.version, model).await?;
        let progress = |done| CHUNKED + (EMBEDDED - CHUNKED) * done as f32 / total.max(1) as f32;
        self.report("embedding", progress(done)).await?;
        let mut at = Place::START;
        let most = self.ingest.embedder.passages_at_a_time() as i64;
        loop {
            let batch =
                embedding::without_vector(&self.ingest.db, model, Some(self.version), at, most).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            at = last.place();
            let vectors = embedding::embed(self.ingest, &batch).await?;
            done += batch.len() as i64;
            let mut tx = self.begin().await?;
            embedding::store(&mut tx, model, &batch, vectors).await?;
            set_stage(&mut tx, self.version, "embedding", progress(done)).await?;
            tx.commit().await?;
        }
    }

    /// Passages that stand in the version before too, word for word, have its vectors.
    async fn reuse_vectors(&self, model: i16) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        embedding::reuse(&mut tx, model, self.version).await?;
        Ok(tx.commit().await?)
    }

    /// Has the version put into the index before readers see it, so that it is found as soon as it is
    /// published, and the one before until then. An index that can't follow holds up nothing for long.
    async fn announce(&self) -> Result<(), Failure> {
        let _timer = StageTimer::start("indexing");
        let mut tx = self.ingest.db.begin().await?;
        self.hold(&mut tx).await?;
        set_stage(&mut tx, self.version, "publishing", EMBEDDED).await?;
        let change = index_change::publish(&mut tx, self.document, self.version).await?;
        tx.commit().await?;
        let keyword = &self.ingest.keyword;
        if keyword.is_ready() && !keyword.wait_for(change, INDEX_PATIENCE).await {
            tracing::warn!(version = %self.version, "The keyword index is behind; publishing without it");
        }
        Ok(())
    }

    /// Makes the version the searchable one, in place of the one before: readers see the old
    /// whole or the new whole.
    async fn publish(&self, claim: &Claim) -> Result<(), Failure> {
        let _timer = StageTimer::start("publishing");
        likeness::note(&self.ingest.db, self.version).await?;
        let mut tx = self.ingest.db.begin().await?;
        queue::finish(&mut tx, claim).await?;
        self.hold(&mut tx).await?;
        self.require_whole(&mut tx).await?;
        point_to(&mut tx, self.document, self.version).await?;
        if drop_older(&mut tx, self.document, self.version).await? {
            // Late, since it holds back every other publication until the commit.
            index_change::publish(&mut tx, self.document, self.version).await?;
        }
        likeness::pair_up(&mut tx, self.document, self.version).await?;
        Ok(tx.commit().await?)
    }

    /// The steps before didn't wait for the disk, so a crash of the database may have undone them
    /// while this attempt went on.
    async fn require_whole(&self, db: &mut PgConnection) -> Result<(), Failure> {
        let model = self.ingest.embedding_model().await?;
        match count_embedded(db, self.version, model).await? {
            (total, embedded) if total > 0 && embedded == total => Ok(()),
            _ => Err(Failure::Forgotten),
        }
    }

    /// Lets the next attempt begin with the file.
    async fn forget(&self) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        text::forget(&mut tx, &[self.version]).await?;
        Ok(tx.commit().await?)
    }

    async fn report(&self, stage: &str, progress: f32) -> Result<(), Failure> {
        let mut tx = self.begin().await?;
        set_stage(&mut tx, self.version, stage, progress).await?;
        Ok(tx.commit().await?)
    }

    /// A transaction whose loss in a crash would only mean to do the step again.
    async fn begin(&self) -> Result<Transaction<'static, Postgres>, Failure> {
        let mut tx = self.ingest.db.begin().await?;
        relax_durability(&mut tx).await?;
        self.hold(&mut tx).await?;
        Ok(tx)
    }

    /// Makes sure that the version is this attempt's until the end of the transaction. Whoever
    /// locks several of them takes jobs first, then documents, then versions.
    async fn hold(&self, db: &mut PgConnection) -> Result<(), Failure> {
        sqlx::query!(
            r#"select id from document where id = $1 and deleted_at is null for no key update"#,
            self.document,
        )
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Failure::ClaimLost)?;
        let held = sqlx::query_scalar!(
            r#"
            select id from document_version
            where id = $1 and attempt = $2 and status = 'processing'
            for no key update
            "#,
            self.version,
            self.attempt,
        )
        .fetch_optional(db)
        .await?;
        held.map(drop).ok_or(Failure::ClaimLost)
    }
}

/// For writes that may be lost in a crash of the database, because the work is then done again:
/// their commit doesn't wait for the disk.
async fn relax_durability(db: &mut PgConnection) -> Result<(), Failure> {
    sqlx::query!(r#"set local synchronous_commit = off"#).execute(db).await?;
    Ok(())
}
