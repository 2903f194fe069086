//! Question sets as they lie in folders, in the layout of the BEIR benchmark's data.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, bail};
use serde::{Deserialize, de::DeserializeOwned};

/// Questions, each with the documents that answer it.
#[derive(Debug, Clone, Default)]
pub struct QuestionSet {
    pub questions: Vec<Question>,
}

/// A question, and the external ids of the documents that answer it: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: String,
    pub text: String,
    pub relevant: HashSet<String>,
}

/// A line of `corpus.jsonl`. What else stands in it is not needed.
#[derive(Debug, Clone, Deserialize)]
pub struct CorpusDocument {
    pub id: String,
    #[serde(default)]
    pub title: String,
    pub text: String,
}

#[derive(Deserialize)]
struct QuestionLine {
    id: String,
    text: String,
}

impl QuestionSet {
    /// Reads `queries.jsonl` (`{"id", "text"}` a line) and `qrels.tsv` (a header, then question,
    /// document and relevance); of a `split` such as `train`, the files whose names begin with it
    /// and `_`. Questions without a right document are left out.
    ///
    /// # Errors
    /// Where a file is missing or not of this form, or no question is left.
    pub fn read(folder: &Path, split: Option<&str>) -> anyhow::Result<Self> {
        let file = |name: &str| match split {
            Some(split) => folder.join(format!("{split}_{name}")),
            None => folder.join(name),
        };
        let mut relevant = judgements(&file("qrels.tsv"))?;
        let questions: Vec<Question> = lines::<QuestionLine>(&file("queries.jsonl"))?
            .into_iter()
            .filter_map(|QuestionLine { id, text }| {
                let relevant = relevant.remove(&id)?;
                Some(Question { id, text, relevant })
            })
            .collect();
        if questions.is_empty() {
            bail!("no question in {} has a right document", folder.display());
        }
        Ok(Self { questions })
    }
}

/// The documents of `corpus.jsonl` in a folder.
///
/// # Errors
/// Where the file is missing or not of this form.
pub fn corpus(folder: &Path) -> anyhow::Result<Vec<CorpusDocument>> {
    lines(&folder.join("corpus.jsonl"))
}

fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let parsed = BufReader::new(file).lines().zip(1..).map(|(line, number)| {
        let line = line.with_context(|| format!("could not read {}", path.display()))?;
        serde_json::from_str(&line)
            .with_context(|| format!("could not understand line {number} of {}", path.display()))
    });
    parsed.collect()
}

/// The documents of each question that are judged more than 0.
fn judgements(path: &Path) -> anyhow::Result<HashMap<String, HashSet<String>>> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let mut judged: HashMap<_, HashSet<_>> = HashMap::new();
    for line in BufReader::new(file).lines().skip(1) {
        let line = line.with_context(|| format!("could not read {}", path.display()))?;
        let [question, document, relevance] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("a line of {} has not three columns: {line}", path.display());
        };
        if relevance.trim().parse::<f64>().is_ok_and(|relevance| relevance > 0.0) {
            judged.entry(question.to_owned()).or_default().insert(document.to_owned());
        }
    }
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn questions_without_a_right_document_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let queries = r#"{"id":"a","text":"one","more":1}
{"id":"b","text":"two"}
{"id":"c","text":"three"}"#;
        fs::write(folder.path().join("train_queries.jsonl"), queries).unwrap();
        let qrels = "query-id\tdoc-id\trelevance\na\td1\t1\na\td2\t2\nb\td1\t0\n";
        fs::write(folder.path().join("train_qrels.tsv"), qrels).unwrap();

        let set = QuestionSet::read(folder.path(), Some("train")).unwrap();
        assert_eq!(set.questions.len(), 1);
        assert_eq!(set.questions[0].relevant, HashSet::from(["d1".to_owned(), "d2".to_owned()]));
        assert!(QuestionSet::read(folder.path(), None).is_err());
    }
}
