//! Wrong answers against wrong refusals, over every threshold.

/// The area under the curve of a score that should be higher for what is true: the chance that
/// something true scores higher than something false, ties counting half.
pub fn area(scored: &[(f64, bool)]) -> f64 {
    let mut order: Vec<&(f64, bool)> = scored.iter().collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs, mut won) = (0.0, 0.0, 0.0);
    let all = scored.iter().filter(|(_, is_true)| *is_true).count() as f64;
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let trues = group.iter().filter(|(_, is_true)| *is_true).count() as f64;
        let falses = group.len() as f64 - trues;
        won += trues * (below + falses / 2.0);
        below += falses;
        pairs = all * below;
    }
    if pairs == 0.0 { 0.0 } else { won / pairs }
}

/// Points of the curve: for each tenth of the false that are let through, the part of the true
/// that are refused then, and the threshold.
pub fn curve(scored: &[(f64, bool)]) -> Vec<(f64, f64, f64)> {
    let mut falses: Vec<f64> =
        scored.iter().filter(|(_, is_true)| !is_true).map(|(score, _)| *score).collect();
    let trues: Vec<f64> = scored.iter().filter(|(_, is_true)| *is_true).map(|(score, _)| *score).collect();
    falses.sort_by(|a, b| b.total_cmp(a));
    (1..10)
        .filter_map(|tenth| {
            let threshold = *falses.get(falses.len() * tenth / 10)?;
            let refused = trues.iter().filter(|score| **score <= threshold).count();
            Some((tenth as f64 / 10.0, refused as f64 / trues.len().max(1) as f64, threshold))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_chance_that_the_true_scores_higher() {
        assert_eq!(area(&[(0.9, true), (0.1, false)]), 1.0);
        assert_eq!(area(&[(0.1, true), (0.9, false)]), 0.0);
        assert_eq!(area(&[(0.5, true), (0.5, false)]), 0.5);
        assert_eq!(area(&[(0.9, true), (0.3, true), (0.5, false), (0.1, false)]), 0.75);
    }
}
