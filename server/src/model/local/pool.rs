//! Threads that work on texts one by one: some on the urgent ones, and others, which give way to all
//! else that the machine does, on the rest.

use std::{
    collections::VecDeque,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use anyhow::Context;
use futures::FutureExt;
use tokio::sync::oneshot;

use crate::politeness::Politeness;

/// When a text's turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Somebody waits for it: it waits for nothing else than such texts.
    Now,
    Later,
}

/// The text was not worked on: the work panicked, or the pool was shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work on a text was not finished")]
pub(super) struct Unfinished;

/// Threads, and the texts that wait for them. Dropping it forgets the waiting texts and ends once the
/// threads are done with those in their hands.
pub(super) struct Pool<T> {
    now: Arc<Queue<T>>,
    later: Arc<Queue<T>>,
    threads: Vec<JoinHandle<()>>,
}

impl<T: Send + 'static> Pool<T> {
    /// Starts so many threads for each urgency. `worker` makes what each of them works with.
    pub(super) fn start<W>(threads: usize, worker: impl Fn() -> W) -> anyhow::Result<Self>
    where
        W: FnMut(&str) -> T + Send + 'static,
    {
        let (now, later) = (Arc::<Queue<T>>::default(), Arc::<Queue<T>>::default());
        let mut pool = Self { now: now.clone(), later: later.clone(), threads: Vec::new() };
        for number in 0..threads {
            let (queue, work) = (now.clone(), worker());
            pool.spawn(format!("embed-now-{number}"), move || work_through(&queue, work))?;
            let (queue, work) = (later.clone(), worker());
            pool.spawn(format!("embed-{number}"), move || {
                Politeness::Idle.give_way();
                work_through(&queue, work);
            })?;
        }
        Ok(pool)
    }

    fn spawn(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
        let thread = thread::Builder::new().name(name).spawn(work);
        self.threads.push(thread.context("could not start a thread to embed texts")?);
        Ok(())
    }

    /// Puts the text in line at once. Whoever drops the future before the text's turn has it skipped.
    pub(super) fn submit(
        &self,
        urgency: Urgency,
        text: String,
    ) -> impl Future<Output = Result<T, Unfinished>> + use<T> {
        let (result, receiver) = oneshot::channel();
        let queue = match urgency {
            Urgency::Now => &self.now,
            Urgency::Later => &self.later,
        };
        queue.push(Task { text, result });
        receiver.map(|result| result.map_err(|_dropped| Unfinished))
    }
}

impl<T> Drop for Pool<T> {
    fn drop(&mut self) {
        self.now.close();
        self.later.close();
        for thread in self.threads.drain(..) {
            // A panic of the work is caught there; nothing else could end the thread early.
            let _ = thread.join();
        }
    }
}

/// Works until the queue is closed. A panic is that text's misfortune alone.
fn work_through<T>(queue: &Queue<T>, mut work: impl FnMut(&str) -> T) {
    while let Some(Task { text, result }) = queue.pop() {
        if result.is_closed() {
            continue;
        }
        // What the work keeps between texts is memory that it overwrites before it reads it.
        if let Ok(value) = catch_unwind(AssertUnwindSafe(|| work(&text))) {
            // Nobody waits any longer: then it was in vain.
            let _ = result.send(value);
        }
    }
}

struct Task<T> {
    text: String,
    result: oneshot::Sender<T>,
}

struct Queue<T> {
    waiting: Mutex<Waiting<T>>,
    /// Something is waiting, or nothing ever will.
    changed: Condvar,
}

struct Waiting<T> {
    tasks: VecDeque<Task<T>>,
    closed: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let waiting = Waiting { tasks: VecDeque::new(), closed: false };
        Self { waiting: Mutex::new(waiting), changed: Condvar::new() }
    }
}

impl<T> Queue<T> {
    fn push(&self, task: Task<T>) {
        self.lock().tasks.push_back(task);
        self.changed.notify_one();
    }

