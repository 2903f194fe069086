//! Which model answers: the one that was asked for, as far as the passages may leave for it and
//! the budgets allow it.

use anyhow::Context;
use app::{error::AppError, model::ModelRole};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Draft, Halt};
use crate::{
    answer::{
        ledger::{self, Allowance, Spending},
        offer::Offer,
    },
    model::llm::AnswerRequest,
};

impl Draft<'_> {
    /// Who should answer from what was found: the model that was named, else that of the
    /// collection with the best passage, else the default. Where that is outside, and something
    /// must stay inside, somebody inside.
    pub(super) async fn prefer(&mut self, offer: &Offer) -> Result<(), Halt> {
        let (models, rule) = (&self.service.models, self.rule(offer).await?);
        if let Some(own) = rule.default_model.filter(|_| !self.accepted.names_model) {
            self.model = models.added(own).unwrap_or_else(|| self.model.clone());
        }
        if rule.stays_inside && self.model.is_external() {
            let outside = self.model.name().to_owned();
            self.model = models.inside();
            self.notice = Some(format!(
                "{outside} is outside, where passages of these documents are not to go; {} answers in its place.",
                self.model.name()
            ));
        }
        self.stays_inside = rule.stays_inside;
        if !self.accepted.names_model && !self.model.may_be_asked() {
            self.stand_in();
        }
        Ok(())
    }

    /// Has another language model answer in the place of one that fails, where there is one and
    /// the asker didn't name theirs.
    pub(super) fn stand_in(&mut self) -> bool {
        let tried = [self.tried.as_slice(), &[self.model.identity().to_owned()]].concat();
        let next = self.service.models.next(&tried, self.stays_inside);
        let Some(next) = next.filter(|_| !self.accepted.names_model) else { return false };
        let failing = self.model.name().to_owned();
        (self.model, self.tried) = (next, tried);
        // It isn't the answer that the same question is to get later.
        self.key = None;
        self.tell(format!("{failing} is failing at the moment; {} answers in its place.", self.model.name()));
        true
    }

    /// Reserves what the model will take at a guess. Where a budget is spent, the extractive
    /// answerer stands in, which costs nothing and is better than no answer; but who named a model
    /// is refused, since they would take its answer for that model's.
    pub(super) async fn reserve(&mut self, request: &AnswerRequest) -> Result<(), Halt> {
        let (service, accepted) = (self.service, self.accepted);
        let guess = Spending::of(self.model.as_ref(), self.model.guess(request));
        let allowance = ledger::reserve(
            &service.db,
            accepted.asker,
            accepted.message_id,
            ModelRole::Answer,
            self.model.as_ref(),
            guess,
        )
        .await?;
        match allowance {
            Allowance::Enough => {}
            Allowance::Nearly(notice) => self.tell(notice),
            Allowance::Spent(message) if accepted.names_model => {
                let wait_seconds = ledger::seconds_to_midnight();
                return Err(AppError::Limited { code: "budget_spent".into(), message, wait_seconds }.into());
            }
            Allowance::Spent(message) => {
                self.model = service.models.extractive();
                // It isn't the answer that the same question is to get tomorrow.
                self.key = None;
                self.tell(format!("{message} Until then answers are put together from quotations."));
            }
        }
        if self.notice.is_some() || self.model.identity() != accepted.model.identity() {
            self.store_choice().await?;
        }
        Ok(())
    }

    fn tell(&mut self, notice: String) {
        self.notice = Some(match self.notice.take() {
            Some(before) => format!("{before} {notice}"),
            None => notice,
        });
    }

    /// Whether nothing of the conversation and of what was found may leave.
    pub(super) async fn must_stay_inside(&self, offer: &Offer) -> anyhow::Result<bool> {
        Ok(self.rule(offer).await?.stays_inside)
    }

    async fn rule(&self, offer: &Offer) -> anyhow::Result<Rule> {
        let collections: Vec<Uuid> = offer.entries.iter().map(|entry| entry.collection_id).collect();
        let rule = rule(&self.service.db, &collections).await?;
        Ok(Rule { stays_inside: rule.stays_inside || self.accepted.history_stays_inside, ..rule })
    }

    pub(super) async fn store_choice(&self) -> anyhow::Result<()> {
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

/// Who may answer from some collections.
struct Rule {
    /// Of the first.
    default_model: Option<Uuid>,
    /// Of any.
    stays_inside: bool,
}

async fn rule(db: &PgPool, collections: &[Uuid]) -> anyhow::Result<Rule> {
    sqlx::query_as!(
        Rule,
        r#"
        select
            (select model_id from collection where id = ($1::uuid[])[1]) as default_model,
            exists (select from collection where id = any($1) and stays_inside) as "stays_inside!"
        "#,
        collections,
    )
    .fetch_one(db)
    .await
    .context("could not read who may answer from what was found")
}
