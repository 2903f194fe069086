//! Which model answers: the one that was asked for, as long as the budgets allow it.

use anyhow::Context;
use app::error::AppError;

use super::{Draft, Halt};
use crate::{
    answer::ledger::{self, Allowance, Spending},
    model::llm::AnswerRequest,
};

impl Draft<'_> {
    /// Reserves what the model will take at a guess. Where a budget is spent, the extractive
    /// answerer stands in, which costs nothing and is better than no answer; but who named a model
    /// is refused, since they would take its answer for that model's.
    pub(super) async fn choose(&mut self, request: &AnswerRequest) -> Result<(), Halt> {
        let (service, accepted) = (self.service, self.accepted);
        let guess = Spending::of(self.model.as_ref(), self.model.guess(request));
        let allowance =
            ledger::reserve(&service.db, accepted.asker, accepted.message_id, self.model.as_ref(), guess)
                .await?;
        match allowance {
            Allowance::Enough => return Ok(()),
            Allowance::Nearly(notice) => self.notice = Some(notice),
            Allowance::Spent(message) if accepted.names_model => {
                let wait_seconds = ledger::seconds_to_midnight();
                return Err(AppError::Limited { code: "budget_spent".into(), message, wait_seconds }.into());
            }
            Allowance::Spent(message) => {
                self.model = service.models.extractive();
                self.notice = Some(format!("{message} Until then answers are put together from quotations."));
            }
        }
        self.store_choice().await?;
        Ok(())
    }

    async fn store_choice(&self) -> anyhow::Result<()> {
        sqlx::query!(
            r#"update message set model = $2, notice = $3 where id = $1"#,
            self.accepted.message_id,
            self.model.name(),
            self.notice,
        )
        .execute(&self.service.db)
        .await
        .context("could not store which model answers")?;
        Ok(())
    }
}
