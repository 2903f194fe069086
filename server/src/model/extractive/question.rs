//! What a question asks about, and for what.

use crate::text::term::{self, Term, TermKind};

/// A question, taken apart.
#[derive(Debug)]
pub(super) struct Question {
    /// Each word once, with its weight; the weights add up to 1.
    pub(super) terms: Vec<(Term, f64)>,
    pub(super) wants: Wants,
}

/// What kind of thing would answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    Person,
    Time,
    /// Under which conditions something is done.
    Occasion,
    Quantity,
    Place,
    Reason,
    /// How something is done.
    Way,
    Other,
}

impl Question {
    /// `rarity` says how telling a word is, by how few sentences have it.
    pub(super) fn new(text: &str, rarity: impl Fn(&Term) -> f64) -> Self {
        let wants = wants(text);
        let mut terms: Vec<(Term, f64)> = Vec::new();
        for term in term::content_terms(text) {
            let known = terms.iter().any(|(known, _)| known.stem == term.stem);
            if !known && !is_carrier(wants, &term) {
                let weight = rarity(&term) * emphasis(term.kind);
                terms.push((term, weight));
            }
        }
        let total: f64 = terms.iter().map(|(_, weight)| weight).sum();
        if total > 0.0 {
            terms.iter_mut().for_each(|(_, weight)| *weight /= total);
        }
        Self { terms, wants }
    }

    /// Its words, without their weights.
    pub(super) fn words(&self) -> Vec<Term> {
        self.terms.iter().map(|(term, _)| term.clone()).collect()
    }

    /// What is to be done, where a way to do it is asked for: "upload" of "How do I upload a file?".
    pub(super) fn action(&self) -> Option<&Term> {
        self.terms.first().filter(|_| self.wants == Wants::Way).map(|(term, _)| term)
    }
}

/// Names and numbers pin a question down more than other words do.
fn emphasis(kind: TermKind) -> f64 {
    match kind {
        TermKind::Name => 1.4,
        TermKind::Number => 1.2,
        TermKind::Content | TermKind::Function => 1.0,
    }
}

/// Words that belong to the way of asking: the "year" of "in what year".
fn is_carrier(wants: Wants, term: &Term) -> bool {
    let carriers: &[&str] = match wants {
        Wants::Time | Wants::Occasion => &["year", "date", "day", "time", "jahr", "tag", "datum"],
        Wants::Quantity => &["many", "much", "number", "amount", "viel", "viele", "anzahl"],
        Wants::Person => &["person", "name"],
        Wants::Place => &["place", "location", "ort"],
        Wants::Reason | Wants::Way | Wants::Other => &[],
    };
    carriers.contains(&term.stem.as_str())
}

/// Beginnings of questions and words for amounts, and what each wants. The first of this list that
/// occurs decides.
const CUES: &[(&str, Wants)] = &[
    ("how many", Wants::Quantity),
    ("how much", Wants::Quantity),
    ("how long", Wants::Quantity),
    ("how often", Wants::Quantity),
    ("how old", Wants::Quantity),
    ("how far", Wants::Quantity),
    ("how high", Wants::Quantity),
    ("how large", Wants::Quantity),
    ("how big", Wants::Quantity),
    ("what percentage", Wants::Quantity),
    ("what proportion", Wants::Quantity),
    ("what number", Wants::Quantity),
    ("what amount", Wants::Quantity),
    ("wie viel", Wants::Quantity),
    ("wieviel", Wants::Quantity),
    ("wie lange", Wants::Quantity),
    ("wie oft", Wants::Quantity),
    ("wie hoch", Wants::Quantity),
    ("多少", Wants::Quantity),
    ("几", Wants::Quantity),
    ("what year", Wants::Time),
    ("which year", Wants::Time),
    ("what date", Wants::Time),
    ("what time", Wants::Time),
    ("what day", Wants::Time),
    ("what month", Wants::Time),
    ("what century", Wants::Time),
    ("when should", Wants::Occasion),
    ("when do i", Wants::Occasion),
    ("when do you", Wants::Occasion),
    ("when do we", Wants::Occasion),
    ("when can", Wants::Occasion),
    ("when must", Wants::Occasion),
    ("wann muss", Wants::Occasion),
    ("wann kann", Wants::Occasion),
    ("when", Wants::Time),
    ("wann", Wants::Time),
    ("什么时候", Wants::Time),
    ("何时", Wants::Time),
    ("who", Wants::Person),
    ("whom", Wants::Person),
    ("whose", Wants::Person),
    ("wer", Wants::Person),
    ("wem", Wants::Person),
    ("wen", Wants::Person),
    ("谁", Wants::Person),
    ("where", Wants::Place),
    ("wo", Wants::Place),
    ("wohin", Wants::Place),
    ("哪里", Wants::Place),
    ("why", Wants::Reason),
    ("warum", Wants::Reason),
    ("wieso", Wants::Reason),
    ("为什么", Wants::Reason),
    ("how do i", Wants::Way),
    ("how do you", Wants::Way),
    ("how do we", Wants::Way),
    ("how does one", Wants::Way),
    ("how can", Wants::Way),
    ("how should", Wants::Way),
    ("how to", Wants::Way),
    ("what do i do", Wants::Way),
    ("what should i do", Wants::Way),
    ("wie kann", Wants::Way),
    ("wie muss", Wants::Way),
    ("怎么", Wants::Way),
    ("如何", Wants::Way),
    ("limit", Wants::Quantity),
    ("maximum", Wants::Quantity),
    ("minimum", Wants::Quantity),
    ("deductible", Wants::Quantity),
    ("cost", Wants::Quantity),
    ("costs", Wants::Quantity),
    ("price", Wants::Quantity),
    ("fee", Wants::Quantity),
    ("amount", Wants::Quantity),
    ("rate", Wants::Quantity),
    ("premium", Wants::Quantity),
    ("budget", Wants::Quantity),
    ("salary", Wants::Quantity),
    ("percentage", Wants::Quantity),
    ("kosten", Wants::Quantity),
    ("preis", Wants::Quantity),
];

fn wants(text: &str) -> Wants {
    let folded = text.to_lowercase();
    let words = format!(
        " {} ",
        folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    );
    let occurs =
        |cue: &str| if cue.is_ascii() { words.contains(&format!(" {cue} ")) } else { folded.contains(cue) };
    CUES.iter().find(|(cue, _)| occurs(cue)).map_or(Wants::Other, |(_, wants)| *wants)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_says_what_kind_of_thing_it_wants() {
        for (text, wanted) in [
            ("How many vacation days do I get?", Wants::Quantity),
            ("In what year was it founded?", Wants::Time),
            ("When should I ask for leave?", Wants::Occasion),
            ("Who approves my leave?", Wants::Person),
            ("Wo finde ich das Formular?", Wants::Place),
            ("年假有多少天？", Wants::Quantity),
            ("What is the reimbursement limit?", Wants::Quantity),
            ("How do I submit an expense?", Wants::Way),
            ("What is covered?", Wants::Other),
        ] {
            assert_eq!(Question::new(text, |_| 1.0).wants, wanted, "{text}");
        }
    }

    #[test]
    fn the_way_of_asking_is_no_part_of_what_is_asked_about() {
        let question = Question::new("In what year was the Edict of Nantes revoked?", |_| 1.0);
        let stems: Vec<&str> = question.terms.iter().map(|(term, _)| term.stem.as_str()).collect();
        assert_eq!(stems, ["edict", "nant", "revok"]);
    }
}
