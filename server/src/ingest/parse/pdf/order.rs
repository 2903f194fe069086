//! The reading order of a page, where the order in the file isn't it.

use super::runs::Run;

/// Leaves runs as they are written, but for parts written late that stand above others. Where
/// runs jump about, the page is cut into columns and bands by its white space and read in that
/// order.
pub(super) fn fix(runs: Vec<Run>) -> Vec<Run> {
    let jumps = runs.windows(2).filter(|pair| jumps_up(&pair[0], &pair[1])).count();
    if jumps == 0 {
        runs
    } else if jumps <= 3 || jumps * 20 <= runs.len() {
        lift_parts(runs)
    } else {
        cut(runs)
    }
}

/// Moves each part that begins with a jump up before the parts that lie wholly below it: a
/// title or a header that was written last.
fn lift_parts(runs: Vec<Run>) -> Vec<Run> {
    let mut parts: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match parts.last_mut() {
            Some(part) if part.last().is_none_or(|last| !jumps_up(last, &run)) => part.push(run),
            _ => parts.push(vec![run]),
        }
    }
    let mut ordered: Vec<Vec<Run>> = Vec::new();
    for part in parts {
        let lowest = part.iter().map(|run| run.baseline).fold(f32::MAX, f32::min);
        let is_below = |other: &Vec<Run>| other.iter().all(|run| run.baseline < lowest);
        let at = ordered.iter().rposition(|other| !is_below(other)).map_or(0, |at| at + 1);
        ordered.insert(at, part);
    }
    ordered.into_iter().flatten().collect()
}

/// The next run stands above this one, and not in another column.
fn jumps_up(this: &Run, next: &Run) -> bool {
    let overlap = this.right.min(next.right) - this.left.max(next.left);
    let narrower = (this.right - this.left).min(next.right - next.left);
    next.baseline > this.baseline + 1.5 * this.size && overlap > narrower * 0.5
}

/// The XY cut: at the widest white column, else at the widest white band, again and again.
fn cut(runs: Vec<Run>) -> Vec<Run> {
    if runs.len() < 2 {
        return runs;
    }
    let size = median(runs.iter().map(|run| run.size));
    let columns = widest_gap(runs.iter().map(|run| (run.left, run.right)));
    if let Some((width, middle)) = columns
        && width > size
    {
        return cut_in_two(runs, |run| run.left < middle);
    }
    let bands = widest_gap(runs.iter().map(|r| (r.baseline, r.baseline + r.size * 0.8)));
    match bands {
        Some((_, middle)) => cut_in_two(runs, |run| run.baseline > middle),
        None => by_lines(runs),
    }
}

fn cut_in_two(runs: Vec<Run>, first: impl Fn(&Run) -> bool) -> Vec<Run> {
    let (before, after): (Vec<_>, Vec<_>) = runs.into_iter().partition(first);
    if before.is_empty() || after.is_empty() {
        return by_lines([before, after].concat());
    }
    let mut ordered = cut(before);
    ordered.extend(cut(after));
    ordered
}

/// The widest gap between intervals, and its middle.
fn widest_gap(intervals: impl Iterator<Item = (f32, f32)>) -> Option<(f32, f32)> {
    let mut intervals: Vec<_> = intervals.collect();
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut covered = intervals.first()?.1;
    let mut widest: Option<(f32, f32)> = None;
    for (start, end) in intervals {
        let gap = start - covered;
        if gap > 0.0 && widest.is_none_or(|(width, _)| gap > width) {
            widest = Some((gap, covered + gap / 2.0));
        }
        covered = covered.max(end);
    }
    widest
}

fn by_lines(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by(|a, b| b.baseline.total_cmp(&a.baseline).then(a.left.total_cmp(&b.left)));
    runs
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, left: f32, baseline: f32) -> Run {
        let right = left + 100.0;
        Run { text: text.into(), left, right, baseline, size: 10.0, text_left: left, ..Run::default() }
    }

    #[test]
    fn columns_written_line_by_line_are_read_one_after_the_other() {
        let mut runs = vec![run("footer", 0.0, 10.0)];
        for line in 0..6 {
            let y = 20.0 + line as f32 * 12.0;
            runs.push(run(&format!("left {line}"), 0.0, y));
            runs.push(run(&format!("right {line}"), 150.0, y));
        }
        let ordered: Vec<_> = cut(runs).into_iter().map(|run| run.text).collect();
        assert_eq!(ordered[0], "left 5");
        assert_eq!(ordered[6], "footer");
        assert_eq!(ordered[7], "right 5");
    }
}
