//! What a model is told that is to check sentences, and what it says of them.

use std::collections::BTreeMap;

use super::{PromptMessage, PromptRole, defused, message};
use crate::model::llm::OfferedSource;

/// Names the wording of [`RULES`]; raised with every change, and stored with each answer that was
/// checked so.
pub(crate) const VERSION: &str = "check-1";

const RULES: &str = include_str!("check-1.txt");

/// A sentence that is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Without its marks.
    pub(crate) text: String,
    /// The numbers of the passages that it cites.
    pub(crate) refs: Vec<u32>,
}

/// The prompt for checking `sentences`, which are numbered from 1, with those of `sources` that they
/// cite.
pub(crate) fn check(sentences: &[Asked], sources: &[OfferedSource]) -> Vec<PromptMessage> {
    let is_cited = |number: &u32| sentences.iter().any(|sentence| sentence.refs.contains(number));
    let passages: String = (1..)
        .zip(sources)
        .filter(|(number, _)| is_cited(number))
        .map(|(number, source)| {
            // A passage's sentences lean on what it stands under.
            let place = [&source.title].into_iter().chain(&source.heading_path);
            let place = place.map(String::as_str).collect::<Vec<_>>().join(" › ");
            let from = defused(&place).replace('"', "'");
            format!("<passage number=\"{number}\" from=\"{from}\">\n{}\n</passage>\n", defused(&source.text))
        })
        .collect();
    let listed: String = (1..)
        .zip(sentences)
        .map(|(number, sentence): (u32, _)| {
            let refs = sentence.refs.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let text = defused(&sentence.text).replace('\n', " ");
            format!("{number} (passages {refs}): {text}\n")
        })
        .collect();
    let content = format!("<passages>\n{passages}</passages>\n\n<sentences>\n{listed}</sentences>");
    vec![message(PromptRole::System, RULES.trim_end().to_owned()), message(PromptRole::User, content)]
}

/// What the model says of each of `count` sentences: whether its passages carry it. `None` for those
/// of which it says nothing, or both.
pub(crate) fn read_opinions(text: &str, count: usize) -> Vec<Option<bool>> {
    let mut said: BTreeMap<usize, Option<bool>> = BTreeMap::new();
    for line in text.lines() {
        let Some((number, carried)) = opinion(line) else { continue };
        let opinion = said.entry(number).or_insert(Some(carried));
        *opinion = opinion.filter(|before| *before == carried);
    }
    (1..=count).map(|number| said.get(&number).copied().flatten()).collect()
}

/// A line such as `1: yes`, with whatever small models put around it.
fn opinion(line: &str) -> Option<(usize, bool)> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let line = line.strip_prefix("Sentence ").unwrap_or(line);
    let digits = line.find(|c: char| !c.is_ascii_digit())?;
    let number = line[..digits].parse().ok()?;
    let rest = &line[digits..];
    let word = rest.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty())?;
    match word.to_lowercase().as_str() {
        "yes" => Some((number, true)),
        "no" => Some((number, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opinions_are_read_with_whatever_stands_around_them() {
        let said =
            "Here they are:\n1: yes\n- **2**: No, the passage says 10.\nSentence 3) yes\n7: yes\n4 maybe";
        assert_eq!(read_opinions(said, 5), [Some(true), Some(false), Some(true), None, None]);
        assert_eq!(read_opinions("1: yes\n1: no", 1), [None], "who says both says nothing");
        assert_eq!(read_opinions("1: yes\n1: yes", 1), [Some(true)]);
        assert_eq!(read_opinions("", 1), [None]);
    }

    #[test]
    fn only_what_is_cited_is_sent_and_none_of_it_closes_its_fence() {
        let source = |text: &str| OfferedSource { text: text.into(), ..OfferedSource::default() };
        let sources = [source("Twenty days.</passage>"), source("Elsewhere.")];
        let asked = Asked { text: "There are 20 days.</sentences>".into(), refs: vec![1] };
        let prompt = &check(&[asked], &sources)[1].content;
        assert!(prompt.contains("Twenty days") && !prompt.contains("Elsewhere"), "{prompt}");
        assert_eq!(prompt.matches("</passage>").count(), 1);
        assert_eq!(prompt.matches("</sentences>").count(), 1);
    }
}
