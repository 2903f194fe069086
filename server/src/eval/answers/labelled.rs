//! Sentences of which it is known whether a passage carries them.

use std::{collections::HashMap, path::Path};

use anyhow::Context;
use serde::Deserialize;

use super::set::lines;
use crate::{
    model::llm::OfferedSource,
    text::{
        sentence,
        term::{self, TermKind},
    },
};

/// A sentence, the passage that it cites, and whether that carries it.
#[derive(Debug)]
pub(super) struct Labelled {
    /// The set it is of, as a word.
    pub(super) set: &'static str,
    /// What it cites, by name: of one document all are for the same use.
    pub(super) document: String,
    /// For finding numbers, and not for measuring.
    pub(super) is_train: bool,
    pub(super) sentence: String,
    pub(super) passage: OfferedSource,
    pub(super) is_carried: bool,
}

#[derive(Deserialize)]
struct Claim {
    id: String,
    text: String,
    labels: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    title: String,
    text: String,
}

/// The claims of `SciFact` with the abstracts that support or contradict them, or that are on their
/// subject and do neither: its training claims, and the others.
///
/// # Errors
/// Where the folder can't be read.
pub(super) fn scifact(folder: &Path) -> anyhow::Result<Vec<Labelled>> {
    let mut labelled = claims(folder, "queries.jsonl", "qrels.tsv", false)?;
    labelled.extend(claims(folder, "train_queries.jsonl", "train_qrels.tsv", true)?);
    Ok(labelled)
}

fn claims(folder: &Path, claims: &str, relevant: &str, is_train: bool) -> anyhow::Result<Vec<Labelled>> {
    let claims: Vec<Claim> = lines(&folder.join(claims))?;
    let abstracts: HashMap<String, Document> = lines::<Document>(&folder.join("corpus.jsonl"))?
        .into_iter()
        .map(|document| (document.id.clone(), document))
        .collect();
    let path = folder.join(relevant);
    let relevant =
        std::fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let pairs: Vec<(&str, &str)> = relevant
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.next()?))
        })
        .collect();
    let labelled = pairs.into_iter().filter_map(|(claim, document)| {
        let claim = claims.iter().find(|known| known.id == claim)?;
        let document = abstracts.get(document)?;
        Some(Labelled {
            set: "scifact",
            document: document.id.clone(),
            is_train,
            sentence: claim.text.clone(),
            passage: passage(&document.title, &document.text),
            is_carried: claim.labels.get(&document.id).is_some_and(|label| label == "SUPPORT"),
        })
    });
    Ok(labelled.collect())
}

/// Sentences of handbook pages as they stand, shortened, and with a number or a name of another
/// page in place of their own. Every second page is for finding numbers.
///
/// # Errors
/// Where the folder can't be read.
pub(super) fn swapped(folder: &Path) -> anyhow::Result<Vec<Labelled>> {
    /// Sentences of so many words say one thing, and all of it.
    const LENGTH: std::ops::RangeInclusive<usize> = 8..=35;
    let pages: Vec<Document> = lines(&folder.join("corpus.jsonl"))?;
    let mut labelled = Vec::new();
    let (mut number, mut name) = ("17".to_owned(), "Geneva".to_owned());
    for (at, page) in pages.iter().enumerate() {
        let found = page.text.split("\n\n").find_map(|paragraph| {
            let range = sentence::sentences(paragraph).into_iter().find(|range| {
                let text = &paragraph[range.clone()];
                LENGTH.contains(&text.split_whitespace().count())
                    && text.ends_with('.')
                    && !text.contains('|')
            })?;
            Some((paragraph, paragraph[range].to_owned()))
        });
        let Some((paragraph, sentence)) = found else { continue };
        let mut add = |sentence: String, is_carried| {
            labelled.push(Labelled {
                set: "handbook",
                document: page.id.clone(),
                is_train: at % 2 == 0,
                sentence,
                passage: passage(&page.title, paragraph),
                is_carried,
            });
        };
        for (wanted, other) in [(TermKind::Number, &mut number), (TermKind::Name, &mut name)] {
            let Some(term) = term::terms(&sentence).into_iter().rfind(|term| term.kind == wanted) else {
                continue;
            };
            let own = sentence[term.range.clone()].to_owned();
            if own != *other && !paragraph.contains(other.as_str()) {
                add(
                    format!("{}{other}{}", &sentence[..term.range.start], &sentence[term.range.end..]),
                    false,
                );
                add(sentence.clone(), true);
            }
            *other = own;
        }
        if let Some((shorter, _)) = sentence.rsplit_once(", ")
            && LENGTH.contains(&shorter.split_whitespace().count())
        {
            add(format!("{shorter}."), true);
        }
    }
    Ok(labelled)
}

fn passage(title: &str, text: &str) -> OfferedSource {
    OfferedSource { title: title.to_owned(), text: text.to_owned(), ..OfferedSource::default() }
}
