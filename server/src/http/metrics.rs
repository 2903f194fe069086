//! What a Prometheus reads.

use std::{sync::LazyLock, time::Duration};

use anyhow::anyhow;
use http::{HeaderValue, header};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use super::problem::ApiResult;

/// From a millisecond to half a minute: what people notice, and what they give up at.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The process's one recorder.
static RECORDER: LazyLock<Result<PrometheusHandle, BuildError>> = LazyLock::new(|| {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .install_recorder()
});

/// Begins to record what the `metrics` macros report.
pub fn install() -> anyhow::Result<()> {
    recorder().map(|_| ())
}

/// Folds what histograms have collected, which would grow for ever where nobody reads it.
pub async fn keep_folding(stop: CancellationToken) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    while stop.run_until_cancelled(minutes.tick()).await.is_some() {
        if let Ok(recorder) = recorder() {
            recorder.run_upkeep();
        }
    }
}

/// The metrics in Prometheus' text format.
pub(crate) async fn serve() -> ApiResult<([(header::HeaderName, HeaderValue); 1], String)> {
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, text)], recorder()?.render()))
}

fn recorder() -> anyhow::Result<&'static PrometheusHandle> {
    RECORDER.as_ref().map_err(|error| anyhow!("could not install the recorder of metrics: {error}"))
}
