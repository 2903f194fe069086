//! Giving an answer again that was given before.

use app::answer::AnswerEvent;

use super::{Draft, Halt, Judged};
use crate::{
    answer::{cache, log, offer::Offer},
    error::Error,
};

impl Draft<'_> {
    /// Gives the answer before that stands on what was just found, where there is one.
    pub(super) async fn give_again(
        &mut self,
        offer: &Offer,
        key: &cache::Key,
    ) -> Result<Option<Judged>, Halt> {
        let (service, accepted) = (self.service, self.accepted);
        if accepted.fresh {
            return Ok(None);
        }
        let Some(before) = key.find(&service.db, accepted.asker, offer).await? else { return Ok(None) };
        let mut transaction = service.db.begin().await.map_err(Error::from)?;
        let given = cache::give(&mut transaction, accepted.asker, before, accepted.message_id).await?;
        let Some(kept) = given else { return Ok(None) };
        let meta = self.meta(kept.how);
        for event in [meta, AnswerEvent::Sources { sources: kept.sources }] {
            log::append(&mut transaction, accepted.message_id, &event).await?.ok_or(Halt::Gone)?;
        }
        transaction.commit().await.map_err(Error::from)?;
        if self.notice.is_some() {
            self.store_choice().await?;
        }
        service.running.tell(accepted.message_id);
        self.is_given_again = true;
        self.confidence = kept.confidence;
        self.show(&kept.answer);
        self.log_text().await?;
        Ok(Some(Judged { sentences: kept.sentences, ..Judged::default() }))
    }
}
