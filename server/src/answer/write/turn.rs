//! Waiting for a busy model.

use std::time::Duration;

use app::answer::AnswerEvent;
use tokio_util::sync::CancellationToken;

use super::{Draft, Halt, until};
use crate::model::queue::Turn;

/// So often a place that has changed is told, and rights are looked at.
const TOLD_EVERY: Duration = Duration::from_secs(2);

impl Draft<'_> {
    /// Waits until it is this answer's turn, and tells its place meanwhile. The model is somebody
    /// else's when the turn is dropped; `None` where the model has no queue.
    pub(super) async fn await_turn(&mut self, stop: &CancellationToken) -> Result<Option<Turn>, Halt> {
        let Some(queue) = self.model.queue() else { return Ok(None) };
        let mut turn = queue.join(self.accepted.asker);
        if turn.place() == 0 {
            return Ok(Some(turn));
        }
        let before = self.elapsed();
        let mut told = 0;
        while turn.place() > 0 {
            if turn.place() != told {
                told = turn.place();
                self.log(AnswerEvent::Waiting { place: told }).await?;
            }
            // Whether its turn has come or not, it looks.
            let _ = until(stop, tokio::time::timeout(TOLD_EVERY, turn.comes())).await?;
            self.check_rights().await?;
        }
        // Nothing of an answer that was withdrawn meanwhile goes to a model: its log is closed.
        self.log(AnswerEvent::Waiting { place: 0 }).await?;
        self.times.waited += self.elapsed() - before;
        Ok(Some(turn))
    }
}
