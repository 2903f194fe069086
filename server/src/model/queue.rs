//! Who is next where a model answers only so many questions at once: one of each person's in turn.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;
use uuid::Uuid;

/// Questions that wait for a model, and how many it is answering. Each server has its own.
#[derive(Debug, Default)]
pub struct Queue(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None` for any number.
    limit: Option<usize>,
    answering: usize,
    /// Everybody who waits, with their questions in order. The first question of the first person is
    /// next; then that person goes to the end.
    waiting: VecDeque<(Uuid, VecDeque<Waiting>)>,
    /// How many questions have come so far.
    came: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    place: watch::Sender<u32>,
}

/// A question's place in a queue, and among those being answered once it has come to that; given
/// back when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    queue: Arc<Queue>,
    number: u64,
    place: watch::Receiver<u32>,
}

impl Queue {
    /// How many questions may be answered at once from now on; `None` for any number.
    pub(super) fn limit(&self, limit: Option<usize>) {
        let mut state = self.state();
        state.limit = limit;
        state.go_on();
    }

    /// Puts a question of `person` in.
    pub(crate) fn join(self: &Arc<Self>, person: Uuid) -> Turn {
        let mut state = self.state();
        state.came += 1;
        let number = state.came;
        let (sender, place) = watch::channel(u32::MAX);
        let waiting = Waiting { number, place: sender };
        match state.waiting.iter_mut().find(|(other, _)| *other == person) {
            Some((_, questions)) => questions.push_back(waiting),
            None => state.waiting.push_back((person, VecDeque::from([waiting]))),
        }
        state.go_on();
        drop(state);
        Turn { queue: self.clone(), number, place }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, and it is whole at every moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets in as many as may be, and tells the others their places.
    fn go_on(&mut self) {
        while self.limit.is_none_or(|limit| self.answering < limit) {
            let Some(next) = self.next() else { break };
            self.answering += 1;
            next.place.send_replace(0);
        }
        let most = self.waiting.iter().map(|(_, questions)| questions.len()).max().unwrap_or_default();
        let rounds = (0..most)
            .flat_map(|round| self.waiting.iter().filter_map(move |(_, questions)| questions.get(round)));
        for (waiting, place) in rounds.zip(1..) {
            waiting.place.send_if_modified(|told| std::mem::replace(told, place) != place);
        }
    }

    fn next(&mut self) -> Option<Waiting> {
        let (person, mut questions) = self.waiting.pop_front()?;
        let next = questions.pop_front();
        if !questions.is_empty() {
            self.waiting.push_back((person, questions));
        }
        next
    }

    fn forget(&mut self, number: u64) {
        for (_, questions) in &mut self.waiting {
            questions.retain(|waiting| waiting.number != number);
        }
        self.waiting.retain(|(_, questions)| !questions.is_empty());
    }
}

impl Turn {
    /// How many questions are answered before this one, itself included; 0 once it is its turn.
    pub(crate) fn place(&self) -> u32 {
        *self.place.borrow()
    }

    /// Waits for its turn.
    pub(crate) async fn comes(&mut self) {
        // The queue lives as long as this does.
        let _ = self.place.wait_for(|place| *place == 0).await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        match self.place() {
            0 => state.answering -= 1,
            _ => state.forget(self.number),
        }
        state.go_on();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(limit: usize) -> Arc<Queue> {
        let queue = Arc::new(Queue::default());
        queue.limit(Some(limit));
        queue
    }

    fn places(turns: &[&Turn]) -> Vec<u32> {
        turns.iter().map(|turn| turn.place()).collect()
    }

    #[test]
    fn who_asks_much_waits_behind_who_asks_once() {
        let (queue, busy, other, third) = (queue(1), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let first = queue.join(busy);
        let [second, last] = [queue.join(busy), queue.join(busy)];
        let [of_other, of_third] = [queue.join(other), queue.join(third)];
        assert_eq!(places(&[&first, &second, &of_other, &of_third, &last]), [0, 1, 2, 3, 4]);
        drop(first);
        assert_eq!(places(&[&second, &of_other, &of_third, &last]), [0, 1, 2, 3]);
    }

    #[test]
    fn who_leaves_makes_room_whether_waiting_or_not() {
        let queue = queue(2);
        let turns: Vec<Turn> = (0..5).map(|_| queue.join(Uuid::now_v7())).collect();
        let [one, two, three, four, five] = turns.try_into().unwrap();
        assert_eq!(places(&[&one, &two, &three, &four, &five]), [0, 0, 1, 2, 3]);
        drop(three);
        assert_eq!(places(&[&four, &five]), [1, 2]);
        drop(one);
        assert_eq!(places(&[&two, &four, &five]), [0, 0, 1]);
        queue.limit(None);
        assert_eq!(five.place(), 0);
        drop((two, four, five));
        queue.limit(Some(1));
        assert_eq!(queue.join(Uuid::now_v7()).place(), 0, "all are given back");
    }
}
