//! The built-in answerer: it quotes, word for word, the sentences that answer, and says nothing
//! where none does. It needs no endpoint, answers at once and can't invent.

mod candidate;
mod disagreement;
mod estimate;
mod list;
mod question;
mod score;
mod select;

use std::sync::Arc;

use app::error::AppError;
use async_trait::async_trait;
use futures::{StreamExt, future, stream};

use self::{
    candidate::Candidates,
    question::Question,
    score::{Evidence, evidence},
};
use super::{
    Embedder,
    llm::{AnswerRequest, Llm, Markup, NO_ANSWER, Piece, Pieces, Prices, TokenCount},
};

/// The name it goes by in settings, answers and the API.
pub const NAME: &str = "extractive";

/// Answers with quotations.
pub struct Extractive {
    embedder: Arc<dyn Embedder>,
}

/// A sentence and what speaks for it.
#[derive(Debug)]
struct Ranked {
    index: usize,
    evidence: Evidence,
}

/// What the passages have to say on a question.
#[derive(Debug)]
pub struct Reading {
    /// The sentences and the items of lists that answer best, with the numbers of their sources.
    pub quotes: Vec<(String, usize)>,
    /// What speaks for and against their answering.
    pub signs: [f64; 8],
    /// How likely it is that they answer, 0 to 1.
    pub estimate: f64,
}

impl Extractive {
    pub fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder }
    }

    /// What could be quoted in answer to `part` of the question, and how likely it is that it answers.
    pub async fn read(&self, request: &AnswerRequest, part: &str) -> Reading {
        let candidates = Candidates::new(&request.sources);
        let question = Question::new(part, |term| candidates.rarity(term));
        let ranked = self.rank(request, part, &question, &candidates).await;
        let scored: Vec<(usize, f64)> = ranked.iter().map(|it| (it.index, it.evidence.score())).collect();
        let quotes = select::select(&candidates, &scored)
            .into_iter()
            .map(|index| &candidates.sentences[index])
            .map(|sentence| (sentence.shown(), sentence.source + 1))
            .collect();
        let signs = estimate::signs(part, &question, &request.sources, &candidates, &ranked);
        let compared = ranked.first().is_some_and(|best| best.evidence.similarity.is_some());
        let estimate =
            if compared { estimate::estimate(&signs) } else { estimate::estimate_by_words(&ranked) };
        Reading { quotes, signs, estimate }
    }

    /// The sentences most like an answer, best first.
    async fn rank(
        &self,
        request: &AnswerRequest,
        part: &str,
        question: &Question,
        candidates: &Candidates,
    ) -> Vec<Ranked> {
        let mut ranked: Vec<Ranked> = (0..candidates.sentences.len())
            .filter(|&index| !candidates.sentences[index].asks())
            .map(|index| {
                let mut evidence = evidence(question, candidates, index);
                let source = &request.sources[candidates.sentences[index].source];
                evidence.passage_similarity = source.similarity;
                evidence.is_superseded = source.superseded_by.is_some();
                Ranked { index, evidence }
            })
            .collect();
        sort(&mut ranked);
        ranked.truncate(EMBEDDED);
        self.add_similarity(part, candidates, &mut ranked).await;
        sort(&mut ranked);
        ranked
    }

    async fn add_similarity(&self, part: &str, candidates: &Candidates, ranked: &mut [Ranked]) {
        // Sentences are embedded as questions are: ahead of the passages that wait.
        let texts: Vec<String> = ranked.iter().map(|it| candidates.with_lead(it.index)).collect();
        let vectors = future::try_join(
            self.embedder.embed_query(part),
            future::try_join_all(texts.iter().map(|text| self.embedder.embed_query(text))),
        );
        match vectors.await {
            Ok((question, sentences)) => {
                for (it, sentence) in ranked.iter_mut().zip(&sentences) {
                    it.evidence.similarity = Some(super::similarity(&question, sentence));
                }
            }
            // Words alone still tell most of it.
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "Could not embed sentences to answer with");
            }
        }
    }
}

/// Where a question has several parts, so many new sentences are quoted for each.
const OF_A_PART: usize = 3;

/// How many sentences are compared with the question by meaning.
const EMBEDDED: usize = 40;

fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|a, b| b.evidence.score().total_cmp(&a.evidence.score()).then(a.index.cmp(&b.index)));
}

#[async_trait]
impl Llm for Extractive {
    fn name(&self) -> &str {
        NAME
    }

    fn markup(&self) -> Markup {
        Markup::Plain
    }

    fn prices(&self) -> Option<Prices> {
        Some(Prices { prompt: 0.0, completion: 0.0 })
    }

    async fn answer(&self, request: AnswerRequest) -> Result<Pieces, AppError> {
        // What several parts are asked of together may stand in one sentence.
        let whole = (request.parts.len() > 1).then_some(&request.question);
        let asked = whole.into_iter().chain(&request.parts);
        let readings = future::join_all(asked.map(|part| self.read(&request, part))).await;
        let estimate = readings.iter().map(|reading| reading.estimate).fold(0.0, f64::max);
        let mut quotes: Vec<(String, usize)> = Vec::new();
        for reading in readings.into_iter().filter(|reading| reading.estimate >= estimate::ENOUGH) {
            let most = if whole.is_some() { OF_A_PART } else { usize::MAX };
            let new = reading.quotes.into_iter().filter(|quote| !quotes.contains(quote));
            let new: Vec<_> = new.take(most).collect();
            quotes.extend(new);
        }
        let mut pieces: Vec<Piece> = quotes
            .iter()
            .enumerate()
            .map(|(position, (sentence, number))| {
                let next = quotes.get(position + 1).map(|(next, _)| next.as_str());
                let end = next.map_or("", |next| separator(sentence, next));
                Piece::Text(format!("{sentence} [{number}]{end}"))
            })
            .collect();
        if pieces.is_empty() {
            pieces.push(Piece::Text(NO_ANSWER.to_owned()));
        }
        let disagreements = disagreement::lines(&request.question, &request.sources, &quotes);
        pieces.extend(disagreements.into_iter().map(|line| Piece::Text(format!("\n{line}"))));
        pieces.push(Piece::Estimate(estimate));
        pieces.push(Piece::Usage(TokenCount::default()));
        Ok(stream::iter(pieces).map(Ok).boxed())
    }
}

/// What has no full stop of its own is kept apart by a line break, and so is an item of a list.
fn separator(sentence: &str, next: &str) -> &'static str {
    let is_apart = |text: &str| !candidate::is_whole(text) || list::marker(text).is_some();
    if is_apart(sentence) || list::marker(next).is_some() { "\n" } else { " " }
}
