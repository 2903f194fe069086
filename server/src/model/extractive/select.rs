//! Which sentences make the answer, and in what order.

use std::ops::Range;

use super::candidate::{Candidate, Candidates, is_whole};
use crate::text::term::Term;

/// An answer has no more sentences than this; a list or a table's rows count as one.
const MOST: usize = 4;
/// Longer lists are cut, or only what answers is taken out of them.
const LONGEST_LIST: usize = 15;
/// A further sentence is taken when it scores nearly as well as the best.
const NEARLY: f64 = 0.8;
/// Sentences that share more of their words than this say the same.
const SAME: f64 = 0.7;

/// The sentences of the answer, as indices into `candidates`; `ranked` is best first, with scores.
/// The passage of the best comes first, each passage's sentences in their own order.
pub(super) fn select(candidates: &Candidates, ranked: &[(usize, f64)]) -> Vec<usize> {
    let Some(&(best, top)) = ranked.first() else { return Vec::new() };
    let mut chosen = with_surroundings(candidates, best);
    for &(index, score) in &ranked[1..] {
        if score < NEARLY * top || units(candidates, &chosen) >= MOST {
            break;
        }
        if chosen.contains(&index) {
            continue;
        }
        if let Some(at) = chosen.iter().position(|&other| repeats(candidates, index, other)) {
            if chosen[at] != best && is_fuller(candidates, index, chosen[at]) {
                chosen[at] = index;
            }
            continue;
        }
        let added = with_surroundings(candidates, index);
        let new: Vec<usize> = added.into_iter().filter(|index| !chosen.contains(index)).collect();
        let both: Vec<usize> = chosen.iter().chain(&new).copied().collect();
        if units(candidates, &both) <= MOST {
            chosen = both;
        }
    }
    let first = candidates.sentences[best].source;
    chosen.sort_by_key(|&index| {
        let sentence = &candidates.sentences[index];
        (sentence.source != first, sentence.source, sentence.position)
    });
    chosen
}

/// How many sentences these are for the reader.
fn units(candidates: &Candidates, chosen: &[usize]) -> usize {
    let mut lists: Vec<(usize, usize)> = Vec::new();
    let mut alone = 0;
    for sentence in chosen.iter().map(|&index| &candidates.sentences[index]) {
        match sentence.list.map(|list| (sentence.source, list)) {
            Some(list) if lists.contains(&list) => {}
            Some(list) => lists.push(list),
            None => alone += 1,
        }
    }
    alone + lists.len()
}

