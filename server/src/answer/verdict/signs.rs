//! What tells whether passages carry a claim, and what each sign weighs.

use super::{
    claim::Claim,
    coverage::{best, by_likeness, share, together},
    evidence::{Evidence, EvidenceSentence},
};
use crate::{
    answer::opposite,
    text::term::{Term, TermKind},
};

/// In the order of [`Signs::of`].
pub(super) const COUNT: usize = 17;

/// What each weighs, and the bias: a logistic regression over `SciFact`'s training claims and half of
/// the sentences made of a company handbook's pages, found by `tools/calibrate`.
const WEIGHTS: [f64; COUNT] = [
    1.28,  // together: the part of the claim's words in one place of the passages
    0.87,  // seen: the part of them anywhere in these
    -1.27, // likest: the part of them in the sentence with most of them
    1.51,  // rare: the part of them anywhere, rare ones weighing more
    0.28,  // pairs: the part of its neighbouring words that stand near each other
    1.74,  // top: the best similarity to a sentence
    0.12,  // first: that to the sentence with most of the words
    0.55,  // mean: that to all sentences compared
    1.21,  // numbers: the part of its numbers that stand there
    -3.74, // names: how many of its names don't
    -0.79, // denial: whether one denies what the other says
    0.04,  // parity: whether one denies something and the other nothing
    -1.95, // opposite: whether one has the opposite of a word of the other
    0.15,  // direction: whether both speak of a change in the same direction
    -0.01, // hedged: whether the sentence only supposes
    -1.28, // length of the claim
    1.52,  // length of the passages
];
const BIAS: f64 = -4.56;

/// The signs of a claim, each about 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Signs(pub(crate) [f64; COUNT]);

impl Signs {
    /// `similarities` are those of the claim's meaning to the sentences nearest to it by words, the
    /// nearest first; empty where they aren't known.
    pub(super) fn of(claim: &Claim, cited: &[&Evidence], similarities: &[f64]) -> Self {
        const MOST_NAMES: f64 = 3.0;
        let seen: Vec<&Term> = cited.iter().flat_map(|passage| passage.terms()).collect();
        let near = by_likeness(claim, cited);
        let (nearest, likest) =
            near.first().map_or((None, 0.0), |(sentence, share)| (Some(*sentence), *share));
        let top = similarities.iter().copied().fold(0.0, f64::max);
        let means = nearest_by_meaning(&near, similarities).or(nearest);
        let flag = |is: bool| f64::from(u8::from(is));
        Self([
            together(claim, cited),
            share(&claim.terms, &seen),
            likest,
            rare_share(claim, cited),
            pairs(claim, cited),
            top,
            similarities.first().copied().unwrap_or(0.0),
            similarities.iter().sum::<f64>() / similarities.len().max(1) as f64,
            numbers(claim, cited, &seen),
            (missing_names(claim, &seen) as f64).min(MOST_NAMES) / MOST_NAMES,
            flag(means.is_some_and(|it| claim.denial.contradicts(&it.denial))),
            flag(means.is_some_and(|it| claim.denial.denied.is_empty() != it.denial.denied.is_empty())),
            flag(means.is_some_and(|it| opposite::has_opposite(&claim.terms, &it.terms))),
            means.map_or(0.0, |it| direction(claim, it)),
            flag(means.is_some_and(|it| is_hedged(&it.terms))),
            (claim.terms.len() as f64).ln_1p() / 3.0,
            (seen.len() as f64).ln_1p() / 6.0,
        ])
    }
}

impl Signs {
    /// How likely it is that passages with these signs carry their claim, 0 to 1.
    pub(super) fn probability(&self) -> f64 {
        let sum: f64 = self.0.iter().zip(&WEIGHTS).map(|(sign, weight)| sign * weight).sum();
        1.0 / (1.0 + (-(BIAS + sum)).exp())
    }
}

fn nearest_by_meaning<'a>(
    near: &[(&'a EvidenceSentence, f64)],
    similarities: &[f64],
) -> Option<&'a EvidenceSentence> {
    let ranked = near.iter().zip(similarities).max_by(|(_, a), (_, b)| a.total_cmp(b));
    ranked.map(|((sentence, _), _)| *sentence)
}

/// The part of the claim's words that the passages have, each weighing the more the fewer of
/// their sentences have it.
fn rare_share(claim: &Claim, cited: &[&Evidence]) -> f64 {
    let sentences: Vec<Vec<&Term>> =
        cited.iter().flat_map(|it| &it.sentences).map(|it| it.terms.iter().collect()).collect();
    let (mut total, mut found) = (0.0, 0.0);
    for term in &claim.terms {
        let having = sentences.iter().map(|terms| best(term, terms));
        let (count, likest) = having.fold((0.0, 0.0_f64), |(count, likest), likeness| {
            (count + f64::from(u8::from(likeness > 0.0)), likest.max(likeness))
        });
        let weight = (1.0 + sentences.len() as f64 / (count + 0.5)).ln();
        total += weight;
        found += weight * likest;
    }
    if total > 0.0 { found / total } else { 0.0 }
}

