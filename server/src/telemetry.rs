//! What the process tells of itself while it runs.

use anyhow::Context;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::Log;

/// Crates whose everyday messages would drown ours; the setting can raise them again.
const QUIET: &str = "tantivy=warn,sqlx::postgres::notice=warn,tower_sessions_core=error,tower_sessions=error";

/// Begins to log to standard error: what the settings say, else `default`.
pub fn start(log: &Log, default: &str) -> anyhow::Result<()> {
    let wanted = log.filter.as_deref().unwrap_or(default);
    let filter = EnvFilter::try_new(format!("{QUIET},{wanted}"))
        .with_context(|| format!("FOOTNOTE_LOG is no tracing filter: “{wanted}”"))?;
    // Nobody may be reading what we log any more. To complain of that where nobody reads would panic.
    let subscriber = fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let started = if log.json { subscriber.json().try_init() } else { subscriber.try_init() };
    started.map_err(|error| anyhow::anyhow!("could not begin to log: {error}"))
}
