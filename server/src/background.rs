//! Work that nobody waits for: on threads that give way to those that somebody does.

use anyhow::Context;
use tokio::sync::oneshot;

use crate::politeness::Politeness;

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
        politeness.give_way();
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
