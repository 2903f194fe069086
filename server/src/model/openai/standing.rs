//! What is known of a model from having asked it.

use std::sync::Arc;

use super::window::Window;
use crate::model::{health::Health, queue::Queue};

/// How a model has been doing, how it counts, and who waits for it. It outlives a change of how the
/// model is set up.
#[derive(Debug, Default)]
pub struct Standing {
    pub(super) health: Health,
    pub(super) window: Window,
    pub(super) queue: Arc<Queue>,
}
