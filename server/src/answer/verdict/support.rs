//! How well passages carry a claim.

use app::answer;

use super::{
    claim::Claim,
    evidence::{self, Evidence, EvidenceSentence},
};
use crate::text::term::{Term, TermKind};

/// A judgement of a claim: 0 to 1, and whether more could be learnt by comparing meanings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Support {
    score: f64,
    certain: bool,
}

/// From these scores on, a claim is supported or weakly so. Found with sentences of handbook
/// pages kept, reworded, and given other numbers, names or a denial.
const SUPPORTED: f64 = 0.6;
const WEAK: f64 = 0.4;

impl Support {
    pub(super) fn support(self) -> answer::Support {
        match self.score {
            score if score >= SUPPORTED => answer::Support::Supported,
            score if score >= WEAK => answer::Support::Weak,
            _ => answer::Support::Unsupported,
        }
    }

    /// Two decimals: more would pretend.
    pub(super) fn score(self) -> f64 {
        (self.score * 100.0).round() / 100.0
    }

    /// No comparison of meanings can change it.
    pub(super) fn is_certain(self) -> bool {
        self.certain
    }
}

/// Judges `claim` by the passages it cites; `similarity` is how near its meaning comes to theirs.
pub(super) fn support(claim: &Claim, cited: &[&Evidence], similarity: Option<f64>) -> Support {
    /// A claim with a number that no cited passage has.
    const WRONG_NUMBER: f64 = 0.2;
    /// Not more than this for what is carried only by the text around the passage, contradicts
    /// it, or is in another language.
    const AT_MOST_WEAK: f64 = 0.55;

    if cited.is_empty() || claim.terms.is_empty() {
        return Support { score: 0.0, certain: true };
    }
    if is_quoted(claim, cited) {
        return Support { score: 1.0, certain: true };
    }
    let seen: Vec<&Term> = cited.iter().flat_map(|passage| passage.terms()).collect();
    if lacks(claim, TermKind::Number, &seen) {
        return Support { score: WRONG_NUMBER, certain: true };
    }
    if in_another_language(claim, cited) {
        let score = 0.5 * scaled(similarity) + 0.5 * covered_marks(claim, &seen);
        return Support { score: score.min(AT_MOST_WEAK), certain: similarity.is_some() };
    }
    let mut score = match similarity {
        Some(_) => 0.65 * coverage(claim, cited, &seen) + 0.35 * scaled(similarity),
        None => coverage(claim, cited, &seen),
    };
    if let Some(nearest) = nearest(claim, cited) {
        if is_negated(&claim.text) != is_negated(&nearest.text) {
            score = (score * 0.7).min(AT_MOST_WEAK);
        }
        if misplaces_number(claim, nearest) {
            score = score.min(AT_MOST_WEAK);
        }
    }
    let missing = missing_names(claim, &seen);
    Support { score: score * 0.75_f64.powi(missing), certain: false }
}

/// The sentences of the cited passages that are most like the claim by their words.
pub(super) fn nearest_sentences<'a>(claim: &Claim, cited: &[&'a Evidence]) -> Vec<&'a str> {
    const COMPARED: usize = 4;
    let mut sentences: Vec<(&EvidenceSentence, f64)> = cited
        .iter()
        .flat_map(|passage| &passage.sentences)
        .map(|sentence| (sentence, share_of(claim, sentence)))
        .collect();
    sentences.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    sentences.into_iter().take(COMPARED).map(|(sentence, _)| sentence.text.as_str()).collect()
}

impl Evidence {
    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.sentences.iter().flat_map(|sentence| &sentence.terms).chain(&self.headings)
    }
}

/// Word for word in one of the passages.
fn is_quoted(claim: &Claim, cited: &[&Evidence]) -> bool {
    let claim = evidence::folded(&claim.text);
    cited.iter().any(|passage| format!(" {} ", passage.folded).contains(&format!(" {claim} ")))
}

