//! What is known of a model from having asked it.

use std::sync::Arc;

use super::window::Window;
use crate::model::{health::Health, queue::Queue};

/// How a model has been doing, how it counts, and who waits for it. It outlives a change of how the
/// model is set up.
#[derive(Debug, Default)]
pub struct Standing {
    health: Health,
    /// Of tasks, which are given less time: one too slow for them may well answer.
    tasks: Health,
    pub(super) window: Window,
    pub(super) queue: Arc<Queue>,
}

/// What an endpoint is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Answer,
    Task,
}

impl Standing {
    /// How the endpoint has been doing at such work.
    pub(super) fn health(&self, work: Work) -> &Health {
        match work {
            Work::Answer => &self.health,
            Work::Task => &self.tasks,
        }
    }
}
