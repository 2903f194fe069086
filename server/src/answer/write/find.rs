//! What an answer is to stand on: found, and kept as offered.

use app::{answer::AnswerEvent, error::AppError};

use super::{Draft, Halt};
use crate::{
    answer::{cache, log, offer::Offer},
    error::Error,
};

impl Draft<'_> {
    /// Finds sources, and what an answer before that stands on them is known by.
    pub(super) async fn look(&mut self, parts: &[String]) -> Result<(Offer, cache::Asked), Halt> {
        let asked = async { Ok(self.service.asked(self.accepted, parts).await?) };
        let found = tokio::try_join!(self.find(parts), asked)?;
        self.times.search = self.elapsed();
        Ok(found)
    }

    async fn find(&self, parts: &[String]) -> Result<Offer, Halt> {
        let accepted = self.accepted;
        let service = self.service;
        Ok(Offer::find(&service.db, &service.search, accepted.asker, parts, &accepted.scope).await?)
    }

    /// Stores which sources were offered. They are found again where a document was replaced or
    /// deleted in between, so that nothing deleted is ever offered.
    pub(super) async fn offer(&mut self, found: Offer, parts: &[String]) -> Result<Offer, Halt> {
        const ATTEMPTS: usize = 3;
        let accepted = self.accepted;
        let mut found = Some(found);
        for _ in 0..ATTEMPTS {
            let offer = match found.take() {
                Some(offer) => offer,
                None => self.find(parts).await?,
            };
            let mut transaction = self.service.db.begin().await.map_err(Error::from)?;
            if !offer.store(&mut transaction, accepted.asker, accepted.message_id).await? {
                continue;
            }
            let event = AnswerEvent::Sources { sources: offer.sources() };
            log::append(&mut transaction, accepted.message_id, &event).await?.ok_or(Halt::Gone)?;
            transaction.commit().await.map_err(Error::from)?;
            self.service.running.tell(accepted.message_id);
            return Ok(offer);
        }
        let message = "The documents are changing just now. Ask again in a moment.".to_owned();
        Err(AppError::Unavailable { message }.into())
    }
}
