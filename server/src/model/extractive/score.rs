//! How well a sentence answers a question.

use super::{
    candidate::{Candidate, Candidates, best_likeness, is_whole},
    list::{Marker, marker},
    question::{Question, Wants},
};
use crate::{
    answer::opposite::has_opposite,
    text::term::{Term, TermKind},
};

/// What speaks for a sentence, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// The part of the question's words that stand in the sentence.
    pub(super) direct: f64,
    /// The same, with the sentences beside it, the headings and the passage counting in part.
    pub(super) in_context: f64,
    /// The part of the question's names and numbers that stand anywhere around the sentence.
    pub(super) names: f64,
    /// Cosine similarity of the sentence and the question; `None` where it isn't known.
    pub(super) similarity: Option<f64>,
    /// Cosine similarity of the whole passage and the question; `None` where it isn't known.
    pub(super) passage_similarity: Option<f64>,
    /// Whether it has the kind of thing that the question wants.
    pub(super) kind: f64,
    /// Whether it is a whole sentence, or introduces a list, and is no heading or item of one.
    pub(super) whole: f64,
    /// The part of the question's words that stand in the headings, for the sentence that
    /// begins the passage below them; less for each further one.
    pub(super) opening: f64,
    /// How high the search ranked its passage.
    pub(super) rank: f64,
    /// It is no sentence, and nothing tells what its words are said of.
    pub(super) is_left_alone: bool,
    /// It speaks of the opposite of what is asked, such as deleting for uploading.
    pub(super) is_opposed: bool,
    /// A way to do something is asked for, and neither the sentence nor what it stands under speaks of
    /// doing that.
    pub(super) is_of_another_action: bool,
    /// A newer edition of its document was found, too.
    pub(super) is_superseded: bool,
}

/// What a heading or an item without its list is put back by.
const LEFT_ALONE: f64 = 0.15;

/// How much a word counts that stands in what a sentence stands under.
const UNDER_LEAD: f64 = 0.9;

/// What a sentence is put back by that speaks of the opposite.
const OPPOSED: f64 = 0.15;

/// What a sentence is put back by that tells how to do something else. It is little: the same is done
/// by many names.
const OF_ANOTHER_ACTION: f64 = 0.08;

/// What a sentence of an older edition is put back by: more than what tells two editions of one
/// sentence apart, less than what tells an answer from another sentence.
const SUPERSEDED: f64 = 0.1;

impl Evidence {
    /// For choosing among sentences. The weights were tried out on half of the articles of `SQuAD`
    /// 2.0's questions and on a company handbook's.
    pub(super) fn score(&self) -> f64 {
        0.30 * self.direct
            + 0.25 * self.in_context
            + 0.30 * self.similarity.unwrap_or(0.0)
            + 0.60 * self.passage_similarity.unwrap_or(0.0)
            + 0.15 * self.kind
            + 0.06 * self.whole
            + 0.10 * self.opening
            + 0.07 * self.rank
            - if self.is_superseded { SUPERSEDED } else { 0.0 }
            - if self.is_opposed { OPPOSED } else { 0.0 }
            - if self.is_of_another_action { OF_ANOTHER_ACTION } else { 0.0 }
            - if self.is_left_alone { LEFT_ALONE } else { 0.0 }
    }
}

