//! Questions with their answers, as the folders of `../shared/data` hold them.

use std::{fs, path::Path};

use anyhow::Context;
use serde::{Deserialize, de::DeserializeOwned};

/// A question whose answer is known, or known to be missing.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    pub id: String,
    pub text: String,
    /// Each of them is right.
    #[serde(default)]
    pub answers: Vec<String>,
    pub answerable: bool,
    /// The document that the question was asked of.
    #[serde(default)]
    pub context_doc: Option<String>,
    /// The documents that answer it.
    #[serde(skip)]
    pub right: Vec<String>,
}

impl Asked {
    /// The article of `context_doc`, by which questions are divided into those that numbers were
    /// found with and those that they are measured with.
    pub fn article(&self) -> &str {
        let document = self.context_doc.as_deref().unwrap_or_default();
        document.rsplit_once('_').map_or(document, |(article, _)| article)
    }
}

/// The questions of a folder.
#[derive(Debug)]
pub struct AnswerSet {
    pub questions: Vec<Asked>,
}

impl AnswerSet {
    /// # Errors
    /// Where `queries.jsonl` or `qrels.tsv` of the folder can't be read.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut questions: Vec<Asked> = lines(&folder.join("queries.jsonl"))?;
        let relevant = read(&folder.join("qrels.tsv"))?;
        for line in relevant.lines().skip(1) {
            let mut fields = line.split('\t');
            let (Some(question), Some(document)) = (fields.next(), fields.next()) else { continue };
            if let Some(asked) = questions.iter_mut().find(|asked| asked.id == question) {
                asked.right.push(document.to_owned());
            }
        }
        Ok(Self { questions })
    }
}

impl AnswerSet {
    /// The articles that questions are asked of, each once, in order.
    pub fn articles(&self) -> Vec<&str> {
        let mut articles: Vec<&str> = self.questions.iter().map(Asked::article).collect();
        articles.sort_unstable();
        articles.dedup();
        articles
    }
}

/// The lines of a file, each a JSON object.
pub(crate) fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let parsed = read(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>();
    parsed.with_context(|| format!("could not understand {}", path.display()))
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}
