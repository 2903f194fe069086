//! What may be spent in a day, as admins set it.

use anyhow::Context;
use app::{
    account::User,
    cost::{Budget, BudgetScope, NewBudget},
    error::AppError,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::require_admin;
use crate::{answer::AnswerService, error::Result};

impl AnswerService {
    /// All budgets, with what of them is spent today.
    pub(in crate::answer) async fn list_budgets(&self, actor: &User) -> Result<Vec<Budget>> {
        require_admin(actor)?;
        Ok(load(&self.db, None).await?)
    }

    /// Sets a budget, in place of one for the same.
    pub(in crate::answer) async fn put_budget(&self, actor: &User, new: &NewBudget) -> Result<Budget> {
        require_admin(actor)?;
        check(new)?;
        let id = store(&self.db, new).await?;
        Ok(load(&self.db, Some(id)).await?.pop().ok_or(AppError::NotFound)?)
    }

    /// Lets go of a budget: what it bounded is bounded no more.
    pub(in crate::answer) async fn drop_budget(&self, actor: &User, id: Uuid) -> Result<()> {
        require_admin(actor)?;
        let dropped = sqlx::query!(r#"delete from budget where id = $1"#, id)
            .execute(&self.db)
            .await
            .context("could not remove a budget")?;
        if dropped.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
    }
}

fn check(new: &NewBudget) -> Result<(), AppError> {
    if new.usd_per_day.is_none() && new.tokens_per_day.is_none() {
        return Err(AppError::invalid("usd_per_day", "Set an amount of money, a number of tokens, or both."));
    }
    if new.usd_per_day.is_some_and(|usd| !usd.is_finite() || usd < 0.0) {
        return Err(AppError::invalid("usd_per_day", "An amount of US dollars is a number from 0."));
    }
    if new.tokens_per_day.is_some_and(|tokens| tokens < 0) {
        return Err(AppError::invalid("tokens_per_day", "A number of tokens is a whole number from 0."));
    }
    let of_one = matches!(new.scope, BudgetScope::Person | BudgetScope::Group);
    if of_one != new.subject.is_some() {
        let message = "Say whose budget it is where it is a person's or a group's, and only there.";
        return Err(AppError::invalid("subject", message));
    }
    Ok(())
}

async fn store(db: &PgPool, new: &NewBudget) -> Result<Uuid> {
    let of = |scope| new.subject.filter(|_| new.scope == scope);
    let stored = sqlx::query_scalar!(
        r#"
        insert into budget (id, scope, account_id, group_id, usd_per_day, tokens_per_day)
        values ($1, $2, $3, $4, $5, $6)
        on conflict on constraint budget_key do update
        set usd_per_day = excluded.usd_per_day, tokens_per_day = excluded.tokens_per_day
        returning id
        "#,
        Uuid::now_v7(),
        new.scope.as_str(),
        of(BudgetScope::Person),
        of(BudgetScope::Group),
        new.usd_per_day,
        new.tokens_per_day,
    )
    .fetch_one(db)
    .await;
    match stored {
        Ok(id) => Ok(id),
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            Err(AppError::invalid("subject", "There is nobody, and no group, of this id.").into())
        }
        Err(error) => Err(anyhow::Error::from(error).context("could not store a budget").into()),
    }
}

async fn load(db: &PgPool, only: Option<Uuid>) -> anyhow::Result<Vec<Budget>> {
    let rows = sqlx::query!(
        r#"
        with today as (
            select account_id, sum(cost_usd) as usd, sum(prompt_tokens + completion_tokens) as tokens
            from ledger_entry
            where at >= date_trunc('day', now(), 'UTC')
            group by account_id
        )
        select
            budget.id, budget.scope, coalesce(budget.account_id, budget.group_id) as subject,
            coalesce(account.email, user_group.name) as subject_name,
            budget.usd_per_day, budget.tokens_per_day,
            coalesce(spent.usd, 0) as "spent_usd!", coalesce(spent.tokens, 0)::bigint as "spent_tokens!"
        from budget
        left join account on account.id = budget.account_id
        left join user_group on user_group.id = budget.group_id
        cross join lateral (
            select
                case budget.scope when 'each_person' then max(usd) else sum(usd) end as usd,
                case budget.scope when 'each_person' then max(tokens) else sum(tokens) end as tokens
            from today
            where case budget.scope
                when 'person' then today.account_id = budget.account_id
                when 'group' then today.account_id in (
                    select account_id from group_member where group_id = budget.group_id
                )
                else true
            end
        ) as spent
        where $1::uuid is null or budget.id = $1
        order by array_position(array['everybody', 'each_person', 'group', 'person'], budget.scope), 4
        "#,
        only,
    )
    .fetch_all(db)
    .await
    .context("could not read the budgets")?;
    rows.into_iter()
        .map(|row| {
            Ok(Budget {
                id: row.id,
                scope: row.scope.parse()?,
                subject: row.subject,
                subject_name: row.subject_name,
                usd_per_day: row.usd_per_day,
                tokens_per_day: row.tokens_per_day,
                spent_usd: row.spent_usd,
                spent_tokens: row.spent_tokens,
            })
        })
        .collect()
}