/// The part of the claim's words that the passages have: in one place of them, and anywhere.
fn coverage(claim: &Claim, cited: &[&Evidence], seen: &[&Term]) -> f64 {
    /// What stands together in this many sentences is said together.
    const PLACE: usize = 3;
    let together = cited
        .iter()
        .flat_map(|passage| {
            let window = PLACE.min(passage.sentences.len().max(1));
            passage.sentences.windows(window).map(move |sentences| (passage, sentences))
        })
        .map(|(passage, sentences)| {
            let terms: Vec<&Term> =
                sentences.iter().flat_map(|sentence| &sentence.terms).chain(&passage.headings).collect();
            share(&claim.terms, &terms)
        })
        .fold(0.0, f64::max);
    let around: Vec<&Term> =
        cited.iter().flat_map(|passage| &passage.around).chain(seen.iter().copied()).collect();
    // A word that only the unseen surroundings have counts a little.
    0.6 * together + 0.3 * share(&claim.terms, seen) + 0.1 * share(&claim.terms, &around)
}

fn share_of(claim: &Claim, sentence: &EvidenceSentence) -> f64 {
    share(&claim.terms, &sentence.terms.iter().collect::<Vec<_>>())
}

/// The part of `wanted`, by weight, that is among `terms`.
fn share(wanted: &[Term], terms: &[&Term]) -> f64 {
    let weight = |term: &Term| match term.kind {
        TermKind::Name | TermKind::Number => 1.5,
        TermKind::Content | TermKind::Function => 1.0,
    };
    let total: f64 = wanted.iter().map(weight).sum();
    let found: f64 = wanted.iter().map(|term| weight(term) * best(term, terms)).sum();
    if total > 0.0 { found / total } else { 0.0 }
}

fn best(term: &Term, terms: &[&Term]) -> f64 {
    terms.iter().map(|other| term.likeness(other)).fold(0.0, f64::max)
}

fn lacks(claim: &Claim, kind: TermKind, seen: &[&Term]) -> bool {
    claim.terms.iter().any(|term| term.kind == kind && seen.iter().all(|other| other.stem != term.stem))
}

/// How many of the claim's names no passage has. In a language that writes every noun with a
/// capital, capitals tell nothing.
fn missing_names(claim: &Claim, seen: &[&Term]) -> i32 {
    let names = || claim.terms.iter().filter(|term| term.kind == TermKind::Name);
    if names().count() * 2 > claim.terms.len() && claim.terms.len() > 3 {
        return 0;
    }
    names().filter(|name| best(name, seen) == 0.0).count() as i32
}

/// The sentence that the claim is most like by its words, where it is much like it.
fn nearest<'a>(claim: &Claim, cited: &[&'a Evidence]) -> Option<&'a EvidenceSentence> {
    const MUCH: f64 = 0.5;
    cited
        .iter()
        .flat_map(|passage| &passage.sentences)
        .map(|sentence| (sentence, share_of(claim, sentence)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .filter(|(_, share)| *share >= MUCH)
        .map(|(sentence, _)| sentence)
}

/// Whether the sentence nearest to the claim has numbers, and others than the claim's.
fn misplaces_number(claim: &Claim, nearest: &EvidenceSentence) -> bool {
    let numbers = |terms: &[Term]| -> Vec<String> {
        terms.iter().filter(|term| term.kind == TermKind::Number).map(|term| term.stem.clone()).collect()
    };
    let (claimed, there) = (numbers(&claim.terms), numbers(&nearest.terms));
    !claimed.is_empty() && !there.is_empty() && claimed.iter().all(|number| !there.contains(number))
}

fn is_negated(text: &str) -> bool {
    const NEGATIONS: &[&str] = &[
        "not",
        "no",
        "never",
        "none",
        "cannot",
        "without",
        "neither",
        "nor",
        "isn't",
        "aren't",
        "don't",
        "doesn't",
        "didn't",
        "can't",
        "won't",
        "wasn't",
        "weren't",
        "shouldn't",
        "mustn't",
        "excluded",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "nie",
        "niemals",
        "ohne",
    ];
    let text = text.to_lowercase().replace('’', "'");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| NEGATIONS.contains(&word))
        || ["不", "没", "無", "非"].iter().any(|sign| text.contains(sign))
}

fn in_another_language(claim: &Claim, cited: &[&Evidence]) -> bool {
    let Some(language) = evidence::language(&claim.text) else { return false };
    let mut languages = cited.iter().filter_map(|passage| passage.language).peekable();
    languages.peek().is_some() && languages.all(|other| other != language)
}

