//! A run in a few lines of text.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use super::{Interval, Loss, Measures, Outcome, Run};

/// How many questions are named that a change made better, and as many that it made worse.
const NAMED: usize = 5;
/// Smaller differences are not worth a line.
const SAME: f64 = 1e-6;

/// A measure of an outcome's mode.
type Measure = fn(&Measures) -> f64;
const MEASURES: [(&str, Measure); 4] = [
    ("nDCG@10", |measures| measures.ndcg_10),
    ("recall@10", |measures| measures.recall_10),
    ("recall@100", |measures| measures.recall_100),
    ("MRR@10", |measures| measures.mrr_10),
];
/// A mode's measures of an outcome.
type Mode = fn(&Outcome) -> &Measures;
const MODES: [(&str, Mode); 3] = [
    ("words", |outcome| &outcome.lexical),
    ("meaning", |outcome| &outcome.semantic),
    ("both", |outcome| &outcome.hybrid),
];

impl Run {
    /// The measures of each mode with their 95 % intervals, where right documents were lost, and
    /// what has changed against an `earlier` run of the same questions.
    pub fn report(&self, earlier: Option<&Self>) -> String {
        let mut text = String::new();
        // Writing into a string can't fail.
        let _ = write!(text, "{}{}", self.table(), self.losses());
        if let Some(earlier) = earlier {
            let _ = write!(text, "{}", self.differences(earlier));
        }
        text
    }

    fn table(&self) -> String {
        let mut table = format!("{:<8}", "");
        for (name, _) in MEASURES {
            let _ = write!(table, "  {name:<20}");
        }
        for (name, mode) in MODES {
            let _ = write!(table, "\n{name:<8}");
            for (_, measure) in MEASURES {
                let values: Vec<f64> = self.outcomes.iter().map(|outcome| measure(mode(outcome))).collect();
                let Interval { mean, low, high } = Interval::of(&values);
                let _ = write!(table, "  {mean:.3} [{low:.3} {high:.3}]");
            }
        }
        table + "\n"
    }

    fn losses(&self) -> String {
        let relevant: usize = self.outcomes.iter().map(|outcome| outcome.relevant).sum();
        let mut counts: BTreeMap<Loss, usize> = BTreeMap::new();
        for loss in self.outcomes.iter().flat_map(|outcome| &outcome.lost) {
            *counts.entry(*loss).or_default() += 1;
        }
        let parts: Vec<String> =
            counts.iter().map(|(loss, count)| format!("{count} {}", loss.in_words())).collect();
        match parts.is_empty() {
            true => format!("All {relevant} right documents are among the first ten.\n"),
            false => format!(
                "Of {relevant} right documents {} are missing among the first ten: {}.\n",
                counts.values().sum::<usize>(),
                parts.join(", ")
            ),
        }
    }

    /// By nDCG@10 of the hybrid search, over the questions that both runs have.
    fn differences(&self, earlier: &Self) -> String {
        let before: HashMap<&str, f64> = earlier
            .outcomes
            .iter()
            .map(|outcome| (outcome.question.as_str(), outcome.hybrid.ndcg_10))
            .collect();
        let mut changes: Vec<(f64, &Outcome)> = self
            .outcomes
            .iter()
            .filter_map(|now| Some((now.hybrid.ndcg_10 - before.get(now.question.as_str())?, now)))
            .collect();
        changes.sort_by(|(a, _), (b, _)| a.total_cmp(b));

        let interval = Interval::of(&changes.iter().map(|(change, _)| *change).collect::<Vec<_>>());
        let worse: Vec<_> = changes.iter().filter(|(change, _)| *change < -SAME).collect();
        let better: Vec<_> = changes.iter().rev().filter(|(change, _)| *change > SAME).collect();
        let mut text = format!(
            "Against the earlier run, nDCG@10 of both by {:+.4} [{:+.4} {:+.4}]{}: {} questions better, {} worse, of {}.\n",
            interval.mean,
            interval.low,
            interval.high,
            if interval.is_clear() { "" } else { ", which may be chance" },
            better.len(),
            worse.len(),
            changes.len()
        );
        for (change, outcome) in better.iter().take(NAMED).chain(worse.iter().take(NAMED)) {
            let _ = writeln!(text, "  {change:+.3}  {}  {}", outcome.question, outcome.text);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(gains: &[f64]) -> Run {
        let outcome = |(number, gain): (usize, &f64)| Outcome {
            question: number.to_string(),
            text: format!("Question {number}?"),
            lexical: Measures::default(),
            semantic: Measures::default(),
            hybrid: Measures { ndcg_10: *gain, ..Measures::default() },
            relevant: 1,
            lost: if *gain == 0.0 { vec![Loss::RankedDown] } else { Vec::new() },
        };
        Run { outcomes: gains.iter().enumerate().map(outcome).collect() }
    }

    #[test]
    fn a_report_names_the_questions_that_a_change_made_better_and_worse() {
        let report = run(&[1.0, 0.0, 0.5]).report(Some(&run(&[0.5, 1.0, 0.5])));
        assert!(report.contains("1 questions better, 1 worse, of 3"), "{report}");
        assert!(report.contains("+0.500  0  Question 0?"), "{report}");
        assert!(report.contains("-1.000  1  Question 1?"), "{report}");
        assert!(report.contains("Of 3 right documents 1 are missing"), "{report}");
    }
}
