//! Where work is done: as many places as there are workers, and one more that small files alone
//! may take while large ones are being worked at, so that none of them waits until a table of a
//! million rows is through.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The places to work at.
pub(super) struct Benches {
    all: Arc<Semaphore>,
    for_small: Arc<Semaphore>,
    /// How many large files are being worked at.
    large: watch::Sender<usize>,
}

impl Benches {
    pub(super) fn new(workers: usize) -> Self {
        let (all, for_small) = (Arc::new(Semaphore::new(workers)), Arc::new(Semaphore::new(1)));
        Self { all, for_small, large: watch::Sender::new(0) }
    }

    /// Waits for a place.
    pub(super) async fn sit_down(&self) -> Bench {
        let small_beside_large = async {
            let mut large = self.large.subscribe();
            // The sender lives as long as this.
            let _ = large.wait_for(|count| *count > 0).await;
            self.for_small.clone().acquire_owned().await
        };
        let (place, takes_large) = tokio::select! {
            biased;
            place = self.all.clone().acquire_owned() => (place, true),
            place = small_beside_large => (place, false),
        };
        let place = place.expect("the benches are never closed");
        Bench { _place: place, takes_large, large: None }
    }
}

/// A place that somebody works at until it is dropped.
pub(super) struct Bench {
    _place: OwnedSemaphorePermit,
    /// Whether a large file may be worked at here.
    pub(super) takes_large: bool,
    large: Option<AtLarge>,
}

impl Bench {
    /// Notes that a large file is being worked at here.
    pub(super) fn take_large(&mut self, benches: &Benches) {
        benches.large.send_modify(|count| *count += 1);
        self.large = Some(AtLarge(benches.large.clone()));
    }
}

struct AtLarge(watch::Sender<usize>);

impl Drop for AtLarge {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_small_file_has_a_place_beside_large_ones_and_only_beside_those() {
        let benches = Benches::new(1);
        let mut bench = benches.sit_down().await;
        assert!(bench.takes_large);
        assert!(benches.sit_down().now_or_never().is_none(), "beside a small one there is no other");
        bench.take_large(&benches);
        let small = benches.sit_down().now_or_never().unwrap();
        assert!(!small.takes_large);
        assert!(benches.sit_down().now_or_never().is_none());
        drop((bench, small));
        let _bench = benches.sit_down().await;
        assert!(benches.sit_down().now_or_never().is_none());
    }
}