    /// The task whose turn it is, once there is one; `None` once the queue is closed.
    fn pop(&self) -> Option<Task<T>> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(task) = waiting.tasks.pop_front() {
                return Some(task);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.tasks.clear();
        self.changed.notify_all();
    }

    /// No code that could panic runs under the lock, so it is never left half-changed.
    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A pool of one thread an urgency that takes each text when the test says so, and what it has taken.
    struct Stepped {
        pool: Pool<String>,
        go_on: mpsc::Sender<()>,
        taken: mpsc::Receiver<String>,
    }

    impl Stepped {
        fn start() -> Self {
            let (go_on, gate) = mpsc::channel();
            let (take, taken) = mpsc::channel();
            let gate = Arc::new(Mutex::new(gate));
            let pool = Pool::start(1, || {
                let (gate, take) = (Arc::clone(&gate), take.clone());
                move |text: &str| {
                    take.send(text.to_owned()).unwrap();
                    gate.lock().unwrap().recv().unwrap();
                    assert!(text != "bomb", "as the test wants it");
                    text.to_uppercase()
                }
            });
            Self { pool: pool.unwrap(), go_on, taken }
        }

        /// Puts a text in line, and what comes of it.
        fn submit(
            &self,
            urgency: Urgency,
            text: &str,
        ) -> impl Future<Output = Result<String, Unfinished>> + use<> {
            self.pool.submit(urgency, text.into())
        }

        /// Lets the thread finish what it has in its hands.
        fn step(&self) {
            self.go_on.send(()).unwrap();
        }
    }

    #[tokio::test]
    async fn an_urgent_text_waits_for_none_that_is_not() {
        let stepped = Stepped::start();
        let texts = ["first", "second"].map(|text| stepped.submit(Urgency::Later, text));
        assert_eq!(stepped.taken.recv().unwrap(), "first");
        let urgent = stepped.submit(Urgency::Now, "urgent");
        assert_eq!(stepped.taken.recv().unwrap(), "urgent", "while the first is being worked on");
        for _ in 0..3 {
            stepped.step();
        }
        assert_eq!(urgent.await.unwrap(), "URGENT");
        assert_eq!(futures::future::try_join_all(texts).await.unwrap(), ["FIRST", "SECOND"]);
    }

    #[tokio::test]
    async fn a_text_that_nobody_waits_for_any_longer_is_skipped() {
        let stepped = Stepped::start();
        let first = stepped.submit(Urgency::Later, "first");
        assert_eq!(stepped.taken.recv().unwrap(), "first");
        drop(stepped.submit(Urgency::Later, "given up"));
        let last = stepped.submit(Urgency::Later, "last");
        stepped.step();
        stepped.step();
        assert_eq!((first.await.unwrap(), last.await.unwrap()), ("FIRST".into(), "LAST".into()));
        assert_eq!(stepped.taken.recv().unwrap(), "last");
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_text_alone() {
        let stepped = Stepped::start();
        let bomb = stepped.submit(Urgency::Later, "bomb");
        let next = stepped.submit(Urgency::Later, "next");
        stepped.step();
        stepped.step();
        assert_eq!(bomb.await, Err(Unfinished));
        assert_eq!(next.await, Ok("NEXT".into()));
    }

    #[tokio::test]
    async fn shutting_down_finishes_what_is_being_worked_on_and_forgets_the_rest() {
        let stepped = Stepped::start();
        let first = stepped.submit(Urgency::Later, "first");
        let second = stepped.submit(Urgency::Later, "second");
        assert_eq!(stepped.taken.recv().unwrap(), "first");
        let Stepped { pool, go_on, .. } = stepped;
        let queue = Arc::clone(&pool.later);
        let shut_down = thread::spawn(move || drop(pool));
        assert_eq!(second.await, Err(Unfinished), "forgotten at once");
        go_on.send(()).unwrap();
        shut_down.join().unwrap();
        assert_eq!(first.await, Ok("FIRST".into()));
        assert_eq!(Arc::strong_count(&queue), 1, "no thread is left");
    }
}
