//! Work that nobody waits for: on threads that give way to those that somebody does.

use anyhow::Context;
use tokio::sync::oneshot;

/// How much work gives way to everything else (nice(2)).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Politeness {
    /// It goes on where nothing else wants to.
    Idle,
    /// It has a tenth of what urgent work has where there isn't enough for both: others wait for it in
    /// the end, though not for each piece of it.
    Behind,
}

impl Politeness {
    fn niceness(self) -> i32 {
        match self {
            Self::Idle => 19,
            Self::Behind => 10,
        }
    }
}

/// Makes the calling thread, and those that it starts from now on, give way.
pub(crate) fn give_way(politeness: Politeness) {
    // Where the system refuses, they are only less polite.
    let _ = rustix::process::nice(politeness.niceness());
}

/// Does blocking work on a thread of its own, within the current span. A thread can't take back how much it
/// gives way, so those of the runtime's pool are of no use here; making one costs some 30 µs.
///
/// # Errors
/// The work's own, and where it panicked.
pub(crate) async fn run<T: Send + 'static>(
    politeness: Politeness,
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (done, result) = oneshot::channel();
    let span = tracing::Span::current();
    let in_background = move || {
        give_way(politeness);
        // Whoever wanted it may be gone.
        let _ = done.send(span.in_scope(work));
    };
    std::thread::Builder::new()
        .name("background".to_owned())
        .spawn(in_background)
        .context("could not start a thread for work in the background")?;
    result.await.context("work in the background panicked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_in_the_background_gives_way_and_leaves_other_threads_as_they_are() {
        let niceness = || rustix::process::nice(0).unwrap();
        let before = niceness();
        assert_eq!(run(Politeness::Behind, niceness).await.unwrap(), (before + 10).min(19));
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error() {
        assert!(run(Politeness::Idle, || panic!("on purpose")).await.is_err());
    }
}
