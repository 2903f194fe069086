//! How an answer ended: stored, told and counted.

use app::answer::{AnswerState, Usage};

use super::{Draft, Halt, Judged};
use crate::{
    answer::{
        close::{self, Closing},
        ledger::{self, Settlement, Spending},
        review,
    },
    model::llm::TokenCount,
};

impl Draft<'_> {
    /// Stores how it ended, and says so to those who follow.
    pub(super) async fn close(&mut self, composed: Result<Judged, Halt>) -> anyhow::Result<()> {
        let service = self.service;
        self.times.total = self.elapsed();
        let (state, judged, error) = match composed {
            Ok(judged) => (AnswerState::Done, judged, None),
            Err(Halt::Gone) => {
                let message = self.accepted.message_id;
                return ledger::leave_as_guessed(&service.db, message, AnswerState::Failed).await;
            }
            Err(Halt::Stopped) if service.running.shutdown().is_cancelled() => {
                (AnswerState::Failed, Judged::default(), Some(close::restarted()))
            }
            Err(Halt::Stopped) => (AnswerState::Stopped, Judged::default(), None),
            Err(Halt::Failed(error)) => (AnswerState::Failed, Judged::default(), Some(error)),
        };
        let spending = Spending::of(self.model.as_ref(), self.spent.tokens());
        let doubtful = state == AnswerState::Done && review::is_doubtful(&judged.sentences);
        let may_be_kept = state == AnswerState::Done && !judged.abstained && !doubtful;
        let closing = Closing {
            state,
            answer: self.text.clone(),
            abstained: judged.abstained,
            confidence: self.confidence,
            sentences: judged.sentences,
            corrected: judged.corrected,
            aided_by: self.aided_by.clone(),
            error,
            keep: self.key.take().filter(|_| may_be_kept),
            stood_in: (!self.tried.is_empty()).then(|| self.model.name().to_owned()),
            usage: self.usage(spending),
            settlement: Some(Settlement {
                account: self.accepted.asker,
                model: self.model.name().to_owned(),
                spending,
                is_cached: self.is_given_again,
            }),
            times: self.times.clone(),
        };
        self.report(state, spending.tokens);
        close::close(&service.db, self.accepted.message_id, closing).await?;
        if doubtful {
            review::open(&service.db, self.accepted.message_id, review::Cause::Unsupported).await?;
        }
        service.running.tell(self.accepted.message_id);
        Ok(())
    }

    /// What all of it took, also what models took that helped.
    fn usage(&self, answered: Spending) -> Usage {
        let answered = if self.is_given_again { Spending { cost: Some(0.0), ..answered } } else { answered };
        let mut usage = Usage {
            prompt_tokens: answered.tokens.prompt,
            completion_tokens: answered.tokens.completion,
            cost_usd: answered.cost,
        };
        for aid in &self.aid_spent {
            usage.prompt_tokens += aid.tokens.prompt;
            usage.completion_tokens += aid.tokens.completion;
            usage.cost_usd = usage.cost_usd.zip(aid.cost).map(|(all, one)| all + one);
        }
        usage
    }

    fn report(&self, state: AnswerState, tokens: TokenCount) {
        let (accepted, times) = (self.accepted, &self.times);
        let model = self.model.name().to_owned();
        tracing::info!(
            message = %accepted.message_id, model, ?state,
            search_ms = times.search.round(), first_token_ms = times.first_token.round(), total_ms = times.total.round(),
            prompt_tokens = tokens.prompt, completion_tokens = tokens.completion,
            "Answer ended"
        );
        metrics::counter!("footnote_answers_total", "model" => model.clone(), "state" => close::word(state))
            .increment(1);
        metrics::histogram!("footnote_answer_first_token_seconds").record(times.first_token / 1000.0);
        metrics::histogram!("footnote_answer_seconds").record(times.total / 1000.0);
        for (kind, count) in [("prompt", tokens.prompt), ("completion", tokens.completion)] {
            metrics::counter!("footnote_tokens_total", "model" => model.clone(), "kind" => kind)
                .increment(count.into());
        }
    }
}
