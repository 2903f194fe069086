//! Postgres' settings for this machine.

use std::fs;

const MIB: u64 = 1024 * 1024;

/// Settings in the form `name=value`, for a machine that Postgres shares with the server and its
/// model: half of what the manual proposes for one of its own.
pub(super) fn settings() -> Vec<String> {
    let memory = memory();
    let mut settings: Vec<String> = FIXED.iter().map(|&setting| setting.to_owned()).collect();
    settings.push(format!("shared_buffers={}MB", share(memory, 8, 64, 2048)));
    settings.push(format!("effective_cache_size={}MB", share(memory, 2, 256, 65_536)));
    // Building an HNSW index is several times slower once its graph outgrows this.
    settings.push(format!("maintenance_work_mem={}MB", share(memory, 16, 64, 1024)));
    settings
}

const FIXED: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "cluster_name=footnote",
    "max_connections=100",
    "work_mem=16MB",
    // Short queries: compiling them costs more than it saves.
    "jit=off",
    // Solid-state disks, where a random page costs hardly more than the next.
    "random_page_cost=1.1",
    "wal_compression=on",
    "max_wal_size=2GB",
    "checkpoint_timeout=15min",
    // The log names things by their keys at most; statements and rows would bring in their text.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_checkpoints=off",
    "log_timezone=UTC",
    "timezone=UTC",
];

/// A part of the memory in MiB, within bounds.
fn share(memory: u64, part: u64, least: u64, most: u64) -> u64 {
    (memory / part / MIB).clamp(least, most)
}

/// The memory of the machine in bytes, or of the control group that we are confined to.
fn memory() -> u64 {
    const UNKNOWN: u64 = 2048 * MIB;
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|info| total(&info));
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|max| max.trim().parse().ok());
    machine.into_iter().chain(group).min().unwrap_or(UNKNOWN)
}

fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_within_bounds() {
        assert_eq!(total("MemTotal:       24576 kB\nMemFree: 1 kB\n"), Some(24 * MIB));
        assert_eq!(share(8192 * MIB, 8, 64, 2048), 1024);
        assert_eq!(share(128 * MIB, 8, 64, 2048), 64);
        assert_eq!(share(1 << 40, 8, 64, 2048), 2048);
    }
}