/// The evidence of words; similarity is added where the sentence is worth embedding.
pub(super) fn evidence(question: &Question, candidates: &Candidates, index: usize) -> Evidence {
    let sentence = &candidates.sentences[index];
    let words = |offset| {
        candidates.beside(index, offset).map_or(&[] as &[Term], |at| &candidates.sentences[at].terms)
    };
    // How much a word counts by where it stands.
    let lead = candidates.lead_terms(index);
    let places: [(f64, &[Term]); 6] = [
        (1.0, &sentence.terms),
        (UNDER_LEAD, lead),
        (0.7, &candidates.headings[sentence.source]),
        (0.6, words(-1)),
        (0.4, words(1)),
        (0.4, &candidates.surroundings[sentence.source]),
    ];
    let mut evidence = Evidence::default();
    let (mut named, mut names) = (0.0, 0.0);
    for (term, weight) in &question.terms {
        let headed = best_likeness(term, &candidates.headings[sentence.source]);
        evidence.opening += weight * headed / (1.0 + sentence.position as f64);
        evidence.direct +=
            weight * best_likeness(term, &sentence.terms).max(UNDER_LEAD * best_likeness(term, lead));
        let placed =
            places.iter().map(|(counts, terms)| counts * best_likeness(term, terms)).fold(0.0, f64::max);
        evidence.in_context += weight * placed;
        if matches!(term.kind, TermKind::Name | TermKind::Number) {
            named += weight;
            names += weight * f64::from(u8::from(placed > 0.0));
        }
    }
    evidence.names = if named > 0.0 { names / named } else { 1.0 };
    evidence.kind = f64::from(u8::from(has_kind(question, sentence)));
    let is_bare = !is_whole(&sentence.text);
    evidence.whole = f64::from(u8::from(!is_bare || introduces_list(candidates, index)));
    evidence.is_left_alone = is_bare && !introduces_list(candidates, index) && !is_led_in(candidates, index);
    evidence.is_opposed = has_opposite(&question.words(), &sentence.terms);
    let near: [&[Term]; 4] = [&sentence.terms, lead, &candidates.headings[sentence.source], words(-1)];
    evidence.is_of_another_action =
        question.action().is_some_and(|action| near.iter().all(|terms| best_likeness(action, terms) == 0.0));
    evidence.rank = 1.0 / (1.0 + sentence.source as f64);
    evidence
}

/// Whether something tells what mere words are said of: a line before the list, or cells beside them.
fn is_led_in(candidates: &Candidates, index: usize) -> bool {
    let sentence = &candidates.sentences[index];
    let has_value = sentence.terms.iter().any(|term| term.kind == TermKind::Number);
    has_value || candidates.leads[index].is_some() || sentence.text.contains(" | ")
}

fn introduces_list(candidates: &Candidates, index: usize) -> bool {
    let next = candidates.beside(index, 1).map(|next| &candidates.sentences[next].text);
    candidates.sentences[index].introduces() && next.is_some_and(|next| !is_whole(next))
}

/// Whether the sentence has something new of the kind that the question wants.
fn has_kind(question: &Question, sentence: &Candidate) -> bool {
    let is_new = |term: &&Term| question.terms.iter().all(|(asked, _)| asked.stem != term.stem);
    // The number of a step is no amount and no date.
    let counted = numbering(&sentence.text);
    let behind = |term: &&Term| term.range.start >= counted;
    let has_new = |kind| sentence.terms.iter().filter(is_new).filter(behind).any(|term| term.kind == kind);
    let has_word = |words: &[&str]| sentence.terms.iter().any(|term| words.contains(&term.stem.as_str()));
    match question.wants {
        Wants::Quantity => {
            has_new(TermKind::Number)
                || has_word(&[
                    "unlimit",
                    "unlimited",
                    "half",
                    "dozen",
                    "twice",
                    "daily",
                    "weekly",
                    "monthly",
                    "annual",
                ])
        }
        Wants::Time => has_new(TermKind::Number) || has_word(TIMES),
        Wants::Occasion => has_new(TermKind::Number) || has_word(TIMES) || names_occasion(&sentence.text),
        Wants::Person => {
            has_new(TermKind::Name) || has_word(&["manager", "team", "people", "department", "employe"])
        }
        Wants::Place => {
            has_new(TermKind::Name) || sentence.text.contains("http") || sentence.text.contains('/')
        }
        Wants::Reason => {
            let lower = sentence.text.to_lowercase();
            ["because", "due to", "in order to", "since", "so that", "weil", "damit", "因为"]
                .iter()
                .any(|word| lower.contains(word))
        }
        Wants::Way => tells_how(&sentence.text),
        Wants::Other => true,
    }
}

/// Whether a sentence says on which occasion something is done.
fn names_occasion(text: &str) -> bool {
    const WORDS: &[&str] = &[
        " anytime ",
        " any time ",
        " whenever ",
        " when ",
        " if ",
        " before ",
        " after ",
        " once ",
        " as soon as ",
        " until ",
        " während ",
        " bevor ",
        " nachdem ",
        " sobald ",
        " wenn ",
    ];
    // That tells how soon, and not when.
    let lower = format!(" {} ", text.to_lowercase()).replace(" as soon as possible", "");
    WORDS.iter().any(|word| lower.contains(word))
}

