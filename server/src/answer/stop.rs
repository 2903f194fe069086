//! Stopping an answer, as its asker wants.

use std::time::Duration;

use uuid::Uuid;

use super::{AnswerService, close, message};
use crate::error::Result;

/// An answer notices at once; only a database in trouble takes longer.
const PATIENCE: Duration = Duration::from_secs(5);

impl AnswerService {
    /// Returns once the answer has stopped; one that is over stays as it is.
    pub(super) async fn stop_answer(&self, asker: Uuid, id: Uuid) -> Result<()> {
        message::check_own(&self.db, asker, id).await?;
        let news = self.running.news(id);
        if !self.running.stop(id) {
            return Ok(close::close_stopped(&self.db, id).await?);
        }
        if let Some(mut news) = news {
            let over = async { while news.changed().await.is_ok() {} };
            // What takes longer stops all the same, a little later.
            let _ = tokio::time::timeout(PATIENCE, over).await;
        }
        Ok(())
    }
}
