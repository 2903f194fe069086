//! The path of an archive: its files become documents of their own, and it is the list of them.

use app::error::AppError;
use uuid::Uuid;

use super::{
    Begun, Failure, StageTimer, Turn,
    rows::{drop_older, point_to, store_facts},
};
use crate::error::Error;
use crate::ingest::{
    accept,
    archive::{self, Contents},
    delete, index_change,
    parse::{ParseError, listing},
    queue::{self, Claim},
    text::{self, End},
};

impl Turn<'_> {
    /// Accepts an archive's files with their jobs, removes those that are in it no more, and makes
    /// the version the current one, all in one transaction of this attempt.
    pub(super) async fn unpack(&self, claim: &Claim, begun: &Begun) -> Result<(), Failure> {
        let _timer = StageTimer::start("unpacking");
        self.report("parsing", 0.0).await?;
        let Contents { files, not_read } = self.contents(begun).await?;
        let listing =
            listing(&begun.path(), files.iter().map(|file| &file.path), &not_read).map_err(Failure::File)?;

        let mut tx = self.ingest.db.begin().await?;
        queue::finish(&mut tx, claim).await?;
        accept::lock_collection(&mut tx, begun.collection_id).await?;
        self.hold(&mut tx).await?;
        let archive = accept::Place { collection: begun.collection_id, archive: Some(self.document) };
        let accepted = match accept::accept_in(&mut tx, &self.ingest.blobs, archive, &files).await {
            Err(Error::App(AppError::OverQuota { .. })) => return Err(Failure::File(ParseError::OverQuota)),
            accepted => accepted?,
        };
        let stay: Vec<Uuid> = accepted.iter().map(|file| file.document_id).collect();
        text::forget(&mut tx, &[self.version]).await?;
        store_facts(&mut tx, self.version, &listing).await?;
        text::store(&mut tx, self.version, End::default(), &listing).await?;
        point_to(&mut tx, self.document, self.version).await?;
        drop_older(&mut tx, self.document, self.version).await?;
        // Late, since they hold back every publication until the commit.
        delete::members_but(&mut tx, self.document, &stay).await?;
        index_change::publish(&mut tx, self.document, self.version).await?;
        Ok(tx.commit().await?)
    }

    async fn contents(&self, begun: &Begun) -> Result<Contents, Failure> {
        let contents = archive::unpack(self.ingest, &self.request(begun)?, &begun.path()).await?;
        match contents.refusal() {
            Some(refusal) => Err(Failure::File(refusal)),
            None => Ok(contents),
        }
    }
}
