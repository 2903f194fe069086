//! Whether an endpoint has been failing: then others are asked first.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// After so many failures in a row an endpoint is left alone…
const FAILURES: u32 = 3;
/// …for so long; then one question tries it.
const REST: Duration = Duration::from_secs(30);

/// How an endpoint has been doing.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    /// Since the last failure, or since it was last tried.
    resting_since: Option<Instant>,
}

impl Health {
    pub(super) fn worked(&self) {
        *self.state() = State::default();
    }

    pub(super) fn failed(&self, now: Instant) {
        let mut state = self.state();
        state.failures += 1;
        state.resting_since = Some(now);
    }

    /// Whether it should be asked. Of those who ask while it rests, one is let through each time
    /// that it has rested enough; what comes of that question decides for all.
    pub(super) fn may_be_asked(&self, now: Instant) -> bool {
        let mut state = self.state();
        let rested = state.resting_since.is_none_or(|since| now.duration_since(since) >= REST);
        if state.failures < FAILURES {
            return true;
        }
        if rested {
            state.resting_since = Some(now);
        }
        rested
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_again_and_again_is_left_alone_and_tried_once_in_a_while() {
        let (health, begun) = (Health::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(health.may_be_asked(begun));
            health.failed(begun);
        }
        assert!(!health.may_be_asked(begun));
        let rested = begun + REST;
        assert!(health.may_be_asked(rested), "one tries");
        assert!(!health.may_be_asked(rested), "the others wait for what comes of it");
        health.failed(rested);
        assert!(!health.may_be_asked(rested));
        assert!(health.may_be_asked(rested + REST));
        health.worked();
        assert!(health.may_be_asked(rested) && health.may_be_asked(rested));
    }
}