/// How many bytes at the beginning of an item only number it: "3. ", "Step 3: ".
fn numbering(text: &str) -> usize {
    let lower = text.to_ascii_lowercase();
    let named = ["step ", "stage ", "phase ", "part ", "section ", "schritt "]
        .iter()
        .find_map(|word| lower.strip_prefix(word));
    let rest = named.unwrap_or(&lower);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &rest[digits..];
    let is_marked = behind.strip_prefix(['.', ')', ':']).is_some_and(|text| text.starts_with(' '));
    if digits > 0 && (is_marked || named.is_some()) { lower.len() - behind.len() } else { 0 }
}

/// Whether a sentence tells somebody to do something: it is a step, or begins with a verb, or
/// speaks to who reads it.
fn tells_how(text: &str) -> bool {
    if marker(text) == Some(Marker::Number) {
        return true;
    }
    let lower = format!(" {} ", text.to_lowercase());
    let first = lower.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|first| STEPS.contains(&first)) || ADDRESSING.iter().any(|words| lower.contains(words))
}

/// What a step begins with.
const STEPS: &[&str] = &[
    "step", "first", "then", "next", "finally", "add", "ask", "book", "call", "change", "check", "choose",
    "click", "complete", "contact", "copy", "create", "email", "enter", "fill", "find", "follow", "get",
    "give", "go", "install", "log", "login", "make", "navigate", "open", "pick", "please", "post", "press",
    "provide", "reach", "read", "remove", "request", "run", "save", "schedule", "search", "see", "select",
    "send", "set", "sign", "start", "submit", "tell", "type", "update", "upload", "use", "visit", "write",
    "bitte", "klicken", "öffnen", "wählen", "请",
];

/// Words that speak to who reads them.
const ADDRESSING: &[&str] = &[
    " you can ",
    " you should ",
    " you need ",
    " you must ",
    " you have to ",
    " you will ",
    " you may ",
    " please ",
    " we use ",
    " are required to ",
    " should be ",
    " must be ",
    " sie können ",
    " sie müssen ",
    "可以",
    "需要",
];

/// Words that tell when, stemmed.
const TIMES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "today",
    "tomorrow",
    "daily",
    "week",
    "weekly",
    "month",
    "monthly",
    "quarter",
    "quarterly",
    "year",
    "annual",
    "annually",
    "prior",
    "start",
    "end",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "jahr",
    "monat",
    "woche",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::OfferedSource;

    /// The sentence that answers best by its words.
    fn best(question: &str, text: &str) -> String {
        let source = OfferedSource { text: text.into(), ..OfferedSource::default() };
        let candidates = Candidates::new(&[source]);
        let question = Question::new(question, |term| candidates.rarity(term));
        let score = |index: &usize| evidence(&question, &candidates, *index).score();
        let best = (0..candidates.sentences.len()).max_by(|a, b| score(a).total_cmp(&score(b))).unwrap();
        candidates.sentences[best].text.clone()
    }

    #[test]
    fn what_is_to_be_done_must_be_what_is_told() {
        let text =
            "To delete a document, open its page and press Delete document. Drop files there to upload them.";
        assert_eq!(best("How do I upload a document?", text), "Drop files there to upload them.");
    }

    #[test]
    fn what_trails_off_is_put_back() {
        let text = "A vendor is a company that works for us. I am looking for a vendor…";
        assert_eq!(best("What is a vendor?", text), "A vendor is a company that works for us.");
    }

    #[test]
    fn as_soon_as_possible_is_no_occasion() {
        let text = "You ask for a letter before a trip. You ask for a letter as soon as possible.";
        assert!(best("When should I ask for a letter?", text).contains("before"));
    }

    #[test]
    fn the_number_of_a_step_is_no_amount() {
        for (text, bytes) in
            [("Step 3: Ask.", 6), ("12. Ask.", 2), ("3.5 days", 0), ("20 days", 0), ("Ask 3 times.", 0)]
        {
            assert_eq!(numbering(text), bytes, "{text}");
        }
        let text = "Step 2: Ask for the letter by mail. A letter may be asked for whenever a bank needs it.";
        assert!(best("When should I ask for a letter?", text).contains("whenever"));
    }
}
