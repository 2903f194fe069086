//! Asking the questions of the sets, and what comes of it in words.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use uuid::Uuid;

use super::{AnswerSet, Asked, Given, Judgement, area, curve, labelled, measured::Measured};
use crate::{
    answer::{AnswerService, verdict::Passages},
    model::{
        Embedder,
        extractive::{Extractive, Reading},
        llm::Markup,
    },
};

/// What is asked, and whom.
pub struct Evaluation {
    pub answers: AnswerService,
    pub embedder: Arc<dyn Embedder>,
    /// Who asks.
    pub reader: Uuid,
    /// Only every so many of a set's questions are asked.
    pub every: usize,
    pub signs: Lines,
    pub sentence_signs: Lines,
    /// The handbook's questions that weren't answered well.
    pub misses: Lines,
}

/// Examples, a line of JSON each.
#[derive(Debug, Default)]
pub struct Lines(String);

/// A question: the signs of an answer, whether there is one, and whether numbers may be found with it.
#[derive(Serialize)]
struct Example<'a> {
    set: &'a str,
    signs: &'a [f64],
    is_true: bool,
    train: bool,
}

/// A sentence: what tells whether its passage carries it, and whether it does.
#[derive(Serialize)]
struct LabelledExample<'a> {
    set: &'a str,
    document: &'a str,
    signs: &'a [f64],
    is_true: bool,
    train: bool,
}

impl Lines {
    fn note(&mut self, example: &impl Serialize) -> anyhow::Result<()> {
        writeln!(self.0, "{}", serde_json::to_string(example)?)?;
        Ok(())
    }

    /// # Errors
    /// Where the file can't be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        fs::write(path, &self.0).with_context(|| format!("could not write {}", path.display()))
    }
}

/// A question that wasn't answered well, to be looked at.
#[derive(Serialize)]
struct Miss<'a> {
    question: &'a str,
    right: &'a [String],
    right_documents: &'a [String],
    answer: &'a str,
    abstained: bool,
    estimate: f64,
    /// The documents that were offered.
    offered: Vec<&'a str>,
}

/// How many questions are asked at a time.
const AT_A_TIME: usize = 4;

impl Evaluation {
    /// `SQuAD` 2.0: questions of half of its articles, with and without an answer, asked of all its
    /// paragraphs. Of the articles every second is for finding numbers, the others for measuring.
    ///
    /// # Errors
    /// Where a question can't be asked or the set can't be read.
    pub async fn squad(&mut self, folder: &Path, collection: Uuid) -> anyhow::Result<String> {
        let set = AnswerSet::read(folder)?;
        let articles = set.articles();
        let is_train = |asked: &Asked| {
            articles.iter().position(|article| *article == asked.article()).is_some_and(|at| at % 2 == 0)
        };
        let asked = self.ask(&set, collection, self.every).await?;
        for (given, reading) in &asked {
            self.signs.note(&Example {
                set: "squad",
                signs: &reading.signs,
                is_true: given.asked.answerable,
                train: is_train(given.asked),
            })?;
        }
        let mut report = String::new();
        for (name, train) in [("measured", false), ("numbers found with these", true)] {
            let part = asked.iter().filter(|(given, _)| is_train(given.asked) == train).collect::<Vec<_>>();
            squad_lines(&mut report, name, &part)?;
        }
        Ok(report)
    }

    /// A company handbook and its own questions.
    ///
    /// # Errors
    /// Where a question can't be asked or the set can't be read.
    pub async fn handbook(&mut self, folder: &Path, collection: Uuid) -> anyhow::Result<String> {
        let set = AnswerSet::read(folder)?;
        let asked = self.ask(&set, collection, 1).await?;
        self.note("handbook", &asked, true)?;
        let judged: Vec<Judgement> = asked.iter().map(|(given, _)| given.judge()).collect();
        let given: Vec<Judgement> = judged.iter().copied().filter(|it| it.answered).collect();
        let good = |it: &Judgement| it.gold_inside || it.overlap >= 0.5 || it.supporting;
        for ((given, reading), judgement) in asked.iter().zip(&judged) {
            if !good(judgement) {
                let offered = given.rehearsal.sources.iter();
                self.misses.note(&Miss {
                    question: &given.asked.text,
                    right: &given.asked.answers,
                    right_documents: &given.asked.right,
                    answer: &given.rehearsal.answer,
                    abstained: given.rehearsal.abstained,
                    estimate: reading.estimate,
                    offered: offered.filter_map(|source| source.external_id.as_deref()).collect(),
                })?;
            }
        }
        Ok(format!(
            "handbook, {} questions: answered {}; of the answers {} cite the right page, {} are right or quote its sentence\n",
            judged.len(),
            share(&judged, |it| it.answered),
            share(&given, |it| it.right_document),
            share(&given, good),
        ))
    }

