//! The pieces of an answer as they come, shown and kept in the log.

use std::time::{Duration, Instant};

use app::{
    answer::{AnswerEvent, CorrectedCitation},
    error::AppError,
};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use super::{Draft, Halt};
use crate::{
    answer::{log, proofreader::Proofreader, verdict::Passages},
    model::llm::{Piece, Pieces, quarters},
};

/// Events are kept to about twenty a second.
const LOGGED_EVERY: Duration = Duration::from_millis(50);

impl Draft<'_> {
    /// Shows the pieces of the answer as they come; gives the marks that were set right on the way.
    pub(super) async fn stream(
        &mut self,
        mut pieces: Pieces,
        passages: &Passages,
        stop: &CancellationToken,
    ) -> Result<Vec<CorrectedCitation>, Halt> {
        let service = self.service;
        let markup = self.model.markup();
        let mut proofreader = Proofreader::new(passages, markup, service.embedder.as_ref());
        let ended = self.pass_on(&mut pieces, &mut proofreader, stop).await;
        match &ended {
            Ok(()) => {
                let rest = proofreader.finish().await;
                self.show(&rest);
            }
            // It broke off: what there is of it is kept, and marked as broken off.
            Err(Halt::Stopped | Halt::Failed(AppError::Model { .. })) => self.show(&proofreader.release()),
            Err(Halt::Gone | Halt::Failed(_)) => self.unlogged.clear(),
        }
        self.log_text().await?;
        ended.map(|()| proofreader.into_corrected())
    }

    async fn pass_on(
        &mut self,
        pieces: &mut Pieces,
        proofreader: &mut Proofreader<'_>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let mut rights = tokio::time::interval(log::RIGHTS_CHECKED_EVERY);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Halt::Stopped),
                _ = rights.tick() => self.check_rights().await?,
                () = tokio::time::sleep_until(self.log_due()), if !self.unlogged.is_empty() => self.log_text().await?,
                piece = pieces.next() => match piece {
                    Some(Ok(Piece::Text(text))) => {
                        self.spent.written += quarters(&text);
                        let shown = proofreader.push(&text).await;
                        self.show(&shown);
                    }
                    Some(Ok(Piece::Thought)) => proofreader.forget(),
                    Some(Ok(Piece::Estimate(estimate))) => self.confidence = Some(estimate),
                    Some(Ok(Piece::Usage(tokens))) => self.spent.counted = Some(tokens),
                    Some(Err(error)) => return Err(error.into()),
                    None => return Ok(()),
                },
            }
        }
    }

    /// Whose right to a source was taken gets no more of the answer.
    pub(super) async fn check_rights(&self) -> Result<(), Halt> {
        let accepted = self.accepted;
        match log::may_read_on(&self.service.db, accepted.asker, accepted.message_id).await? {
            true => Ok(()),
            false => Err(AppError::NotFound.into()),
        }
    }

    pub(super) fn show(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.text.is_empty() {
            self.times.first_token = self.elapsed();
        }
        self.text.push_str(text);
        self.unlogged.push_str(text);
    }

    /// When the text not yet in the log should be: at once where none is.
    fn log_due(&self) -> tokio::time::Instant {
        let due = self.logged.map_or_else(Instant::now, |logged| logged + LOGGED_EVERY);
        due.into()
    }

    pub(super) async fn log_text(&mut self) -> Result<(), Halt> {
        if self.unlogged.is_empty() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.unlogged);
        self.log(AnswerEvent::Delta { text }).await?;
        self.logged = Some(Instant::now());
        Ok(())
    }

    pub(super) async fn log(&self, event: AnswerEvent) -> Result<(), Halt> {
        let message = self.accepted.message_id;
        self.service.log.append(message, event).await?.ok_or(Halt::Gone)?;
        Ok(())
    }
}
