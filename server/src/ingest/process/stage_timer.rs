//! How long the stages of a job take, for the metrics.

use std::time::Instant;

/// Records how long a stage took when it ends, however it ends.
pub(super) struct StageTimer {
    stage: &'static str,
    started: Instant,
}

impl StageTimer {
    pub(super) fn start(stage: &'static str) -> Self {
        Self { stage, started: Instant::now() }
    }
}

impl Drop for StageTimer {
    fn drop(&mut self) {
        metrics::histogram!("footnote_ingest_stage_seconds", "stage" => self.stage)
            .record(self.started.elapsed().as_secs_f64());
    }
}