/// The part of the claim's neighbouring words that stand near each other in a sentence, too.
fn pairs(claim: &Claim, cited: &[&Evidence]) -> f64 {
    const NEAR: usize = 4;
    let stands_near = |a: &Term, b: &Term| {
        cited.iter().flat_map(|it| &it.sentences).any(|sentence| {
            let places = |term: &Term| -> Vec<usize> {
                let terms = sentence.terms.iter().enumerate();
                terms.filter(|(_, other)| other.likeness(term) > 0.0).map(|(at, _)| at).collect()
            };
            let (first, second) = (places(a), places(b));
            first.iter().any(|a| second.iter().any(|b| a.abs_diff(*b) <= NEAR))
        })
    };
    let pairs: Vec<_> = claim.terms.windows(2).collect();
    let near = pairs.iter().filter(|pair| stands_near(&pair[0], &pair[1])).count();
    if pairs.is_empty() { 0.0 } else { near as f64 / pairs.len() as f64 }
}

/// The part of the claim's numbers that the passages have.
fn numbers(claim: &Claim, cited: &[&Evidence], seen: &[&Term]) -> f64 {
    let numbers: Vec<&Term> = claim.terms.iter().filter(|term| term.kind == TermKind::Number).collect();
    let found = numbers.iter().filter(|term| has_number(claim, term, cited, seen)).count();
    if numbers.is_empty() { 1.0 } else { found as f64 / numbers.len() as f64 }
}

/// Whether the passages have a number of the claim, in figures or converted.
pub(super) fn has_number(claim: &Claim, number: &Term, cited: &[&Evidence], seen: &[&Term]) -> bool {
    let own = claim.quantities.iter().find(|quantity| quantity.range.contains(&number.range.start));
    seen.iter().any(|other| other.stem == number.stem)
        || own.is_some_and(|own| cited.iter().flat_map(|it| it.quantities()).any(|other| own.agrees(other)))
}

/// How many of the claim's names no passage has. In a language that writes every noun with a
/// capital, capitals tell nothing.
pub(super) fn missing_names(claim: &Claim, seen: &[&Term]) -> usize {
    let names = || claim.terms.iter().filter(|term| term.kind == TermKind::Name);
    if names().count() * 2 > claim.terms.len() && claim.terms.len() > 3 {
        return 0;
    }
    names().filter(|name| best(name, seen) == 0.0).count()
}

/// Whether claim and sentence speak of a change in the same direction (1), in opposite ones (−1),
/// or not both of one (0).
fn direction(claim: &Claim, sentence: &EvidenceSentence) -> f64 {
    let towards =
        |terms: &[Term], stems: &[&str]| terms.iter().any(|term| stems.contains(&term.stem.as_str()));
    let ways = |terms: &[Term]| (towards(terms, UP), towards(terms, DOWN));
    match (ways(&claim.terms), ways(&sentence.terms)) {
        ((true, false), (true, false)) | ((false, true), (false, true)) => 1.0,
        ((true, false), (false, true)) | ((false, true), (true, false)) => -1.0,
        _ => 0.0,
    }
}

/// Stems of words for more and for less of something.
const UP: &[&str] = &[
    "increas",
    "rais",
    "ris",
    "enhanc",
    "promot",
    "stimulat",
    "induc",
    "activat",
    "upregulat",
    "elevat",
    "improv",
    "accelerat",
    "grow",
    "higher",
    "greater",
    "gain",
    "facilitat",
    "boost",
    "strengthen",
    "extend",
    "enabl",
    "allow",
    "require",
    "requir",
    "cause",
    "caus",
    "lead",
    "necessary",
    "essential",
    "positiv",
];
const DOWN: &[&str] = &[
    "decreas",
    "reduc",
    "lower",
    "inhibit",
    "suppres",
    "block",
    "prevent",
    "downregulat",
    "impair",
    "attenuat",
    "diminish",
    "declin",
    "drop",
    "fewer",
    "less",
    "los",
    "loss",
    "limit",
    "restrict",
    "abolish",
    "weaken",
    "shorten",
    "deficient",
    "lack",
    "absenc",
    "forbid",
    "prohibit",
    "protect",
    "negativ",
    "delay",
];

fn is_hedged(terms: &[Term]) -> bool {
    const HEDGES: &[&str] =
        &["suggest", "hypothes", "hypothesis", "unclear", "unknown", "possibl", "perhap", "investigat"];
    terms.iter().any(|term| HEDGES.contains(&term.stem.as_str()))
}
