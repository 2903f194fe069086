//! Amounts and dates in a text: a number, what it counts, and whether it is a limit.

mod unit;

use std::ops::Range;

use self::unit::{Dimension, Measure};
use super::term::{self, Term, TermKind};

/// An amount, or a part of a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// In the base of its dimension: hours for times, the day of the year for a date.
    value: f64,
    dimension: Dimension,
    bound: Bound,
    /// Of the number, in bytes of the text.
    pub range: Range<usize>,
}

/// Whether an amount is meant exactly or as a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Exact,
    AtLeast,
    AtMost,
}

impl Quantity {
    /// Whether both count the same kind of thing, so that different values are different claims.
    pub fn is_comparable(&self, other: &Self) -> bool {
        self.dimension.is_comparable(&other.dimension)
    }

    /// Whether it is a year of a date.
    pub fn is_year(&self) -> bool {
        self.dimension == Dimension::Year
    }

    /// Whether both say the same: two weeks and fourteen days do.
    pub fn agrees(&self, other: &Self) -> bool {
        self.is_comparable(other) && self.has_value_of(other) && !self.is_other_limit(other)
    }

    /// Whether both give the same number, whatever they count.
    pub fn has_value_of(&self, other: &Self) -> bool {
        (self.value - other.value).abs() <= 1e-6 * self.value.abs().max(1.0)
    }

    /// The same number as the limit in the other direction: "at least" and "at most".
    pub fn is_other_limit(&self, other: &Self) -> bool {
        matches!((self.bound, other.bound), (Bound::AtLeast, Bound::AtMost) | (Bound::AtMost, Bound::AtLeast))
    }
}

/// The amounts and dates of `text`, in order.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let terms = term::terms(text);
    let mut found: Vec<Quantity> = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let is_read = found.last().is_some_and(|before| before.range.end > term.range.start);
        if term.kind != TermKind::Number || is_read {
            continue;
        }
        if let Some(measure) = unit::measure(text, &terms, at) {
            let Measure { value, dimension, range } = measure;
            found.push(Quantity { value, dimension, bound: bound(text, &terms, at), range });
        }
    }
    found
}

/// What the words before a number, and "or more" behind it, make of it.
fn bound(text: &str, terms: &[Term], at: usize) -> Bound {
    /// So many words before a number may make a limit of it.
    const BEFORE: usize = 4;
    let from = terms[at.saturating_sub(BEFORE)].range.start;
    let before = text[from..terms[at].range.start].to_lowercase();
    let before = before.rsplit(['.', ',', ';', ':', '\n']).next().unwrap_or_default().to_owned();
    let to = terms.get(at + 4).map_or(text.len(), |term| term.range.end);
    let behind = text[terms[at].range.end..to].to_lowercase();
    let has = |text: &str, cues: &[&str]| {
        let text = format!(" {} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
        cues.iter().any(|cue| text.contains(&format!(" {cue} ")))
    };
    // "No more than" holds "more than".
    if has(&before, AT_MOST) || has(&behind, &["or less", "or fewer", "at most", "oder weniger"]) {
        Bound::AtMost
    } else if has(&before, AT_LEAST) || has(&behind, &["or more", "at least", "oder mehr"]) {
        Bound::AtLeast
    } else {
        Bound::Exact
    }
}

const AT_MOST: &[&str] = &[
    "no more than",
    "not more than",
    "no later than",
    "not exceed",
    "not exceeding",
    "less than",
    "fewer than",
    "under",
    "below",
    "up to",
    "at most",
    "maximum of",
    "within",
    "höchstens",
    "maximal",
    "weniger als",
    "bis zu",
    "unter",
];

const AT_LEAST: &[&str] = &[
    "no less than",
    "not less than",
    "more than",
    "over",
    "above",
    "at least",
    "minimum of",
    "exceeds",
    "exceeding",
    "mindestens",
    "mehr als",
    "über",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Quantity {
        let found = quantities(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0].clone()
    }

    #[test]
    fn the_same_amount_is_known_in_other_dress() {
        for (a, b) in [
            ("two weeks before", "14 days in advance"),
            ("one year and 12 months", "12 months"),
            ("It costs $1,000.", "It costs 1000 dollars."),
            ("45 % of it", "45 percent of it"),
            ("due on 31 March", "due on March 31st"),
            ("20 days of paid vacation", "twenty vacation days"),
            ("2.5 million users", "2,500,000 users"),
            ("am 3. Mai", "on May 3"),
        ] {
            let (a, b) = (quantities(a), quantities(b));
            assert!(a.iter().any(|a| b.iter().any(|b| a.agrees(b))), "{a:?} {b:?}");
        }
    }

    #[test]
    fn other_amounts_of_the_same_thing_can_be_compared_and_of_others_not() {
        let differ = |a, b| only(a).is_comparable(&only(b)) && !only(a).agrees(&only(b));
        assert!(differ("20 days of vacation", "25 days of vacation"));
        assert!(differ("two weeks", "10 days"));
        assert!(differ("$45 a month", "50 dollars a month"));
        assert!(differ("founded in 1999", "founded in 2001"));
        assert!(differ("due on 31 March", "due on 30 April"));
        assert!(differ("it opens at 7 in the morning", "it opens at 6 in the morning"));
        assert!(!only("it opens at 7").is_comparable(&only("room 6")));
        assert!(!only("20 days").is_comparable(&only("20 dollars")));
        assert!(!only("12 employees").is_comparable(&only("14 offices")));
    }

    #[test]
    fn limits_in_opposite_directions_are_not_the_same() {
        assert!(!only("more than 25 dollars").agrees(&only("less than 25 dollars")));
        assert!(only("no more than 25 dollars").agrees(&only("up to 25 dollars")));
        assert!(only("25 dollars").agrees(&only("at least 25 dollars")));
        assert!(only("25 dollars or more").agrees(&only("at least 25 dollars")));
    }

    #[test]
    fn a_date_is_a_day_and_a_year() {
        let found = quantities("It ended on 31 March 2024.");
        assert_eq!(found.len(), 2);
        assert!(found[0].agrees(&only("March 31")) && found[1].agrees(&only("in 2024")));
        let iso = quantities("It ended on 2024-03-31.");
        assert!(found.iter().all(|a| iso.iter().any(|b| a.agrees(b))) && iso.len() == 2, "{iso:?}");
    }
}
