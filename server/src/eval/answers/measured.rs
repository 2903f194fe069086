//! How well sentences that their passages don't carry are found.

use std::fmt::Write as _;

use app::answer::CheckedSentence;

use super::area;

/// Sentences with the scores of their check.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// A score, and whether the sentence is carried.
    scored: Vec<(f64, bool)>,
    /// Of the sentences that are carried, and of those that aren't, how many were found contradicted.
    contradicted: (usize, usize),
}

impl Measured {
    pub(super) fn add(&mut self, checked: &[CheckedSentence], is_carried: bool) {
        self.scored.push((checked.first().map_or(0.0, |sentence| sentence.score), is_carried));
        if checked.iter().any(|sentence| sentence.contradicted_by.is_some()) {
            match is_carried {
                true => self.contradicted.0 += 1,
                false => self.contradicted.1 += 1,
            }
        }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.scored.extend(other.scored);
        self.contradicted.0 += other.contradicted.0;
        self.contradicted.1 += other.contradicted.1;
        self
    }

    /// Precision for what isn't carried at some recalls, and how many sentences were struck through.
    pub(super) fn report(&self, report: &mut String, name: &str) -> anyhow::Result<()> {
        let wrong = self.scored.iter().filter(|(_, is_true)| !is_true).count();
        let points = [0.5, 0.6, 0.7, 0.8, 0.9].map(|recall| {
            let (threshold, precision) = self.precision_at(recall);
            format!("{precision:.3} at {recall} (score {threshold:.2})")
        });
        writeln!(
            report,
            "sentences, {name}, {} carried and {wrong} not: precision {}; area {:.3}; found contradicted: {} of the \
             carried, {} of the others",
            self.scored.len() - wrong,
            points.join(", "),
            area(&self.scored),
            self.contradicted.0,
            self.contradicted.1,
        )?;
        Ok(())
    }

    /// The score up to which so much of what isn't carried is found, and the precision then.
    fn precision_at(&self, recall: f64) -> (f64, f64) {
        let mut wrong: Vec<f64> =
            self.scored.iter().filter(|(_, is_true)| !is_true).map(|(score, _)| *score).collect();
        wrong.sort_by(f64::total_cmp);
        let needed = ((wrong.len() as f64 * recall).ceil() as usize).max(1);
        let threshold = wrong.get(needed - 1).copied().unwrap_or(1.0);
        let marked = |is_true: bool| {
            self.scored.iter().filter(|(score, it)| *score <= threshold && *it == is_true).count()
        };
        let found = marked(false);
        (threshold, found as f64 / (found + marked(true)).max(1) as f64)
    }
}
