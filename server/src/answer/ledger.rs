//! What answers cost: entered before a model is asked, with what it will take at a guess, and set
//! right in the transaction that finishes the answer.

mod allowance;
mod budgets;
mod export;
mod report;

use anyhow::Context;
use app::{account::User, answer::AnswerState, error::AppError, model::ModelRole};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

pub(crate) use self::allowance::seconds_to_midnight;
pub(super) use self::allowance::{Allowance, reserve};
use crate::model::llm::{Llm, TokenCount};

/// What a model's work took, or will take at a guess.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Spending {
    pub(super) tokens: TokenCount,
    /// In US dollars; `None` where the model's prices aren't known.
    pub(super) cost: Option<f64>,
}

impl Spending {
    pub(super) fn of(model: &dyn Llm, tokens: TokenCount) -> Self {
        Self { tokens, cost: model.prices().map(|prices| prices.cost(tokens)) }
    }
}

/// How an answer ended, for its entry.
#[derive(Debug, Clone)]
pub(super) struct Settlement {
    pub(super) account: Uuid,
    pub(super) model: String,
    pub(super) spending: Spending,
    /// It was given again, and the model not asked.
    pub(super) is_cached: bool,
}

/// Enters what the answer `message` took, in place of what was reserved for it.
pub(super) async fn settle(
    connection: &mut PgConnection,
    message: Uuid,
    state: AnswerState,
    settlement: &Settlement,
) -> anyhow::Result<()> {
    let outcome = match state {
        _ if settlement.is_cached => "cached",
        AnswerState::Stopped => "stopped",
        AnswerState::Failed => "failed",
        AnswerState::Done | AnswerState::Writing | AnswerState::Withdrawn => "done",
    };
    let Spending { tokens, cost } = settlement.spending;
    sqlx::query!(
        r#"
        with reserved as (
            select id from ledger_entry
            where message_id = $2 and role = 'answer' and outcome = 'reserved'
            limit 1
        )
        insert into ledger_entry (
            id, account_id, message_id, model, outcome, prompt_tokens, completion_tokens, cost_usd, saved_usd
        )
        select
            coalesce((select id from reserved), $1), account.id, $2, $4, $5, $6, $7, $8,
            (
                select before.cost_usd
                from message
                join message as before on before.id = message.cached_from
                where message.id = $2
            )
        from (select 1) as one left join account on account.id = $3
        on conflict (id) do update
        set model = excluded.model, outcome = excluded.outcome, prompt_tokens = excluded.prompt_tokens,
            completion_tokens = excluded.completion_tokens, cost_usd = excluded.cost_usd
        "#,
        Uuid::now_v7(),
        message,
        settlement.account,
        settlement.model,
        outcome,
        count(tokens.prompt),
        count(tokens.completion),
        cost,
    )
    .execute(&mut *connection)
    .await
    .context("could not enter what an answer cost")?;
    share(connection, message).await
}

/// Enters what a model took that helped with the answer `message`, in place of what was reserved for
/// it.
pub(super) async fn settle_aid(
    db: &PgPool,
    message: Uuid,
    role: ModelRole,
    outcome: &str,
    spending: Spending,
) -> anyhow::Result<()> {
    let Spending { tokens, cost } = spending;
    sqlx::query!(
        r#"
        update ledger_entry
        set outcome = $3, prompt_tokens = $4, completion_tokens = $5, cost_usd = $6
        where message_id = $1 and role = $2 and outcome = 'reserved'
        "#,
        message,
        role.as_str(),
        outcome,
        count(tokens.prompt),
        count(tokens.completion),
        cost,
    )
    .execute(db)
    .await
    .context("could not enter what a model took that helped")?;
    Ok(())
}

/// Leaves what was reserved for `message` as it was guessed: what its model took nobody knows any more.
pub(super) async fn leave_as_guessed(
    db: impl PgExecutor<'_>,
    message: Uuid,
    state: AnswerState,
) -> anyhow::Result<()> {
    let outcome = if state == AnswerState::Stopped { "stopped" } else { "failed" };
    sqlx::query!(
        r#"update ledger_entry set outcome = $2 where message_id = $1 and outcome = 'reserved'"#,
        message,
        outcome,
    )
    .execute(db)
    .await
    .context("could not enter how an answer ended")?;
    Ok(())
}

/// Divides the entries of `message` among the collections whose passages it was offered.
async fn share(connection: &mut PgConnection, message: Uuid) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        insert into ledger_share (entry_id, collection_id, share)
        select ledger_entry.id, part.collection_id, part.share
        from ledger_entry
        cross join (
            select collection_id, count(*) / sum(count(*)) over () as share
            from message_source
            where message_id = $1
            group by collection_id
        ) as part
        where ledger_entry.message_id = $1
        on conflict do nothing
        "#,
        message,
    )
    .execute(connection)
    .await
    .context("could not divide what an answer cost among collections")?;
    Ok(())
}

/// As the database counts.
fn count(tokens: u32) -> i32 {
    i32::try_from(tokens).unwrap_or(i32::MAX)
}

/// That costs are kept is no secret.
fn require_admin(actor: &User) -> Result<(), AppError> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden) }
}
