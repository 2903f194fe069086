//! The table of times.

/// The lines of the table, each beside the first.
pub(crate) struct Table {
    baseline: Option<f64>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { baseline: None }
    }

    pub(crate) fn head(&self) {
        println!(
            "\nMilliseconds of a search, without the embedding of its query (ratio to the first line's median)\n"
        );
        println!(
            "{:>8} {:>9} {:<13} {:>16} {:>16}",
            "passages", "permitted", "search", "median", "95 of 100"
        );
    }

    pub(crate) fn add(&mut self, size: usize, permitted: &str, name: &str, times: Vec<f64>) {
        let baseline = *self.baseline.get_or_insert(at(&times, 50));
        let cell = |time: f64| format!("{time:.2} ({:.1}x)", time / baseline);
        let (median, late) = (cell(at(&times, 50)), cell(at(&times, 95)));
        println!("{size:>8} {permitted:>9} {name:<13} {median:>16} {late:>16}");
    }
}

/// The time that so many of a hundred stay below.
pub(crate) fn at(times: &[f64], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() * percent / 100]
}

/// Of this process, in megabytes.
pub(crate) fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1_000.0
}
