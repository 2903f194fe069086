//! The answers that this process is writing: how to stop one, how to hear of its progress, and
//! how many there may be.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::error::AppError;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::log::Numbered;

/// More than this server can be asked for at once, so that it slows down before it fails.
const ALTOGETHER: usize = 400;
/// Most answers are over by then.
const WAIT_SECONDS: u32 = 5;

/// The answers being written.
#[derive(Debug, Clone)]
pub struct Running {
    entries: Arc<Mutex<HashMap<Uuid, Entry>>>,
    /// Which server this is, among those that share the database.
    instance: Uuid,
    /// How many answers one person may have here at once.
    per_person: usize,
    shutdown: CancellationToken,
}

#[derive(Debug)]
struct Entry {
    asker: Uuid,
    stop: CancellationToken,
    news: watch::Sender<()>,
    /// The last of its events that were stored one after the other, for those who follow closely.
    recent: VecDeque<Numbered>,
}

/// A place among the running answers; given back when dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    running: Running,
    message: Uuid,
    stop: CancellationToken,
}

impl Running {
    /// None yet, on the server `instance`. All stop at `shutdown`, and nobody can follow one any more.
    pub fn new(instance: Uuid, per_person: usize, shutdown: CancellationToken) -> Self {
        Self { entries: Arc::default(), instance, per_person, shutdown }
    }

    pub(crate) fn instance(&self) -> Uuid {
        self.instance
    }

    /// Which answers are being written here.
    pub(crate) fn messages(&self) -> Vec<Uuid> {
        self.entries().keys().copied().collect()
    }

    /// Cancelled when the server stops.
    pub(crate) fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// A place for the answer `message`.
    ///
    /// # Errors
    /// [`AppError::Limited`] where the asker, or everybody together, has too many running.
    pub(crate) fn admit(&self, asker: Uuid, message: Uuid) -> Result<Admission, AppError> {
        let mut entries = self.entries();
        let own = entries.values().filter(|entry| entry.asker == asker).count();
        let refused = |code: &str, message: String| {
            Err(AppError::Limited { code: code.to_owned(), message, wait_seconds: WAIT_SECONDS })
        };
        if own >= self.per_person {
            let message = format!("{own} of your answers are being written. Wait until one of them is done.");
            return refused("too_many_answers", message);
        }
        if entries.len() >= ALTOGETHER {
            return refused(
                "too_busy",
                "Too many answers are being written. Try again in a moment.".to_owned(),
            );
        }
        let stop = self.shutdown.child_token();
        let news = watch::Sender::new(());
        entries.insert(message, Entry { asker, stop: stop.clone(), news, recent: VecDeque::new() });
        Ok(Admission { running: self.clone(), message, stop })
    }

    /// Asks the answer to stop; `false` where this process isn't writing it.
    pub(crate) fn stop(&self, message: Uuid) -> bool {
        self.entries().get(&message).map(|entry| entry.stop.cancel()).is_some()
    }

    /// Changes with every event of the answer, and closes at its end; `None` where this process
    /// isn't writing it.
    pub(crate) fn news(&self, message: Uuid) -> Option<watch::Receiver<()>> {
        self.entries().get(&message).map(|entry| entry.news.subscribe())
    }

    /// Gives an event that was just stored to those who follow the answer.
    pub(crate) fn tell_event(&self, message: Uuid, event: Numbered) {
        /// Who falls further behind reads the rows.
        const KEPT: usize = 64;
        if let Some(entry) = self.entries().get_mut(&message) {
            if entry.recent.back().is_some_and(|(last, _)| last + 1 != event.0) {
                entry.recent.clear();
            }
            entry.recent.push_back(event);
            if entry.recent.len() > KEPT {
                entry.recent.pop_front();
            }
            entry.news.send_replace(());
        }
    }

    /// The events after the number `after`, where there are some and all of them are known here.
    pub(crate) fn recent(&self, message: Uuid, after: i32) -> Option<VecDeque<Numbered>> {
        let entries = self.entries();
        let recent = &entries.get(&message)?.recent;
        let is_whole = recent.front().is_some_and(|(first, _)| *first <= after + 1);
        let new: VecDeque<Numbered> = recent.iter().filter(|(seq, _)| *seq > after).cloned().collect();
        (is_whole && !new.is_empty()).then_some(new)
    }

    /// Wakes those who follow the answer: there is more in its log.
    pub(crate) fn tell(&self, message: Uuid) {
        if let Some(entry) = self.entries().get(&message) {
            entry.news.send_replace(());
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Uuid, Entry>> {
        // Nothing panics while it is held, and the map is whole at every moment.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission {
    /// Cancelled when the answer is to stop.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.running.entries().remove(&self.message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_take_all_the_places() {
        let running = Running::new(Uuid::now_v7(), 4, CancellationToken::new());
        let asker = Uuid::now_v7();
        let places: Vec<Admission> = (0..4).map(|_| running.admit(asker, Uuid::now_v7()).unwrap()).collect();
        assert!(matches!(running.admit(asker, Uuid::now_v7()), Err(AppError::Limited { .. })));
        assert!(running.admit(Uuid::now_v7(), Uuid::now_v7()).is_ok());
        drop(places);
        assert!(running.admit(asker, Uuid::now_v7()).is_ok());
    }
}
