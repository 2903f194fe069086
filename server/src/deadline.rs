//! How long stopping may take, all of it together.

use std::time::Duration;

use tokio::time::Instant;

/// By when a process that was told to stop has ended: within ten seconds, after which whoever runs
/// it kills it. Each step has a moment of its own, counted from the first, so that steps that take
/// long don't add up.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    told: Instant,
}

impl Deadline {
    /// For a process that is told to stop now.
    pub fn from_now() -> Self {
        Self { told: Instant::now() }
    }

    /// Until then requests may go on.
    pub fn requests(self) -> Instant {
        self.after(4_000)
    }

    /// Until then work in the background may come to an end.
    pub fn work(self) -> Instant {
        self.after(5_500)
    }

    /// Until then connections may end what they are at.
    pub fn connections(self) -> Instant {
        self.after(6_500)
    }

    /// Until then Postgres may write down what it has in memory.
    pub fn orderly_database(self) -> Instant {
        self.after(8_500)
    }

    /// Until then Postgres may end at once.
    pub fn database(self) -> Instant {
        self.after(9_300)
    }

    fn after(self, milliseconds: u64) -> Instant {
        self.told + Duration::from_millis(milliseconds)
    }
}