/// The sentence with what it can't be understood without, and what it doesn't hold without.
fn with_surroundings(candidates: &Candidates, index: usize) -> Vec<usize> {
    let mut chosen = vec![index];
    let sentence = &candidates.sentences[index];
    if is_row(&sentence.text) {
        chosen.extend(header(candidates, index));
    } else if let Some(list) = candidates.list(index) {
        chosen.extend(lead_in(candidates, &list));
        // Words without a sentence say only together what the list is of.
        if !is_whole(&sentence.text) && list.len() <= LONGEST_LIST {
            chosen.extend(list);
        }
    } else if leans_back(sentence) {
        chosen.extend(candidates.beside(index, -1));
    }
    if sentence.introduces() {
        chosen.extend(introduced(candidates, index));
    } else {
        let next = candidates.beside(index, 1);
        chosen.extend(next.filter(|next| restricts(&candidates.sentences[*next].text)));
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// A row of a table.
fn is_row(text: &str) -> bool {
    text.contains(" | ")
}

/// The first row of the table in which the row stands.
fn header(candidates: &Candidates, row: usize) -> Option<usize> {
    let rows = (1..).map_while(|offset: isize| candidates.beside(row, -offset));
    rows.take_while(|before| is_row(&candidates.sentences[*before].text)).last()
}

/// Whether a sentence takes back a part of the one before: "However, …", "This doesn't apply to …".
fn restricts(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "however",
        "but ",
        "except",
        "unless",
        "this does not",
        "this doesn't",
        "that does not",
        "it does not",
        "it doesn't",
        "they do not",
        "they don't",
        "not ",
        "exceptions",
        "jedoch",
        "aber ",
        "ausgenommen",
        "außer ",
        "dies gilt nicht",
        "das gilt nicht",
        "nicht ",
    ];
    let text = text.to_lowercase().replace('’', "'");
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

/// What a line with a colon at its end introduces: a list, as a whole, or the sentence behind it.
fn introduced(candidates: &Candidates, index: usize) -> Vec<usize> {
    let list = candidates.beside(index, 1).and_then(|next| candidates.list(next));
    if let Some(list) = list {
        return list.take(LONGEST_LIST).collect();
    }
    let following = (1..MOST as isize).map_while(|offset| candidates.beside(index, offset));
    let mut introduced: Vec<usize> = Vec::new();
    for next in following {
        introduced.push(next);
        if is_whole(&candidates.sentences[next].text) {
            break;
        }
    }
    introduced
}

/// What leads in to a list: the line before it where that ends with a colon, and any sentence before
/// it where its items are none.
fn lead_in(candidates: &Candidates, list: &Range<usize>) -> Option<usize> {
    let before = candidates.beside(list.start, -1)?;
    let sentence = &candidates.sentences[before];
    let items_are_bare = !is_whole(&candidates.sentences[list.start].text);
    (sentence.introduces() || sentence.list.is_none() && items_are_bare).then_some(before)
}

/// Whether the sentence begins with a word that points at the one before.
fn leans_back(sentence: &Candidate) -> bool {
    const POINTING: &[&str] = &[
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "they",
        "their",
        "he",
        "she",
        "his",
        "her",
        "such",
        "however",
        "therefore",
        "otherwise",
        "instead",
        "also",
        "additionally",
        "furthermore",
        "moreover",
        "similarly",
        "then",
        "es",
        "er",
        "sie",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "dabei",
        "dafür",
        "jedoch",
        "这",
        "它",
        "他",
        "她",
    ];
    let text = sentence.text.to_lowercase();
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|first| POINTING.contains(&first))
}

fn repeats(candidates: &Candidates, a: usize, b: usize) -> bool {
    let (a, b) = (&candidates.sentences[a], &candidates.sentences[b]);
    a.text == b.text || shared(&a.terms, &b.terms) > SAME
}

/// Whether a sentence says what another says and more.
fn is_fuller(candidates: &Candidates, index: usize, other: usize) -> bool {
    let (fuller, other) = (&candidates.sentences[index], &candidates.sentences[other]);
    let is_alone = |sentence: &Candidate| sentence.list.is_none() && !sentence.introduces();
    is_alone(fuller) && is_alone(other) && is_whole(&fuller.text) && fuller.terms.len() > other.terms.len()
}

/// The shared part of the shorter sentence's words.
fn shared(a: &[Term], b: &[Term]) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return 1.0;
    }
    let common = short.iter().filter(|term| long.iter().any(|other| other.stem == term.stem)).count();
    common as f64 / short.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::OfferedSource;

    /// What is quoted where the sentence with these words answers.
    fn quoted(text: &str, best: &str) -> Vec<String> {
        let source = OfferedSource { text: text.into(), ..OfferedSource::default() };
        let candidates = Candidates::new(&[source]);
        let best = candidates.sentences.iter().position(|it| it.text.contains(best)).unwrap();
        let chosen = select(&candidates, &[(best, 1.0)]);
        chosen.into_iter().map(|index| candidates.sentences[index].text.clone()).collect()
    }

    #[test]
    fn a_list_comes_whole_with_what_introduces_it() {
        let text = "You need:\n- a badge.\n- a key.\n- a code.\n- a coat.\n- a lamp.\nGood luck.";
        assert_eq!(quoted(text, "You need").len(), 6);
        assert_eq!(quoted(text, "a code"), ["You need:", "- a code."]);
    }

    #[test]
    fn a_list_of_mere_words_comes_whole_whatever_of_it_answers() {
        let text = "It covers many sports, among them:\n\nGyms\nYoga classes\nDiving lessons\n\nAsk early.";
        for answering in ["many sports", "Diving"] {
            assert_eq!(
                quoted(text, answering),
                ["It covers many sports, among them:", "Gyms", "Yoga classes", "Diving lessons"]
            );
        }
        let long = format!("Roles:\n{}", (0..20).map(|n| format!("- role {n}\n")).collect::<String>());
        assert_eq!(quoted(&long, "role 17"), ["Roles:", "- role 17"]);
    }

    #[test]
    fn of_two_sentences_that_say_the_same_the_fuller_is_quoted() {
        let text = "Books are borrowed. Staff complete training annually. \
            All staff complete their training annually in spring.";
        let source = OfferedSource { text: text.into(), ..OfferedSource::default() };
        let candidates = Candidates::new(&[source]);
        assert_eq!(select(&candidates, &[(0, 1.0), (1, 0.95), (2, 0.9)]), [0, 2]);
        assert_eq!(select(&candidates, &[(1, 1.0), (2, 0.9)]), [1]);
    }

    #[test]
    fn a_row_comes_whole_with_its_header() {
        let text = "Leave\nYears | Days\n0 to 5 | 25 days. Ask early. | yes\n5 to 9 | 27 days";
        assert_eq!(quoted(text, "25 days"), ["Years | Days", "0 to 5 | 25 days. Ask early. | yes"]);
    }

    #[test]
    fn what_a_sentence_does_not_hold_without_comes_with_it() {
        let text = "Hotels are paid. This doesn't apply to weekends. Trains are paid.";
        assert_eq!(quoted(text, "Hotels"), ["Hotels are paid.", "This doesn't apply to weekends."]);
        assert_eq!(quoted(text, "Trains"), ["Trains are paid."]);
        assert_eq!(quoted(text, "weekends"), ["Hotels are paid.", "This doesn't apply to weekends."]);
    }
}