    /// Questions of another field, asked of documents that can't know: none should be answered.
    ///
    /// # Errors
    /// Where a question can't be asked or the set can't be read.
    pub async fn other_field(
        &mut self,
        name: &str,
        folder: &Path,
        collection: Uuid,
        every: usize,
    ) -> anyhow::Result<String> {
        let set = AnswerSet::read(folder)?;
        let asked = self.ask(&set, collection, every * self.every).await?;
        self.note(name, &asked, false)?;
        let judged: Vec<Judgement> = asked.iter().map(|(given, _)| given.judge()).collect();
        Ok(format!("{name}, {} questions: answered {}\n", judged.len(), share(&judged, |it| it.answered)))
    }

    /// Whether sentences are found carried that are, and no others.
    ///
    /// # Errors
    /// Where a set can't be read.
    pub async fn sentences(&mut self, scifact: &Path, handbook: &Path) -> anyhow::Result<String> {
        let mut report = String::new();
        let mut all = Vec::new();
        for (name, labelled) in [
            ("SciFact's claims", labelled::scifact(scifact)?),
            ("the handbook's sentences", labelled::swapped(handbook)?),
        ] {
            let mut measured = Measured::default();
            for it in &labelled {
                let passages = Passages::new(std::slice::from_ref(&it.passage), Markup::Plain);
                let text = format!("{} [1]", it.sentence);
                if let Some(signs) = passages.signs(&text, self.embedder.as_ref()).await {
                    self.sentence_signs.note(&LabelledExample {
                        set: it.set,
                        document: &it.document,
                        signs: &signs.0,
                        is_true: it.is_carried,
                        train: it.is_train,
                    })?;
                }
                if !it.is_train {
                    measured.add(&passages.check(&text, self.embedder.as_ref()).await, it.is_carried);
                }
            }
            measured.report(&mut report, name)?;
            all.push(measured);
        }
        all.into_iter().fold(Measured::default(), Measured::and).report(&mut report, "both together")?;
        Ok(report)
    }

    fn note(&mut self, set: &str, asked: &[(Given<'_>, Reading)], is_true: bool) -> anyhow::Result<()> {
        for (at, (_, reading)) in asked.iter().enumerate() {
            self.signs.note(&Example { set, signs: &reading.signs, is_true, train: at % 2 == 0 })?;
        }
        Ok(())
    }

    async fn ask<'a>(
        &self,
        set: &'a AnswerSet,
        collection: Uuid,
        every: usize,
    ) -> anyhow::Result<Vec<(Given<'a>, Reading)>> {
        let extractive = Extractive::new(self.embedder.clone());
        let extractive = &extractive;
        stream::iter(set.questions.iter().step_by(every))
            .map(|asked| async move {
                let rehearsal = self.answers.rehearse(self.reader, &asked.text, &[collection]).await?;
                let reading = extractive.read(&rehearsal.request, &asked.text).await;
                anyhow::Ok((Given { asked, rehearsal }, reading))
            })
            .buffered(AT_A_TIME)
            .try_collect()
            .await
    }
}

fn squad_lines(report: &mut String, name: &str, asked: &[&(Given<'_>, Reading)]) -> anyhow::Result<()> {
    let judged = |answerable: bool| -> Vec<Judgement> {
        let part = asked.iter().filter(|(given, _)| given.asked.answerable == answerable);
        part.map(|(given, _)| given.judge()).collect()
    };
    let (able, unable) = (judged(true), judged(false));
    let given: Vec<Judgement> = able.iter().copied().filter(|it| it.answered).collect();
    writeln!(
        report,
        "SQuAD 2.0, {name}, {} answerable: answered {}, with the right words {}; of the answers {} cite the right paragraph",
        able.len(),
        share(&able, |it| it.answered),
        share(&able, |it| it.gold_inside),
        share(&given, |it| it.right_document),
    )?;
    let estimates: Vec<(f64, bool)> =
        asked.iter().map(|(given, reading)| (reading.estimate, given.asked.answerable)).collect();
    writeln!(
        report,
        "SQuAD 2.0, {name}, {} not answerable: answered {}; area {:.3}; wrong answers against wrong refusals: {}",
        unable.len(),
        share(&unable, |it| it.answered),
        area(&estimates),
        curve(&estimates)
            .iter()
            .map(|(answered, refused, _)| format!("{:.0}/{:.0}", answered * 100.0, refused * 100.0))
            .collect::<Vec<_>>()
            .join(" "),
    )?;
    Ok(())
}

fn share(of: &[Judgement], is: impl Fn(&Judgement) -> bool) -> String {
    let part = of.iter().filter(|it| is(it)).count();
    format!("{:.1} %", 100.0 * part as f64 / of.len().max(1) as f64)
}
