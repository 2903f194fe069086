//! Answering a question without storing anything: how good answers are is measured so.

use app::answer::{CheckedSentence, Source};
use futures::TryStreamExt;
use uuid::Uuid;

use super::{
    AnswerService,
    offer::Offer,
    parts,
    proofreader::Proofreader,
    scope::Scope,
    verdict::{self, Passages},
};
use crate::{
    error::Result,
    model::llm::{AnswerRequest, Piece},
};

/// An answer as it would be given.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// With its citations as `[1]`.
    pub answer: String,
    pub abstained: bool,
    pub sources: Vec<Source>,
    pub sentences: Vec<CheckedSentence>,
    /// What its answerer was given.
    pub request: AnswerRequest,
}

impl AnswerService {
    /// Goes the path of a question, as `asker` would be answered by the default model.
    ///
    /// # Errors
    /// Where the search or the model fails.
    pub async fn rehearse(&self, asker: Uuid, question: &str, collections: &[Uuid]) -> Result<Rehearsal> {
        let model = self.models.pick(None)?;
        let scope = Scope::named_in(&self.db, asker, question, collections.to_vec()).await?;
        let parts = parts::parts(question, &[]);
        let offer = Offer::find(&self.db, &self.search, asker, &parts, &scope).await?;
        if offer.is_empty() {
            return Ok(Rehearsal { abstained: true, ..Rehearsal::default() });
        }
        let request = AnswerRequest {
            question: question.to_owned(),
            parts: parts.iter().map(|part| scope.without_names(part)).collect(),
            sources: offer.offered(),
            ..AnswerRequest::default()
        };
        let passages = Passages::new(&request.sources, model.markup());
        let mut proofreader = Proofreader::new(&passages, model.markup(), self.embedder.as_ref());
        let mut answer = String::new();
        let mut pieces = model.answer(request.clone()).await?;
        while let Some(piece) = pieces.try_next().await? {
            match piece {
                Piece::Text(text) => answer.push_str(&proofreader.push(&text).await),
                Piece::Thought => proofreader.forget(),
                Piece::Estimate(_) | Piece::Usage(_) => {}
            }
        }
        answer.push_str(&proofreader.finish().await);
        let sentences = passages.check(&answer, self.embedder.as_ref()).await;
        let abstained = verdict::is_baseless(&sentences);
        Ok(Rehearsal { answer, abstained, sources: offer.sources(), sentences, request })
    }
}
