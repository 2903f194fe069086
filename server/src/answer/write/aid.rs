//! Models that help with an answer besides the one that writes it. Nothing depends on them: where
//! none may be asked, or it fails, or is too slow, the answer is what it would have been without.

use std::time::{Duration, Instant};

use app::{
    error::AppError,
    model::{Aid, ModelRole},
};
use tokio_util::sync::CancellationToken;

use super::{Draft, Halt};
use crate::{
    answer::{
        ledger::{self, Allowance, Spending},
        prompt::PromptMessage,
    },
    model::{
        llm::{Llm, TokenCount},
        queue::Turn,
        task::{Completion, Task},
    },
};

/// What a model is to do beside an answer.
pub(super) struct Errand {
    pub(super) role: ModelRole,
    pub(super) messages: Vec<PromptMessage>,
    pub(super) prompt_version: &'static str,
    /// Something of it must stay inside.
    pub(super) stays_inside: bool,
    /// From now on, waiting for a busy model included.
    pub(super) patience: Duration,
    /// In tokens.
    pub(super) longest: u32,
}

/// What came of an errand.
pub(super) enum Done {
    Text(String, Aid),
    /// More than the model can read.
    TooLong,
    /// Nobody could do it.
    Nothing,
}

impl Draft<'_> {
    /// Has a model of the role do the errand, where there is one, it may be asked, and the budgets
    /// allow it. What it took is entered like an answer.
    pub(super) async fn run(&mut self, errand: Errand, stop: &CancellationToken) -> Result<Done, Halt> {
        let (service, accepted) = (self.service, self.accepted);
        let Some(model) = service.models.aid(errand.role, errand.stays_inside) else {
            return Ok(Done::Nothing);
        };
        let until = Instant::now() + errand.patience;
        let aid = Aid {
            role: errand.role,
            model: model.name().to_owned(),
            prompt_version: errand.prompt_version.to_owned(),
        };
        let mut task = Task {
            messages: errand.messages,
            stays_inside: errand.stays_inside,
            patience: errand.patience,
            longest: errand.longest,
        };
        let guess = Spending::of(model.as_ref(), model.guess_task(&task));
        let (asker, message) = (accepted.asker, accepted.message_id);
        let allowance =
            ledger::reserve(&service.db, asker, message, errand.role, model.as_ref(), guess).await?;
        if matches!(allowance, Allowance::Spent(_)) {
            return Ok(Done::Nothing);
        }
        let Some(_turn) = self.turn_within(model.as_ref(), errand.patience / 2, stop).await? else {
            ledger::settle_aid(&service.db, message, errand.role, "failed", Spending::default()).await?;
            return Ok(Done::Nothing);
        };
        task.patience = until.saturating_duration_since(Instant::now());
        let completed = stop.run_until_cancelled(model.complete(task)).await;
        let (outcome, tokens) = match &completed {
            Some(Ok(done)) => ("done", done.tokens),
            Some(Err(error)) => ("failed", taken_by(error, guess.tokens)),
            None => ("stopped", guess.tokens),
        };
        let spending = Spending::of(model.as_ref(), tokens);
        ledger::settle_aid(&service.db, message, errand.role, outcome, spending).await?;
        self.aided(errand.role, outcome, spending);
        Ok(match completed {
            Some(Ok(Completion { text, .. })) => Done::Text(text, aid),
            Some(Err(AppError::Model { code, .. })) if code == "model_window" => Done::TooLong,
            Some(Err(_)) => Done::Nothing,
            // What comes next looks at it, too.
            None => return Err(Halt::Stopped),
        })
    }

    /// A turn at the model, where it comes so soon.
    async fn turn_within(
        &self,
        model: &dyn Llm,
        patience: Duration,
        stop: &CancellationToken,
    ) -> Result<Option<Option<Turn>>, Halt> {
        let Some(queue) = model.queue() else { return Ok(Some(None)) };
        let mut turn = queue.join(self.accepted.asker);
        if turn.place() > 0 {
            let comes = tokio::time::timeout(patience, turn.comes());
            if stop.run_until_cancelled(comes).await.ok_or(Halt::Stopped)?.is_err() {
                return Ok(None);
            }
            // Nothing is sent of what was deleted or may not be read any more since it began to wait.
            self.check_rights().await?;
        }
        Ok(Some(Some(turn)))
    }

    fn aided(&mut self, role: ModelRole, outcome: &'static str, spending: Spending) {
        self.aid_spent.push(spending);
        metrics::counter!("footnote_model_tasks_total", "role" => role.as_str(), "outcome" => outcome)
            .increment(1);
    }
}

/// What a task took that failed: all that was guessed, where the model may have worked until then.
fn taken_by(error: &AppError, guess: TokenCount) -> TokenCount {
    const WORKED: [&str; 3] = ["model_timeout", "model_cut_off", "model_failed"];
    match error {
        AppError::Model { code, .. } if WORKED.contains(&code.as_str()) => guess,
        _ => TokenCount::default(),
    }
}