/// Of what crosses languages unchanged, names and numbers, the part that the passages have.
fn covered_marks(claim: &Claim, seen: &[&Term]) -> f64 {
    let marks: Vec<Term> = claim
        .terms
        .iter()
        .filter(|term| matches!(term.kind, TermKind::Name | TermKind::Number))
        .cloned()
        .collect();
    if marks.is_empty() { 0.5 } else { share(&marks, seen) }
}

/// Cosine similarities of sentences that say the same lie about where this puts 1, of sentences
/// on different matters where it puts 0.
fn scaled(similarity: Option<f64>) -> f64 {
    const UNRELATED: f64 = 0.25;
    const SAME: f64 = 0.8;
    similarity.map_or(0.0, |similarity| ((similarity - UNRELATED) / (SAME - UNRELATED)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use app::answer::Support::{Supported, Unsupported, Weak};

    use super::*;
    use crate::{
        answer::verdict::claim::claims,
        model::llm::{Markup, OfferedSource},
    };

    const PASSAGE: &str = "Full-time employees receive 20 days of paid vacation a year. Unused days do not carry \
        over. Requests go to the Manager at least two weeks before. Parking costs $45.00 a month in Seattle.";

    fn judge(sentence: &str) -> answer::Support {
        let source = OfferedSource {
            title: "Employee handbook".into(),
            heading_path: vec!["Time off".into()],
            text: PASSAGE.into(),
            after: "Contractors are not eligible for reimbursements.".into(),
            ..OfferedSource::default()
        };
        let evidence = Evidence::new(&source);
        let claim = claims(&format!("{sentence} [1]"), Markup::Markdown).remove(0);
        support(&claim, &[&evidence], None).support()
    }

    #[test]
    fn a_quotation_is_supported() {
        assert_eq!(judge("Unused days do not carry over."), Supported);
        assert_eq!(judge("Full-time employees receive **20 days** of paid vacation a year."), Supported);
    }

    #[test]
    fn a_rewording_with_the_same_facts_is_supported() {
        assert_eq!(
            judge("Employees who work full-time get twenty days of paid vacation every year."),
            Supported
        );
        assert_eq!(judge("Parking in Seattle costs 45 dollars a month."), Supported);
    }

    #[test]
    fn a_number_that_the_passage_does_not_have_is_unsupported() {
        assert_eq!(judge("Full-time employees receive 25 days of paid vacation a year."), Unsupported);
        assert_eq!(judge("Parking costs $450 a month in Seattle."), Unsupported);
    }

    #[test]
    fn a_number_of_another_sentence_is_not_fully_supported() {
        assert_ne!(judge("Parking costs $20 a month in Seattle."), Supported);
    }

    #[test]
    fn another_name_is_not_fully_supported() {
        assert_ne!(judge("Parking costs $45.00 a month in Tokyo."), Supported);
    }

    #[test]
    fn a_denial_of_what_stands_there_is_not_fully_supported() {
        assert_ne!(judge("Unused days carry over."), Supported);
        assert_ne!(judge("Full-time employees do not receive 20 days of paid vacation a year."), Supported);
    }

    #[test]
    fn what_only_the_surroundings_say_is_not_fully_supported() {
        assert_ne!(judge("Contractors are not eligible for reimbursements."), Supported);
    }

    #[test]
    fn another_matter_is_unsupported() {
        assert_eq!(judge("The cafeteria serves lunch until three."), Unsupported);
        assert_eq!(judge("Bananas are rich in potassium."), Unsupported);
    }

    #[test]
    fn a_close_meaning_lifts_other_words_and_a_far_one_does_not() {
        let source = OfferedSource { text: PASSAGE.into(), ..OfferedSource::default() };
        let evidence = Evidence::new(&source);
        let claim =
            claims("Staff working full hours enjoy 20 days of annual leave [1].", Markup::Markdown).remove(0);
        let with = |similarity| support(&claim, &[&evidence], Some(similarity)).score();
        assert!(with(0.75) > with(0.2));
        assert_eq!(support(&claim, &[&evidence], Some(0.75)).support(), Weak);
    }

    #[test]
    fn a_sentence_without_a_mark_is_unsupported() {
        let claim = claims("Full-time employees receive 20 days.", Markup::Markdown).remove(0);
        assert_eq!(support(&claim, &[], None).support(), Unsupported);
    }
}
