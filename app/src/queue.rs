//! The queue of documents to be taken in, over all collections, as an admin sees and steers it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{document::RunningDocument, timestamp::Timestamp};

/// How the queue stands. Documents are counted by their newest version.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueueReport {
    /// Set while the queue is paused: what is running is finished, and nothing else is begun.
    pub pause: Option<QueuePause>,
    /// Documents that wait.
    pub waiting: i64,
    /// Documents that are being processed.
    pub running: i64,
    /// Documents that failed; [`Self::reasons`] says why.
    pub failed: i64,
    /// Documents that an admin cancelled while they waited.
    pub cancelled: i64,
    /// Documents that came to an end each minute, lately; `None` where none did.
    pub per_minute: Option<f64>,
    /// How long what is left will take at that rate, in seconds; `None` where it isn't known.
    pub seconds_left: Option<i64>,
    /// Some of the documents being processed now, the longest running first.
    pub documents: Vec<RunningDocument>,
    /// Why documents failed, the commonest reason first.
    pub reasons: Vec<FailureReason>,
}

impl QueueReport {
    /// Documents still to come.
    pub fn left(&self) -> i64 {
        self.waiting + self.running
    }
}

/// Who paused the queue, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueuePause {
    pub since: Timestamp,
    /// Their id and address; `None` where the account is gone.
    pub by: Option<QueuePauser>,
}

/// The admin who paused the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueuePauser {
    pub id: Uuid,
    pub email: String,
}

/// A reason for which documents failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FailureReason {
    /// The stable word of [`crate::document::DocumentFailure`].
    pub code: String,
    /// The sentence that one of these documents shows.
    pub detail: String,
    pub documents: i64,
}
