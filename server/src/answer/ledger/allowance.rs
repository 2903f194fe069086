//! Whether a model may be asked, by the budgets of who asks.

use anyhow::Context;
use app::model::ModelRole;
use sqlx::{PgConnection, PgPool};
use time::{OffsetDateTime, Time};
use uuid::Uuid;

use super::{Spending, count};
use crate::{error::Result, model::llm::Llm};

/// What the budgets say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::answer) enum Allowance {
    Enough,
    /// There is enough, but not for long; in words.
    Nearly(String),
    /// In words.
    Spent(String),
}

/// From this part of a budget on, its end is told ahead.
const NEARLY: f64 = 0.8;

/// Under it, answers begun at once see what the others reserved.
const BUDGET_LOCK: i64 = 7_306_086_894;

/// Reserves for the answer `message` what `model` will take in its role at a guess, in place of what
/// was reserved for one that failed before its first word, unless a budget of
/// `account` doesn't allow it: then nothing is entered.
pub(in crate::answer) async fn reserve(
    db: &PgPool,
    account: Uuid,
    message: Uuid,
    role: ModelRole,
    model: &dyn Llm,
    guess: Spending,
) -> Result<Allowance> {
    if guess.tokens == Default::default() {
        return Ok(Allowance::Enough);
    }
    let mut transaction = db.begin().await?;
    drop_reserved(&mut transaction, message, role).await?;
    let allowance = match has_budgets(&mut transaction).await? {
        true => {
            sqlx::query!(r#"select pg_advisory_xact_lock($1)"#, BUDGET_LOCK)
                .execute(&mut *transaction)
                .await?;
            allowance(&bounds(&mut transaction, account).await?, guess)
        }
        false => Allowance::Enough,
    };
    if !matches!(allowance, Allowance::Spent(_)) {
        enter(&mut transaction, account, message, role, model.name(), guess).await?;
    }
    transaction.commit().await?;
    Ok(allowance)
}

/// How long until the budgets begin anew, in seconds.
pub(crate) fn seconds_to_midnight() -> u32 {
    let now = OffsetDateTime::now_utc();
    let passed = now.time() - Time::MIDNIGHT;
    86_400 - u32::try_from(passed.whole_seconds()).unwrap_or(0)
}

/// A budget, and what of it is spent or reserved.
#[derive(Debug)]
struct Bound {
    scope: String,
    group: Option<String>,
    usd: Option<f64>,
    tokens: Option<i64>,
    spent_usd: f64,
    spent_tokens: i64,
}

impl Bound {
    /// What part of it is spent once `guess` is: of that of its limits that comes first.
    fn part(&self, guess: Spending) -> f64 {
        let of = |spent: f64, limit: f64| if limit > 0.0 { spent / limit } else { f64::INFINITY };
        let tokens = self.spent_tokens + i64::from(guess.tokens.prompt) + i64::from(guess.tokens.completion);
        let by_tokens = self.tokens.map_or(0.0, |limit| of(tokens as f64, limit as f64));
        let by_usd = match (self.usd, guess.cost) {
            // What costs nothing is free also where nothing is left.
            (None, _) | (_, Some(0.0)) => 0.0,
            (Some(limit), cost) => of(self.spent_usd + cost.unwrap_or(0.0), limit),
        };
        by_tokens.max(by_usd)
    }

    fn whose(&self) -> String {
        match (self.scope.as_str(), &self.group) {
            ("everybody", _) => "Everybody's budget".to_owned(),
            ("group", Some(name)) => format!("The budget of {name}"),
            _ => "Your budget".to_owned(),
        }
    }
}

fn allowance(bounds: &[Bound], guess: Spending) -> Allowance {
    let part = |bound: &&Bound| bound.part(guess);
    let Some(tightest) = bounds.iter().max_by(|a, b| part(a).total_cmp(&part(b))) else {
        return Allowance::Enough;
    };
    let (whose, spent) = (tightest.whose(), tightest.part(guess));
    if spent > 1.0 {
        Allowance::Spent(format!(
            "{whose} for answers by a language model is spent for today; it begins anew at midnight UTC."
        ))
    } else if spent >= NEARLY {
        Allowance::Nearly(format!(
            "{whose} for answers by a language model is nearly spent for today: {:.0} %.",
            spent * 100.0
        ))
    } else {
        Allowance::Enough
    }
}

async fn has_budgets(connection: &mut PgConnection) -> anyhow::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from budget) as "any!""#)
        .fetch_one(connection)
        .await
        .context("could not look for budgets")
}

/// The budgets that bound what `account` spends today.
async fn bounds(connection: &mut PgConnection, account: Uuid) -> anyhow::Result<Vec<Bound>> {
    sqlx::query_as!(
        Bound,
        r#"
        with bound as (
            select *
            from budget
            where scope = 'everybody'
               or scope = 'person' and account_id = $1
               or scope = 'group' and group_id in (select group_id from group_member where account_id = $1)
               or scope = 'each_person' and not exists (select from budget where scope = 'person' and account_id = $1)
        )
        select
            bound.scope, user_group.name as "group?", bound.usd_per_day as usd, bound.tokens_per_day as tokens,
            spent.usd as "spent_usd!", spent.tokens as "spent_tokens!"
        from bound
        left join user_group on user_group.id = bound.group_id
        cross join lateral (
            select
                coalesce(sum(cost_usd), 0) as usd,
                coalesce(sum(prompt_tokens + completion_tokens), 0)::bigint as tokens
            from ledger_entry
            where at >= date_trunc('day', now(), 'UTC')
              and case bound.scope
                when 'everybody' then true
                when 'group' then account_id in (select account_id from group_member where group_id = bound.group_id)
                else account_id = $1
              end
        ) as spent
        "#,
        account,
    )
    .fetch_all(connection)
    .await
    .context("could not read the budgets of an asker")
}

async fn drop_reserved(connection: &mut PgConnection, message: Uuid, role: ModelRole) -> anyhow::Result<()> {
    sqlx::query!(
        r#"delete from ledger_entry where message_id = $1 and role = $2 and outcome = 'reserved'"#,
        message,
        role.as_str(),
    )
    .execute(connection)
    .await
    .context("could not let go of a reservation")?;
    Ok(())
}

async fn enter(
    connection: &mut PgConnection,
    account: Uuid,
    message: Uuid,
    role: ModelRole,
    model: &str,
    guess: Spending,
) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        insert into ledger_entry (
            id, account_id, message_id, model, outcome, prompt_tokens, completion_tokens, cost_usd, role
        )
        values ($1, $2, $3, $4, 'reserved', $5, $6, $7, $8)
        "#,
        Uuid::now_v7(),
        account,
        message,
        model,
        count(guess.tokens.prompt),
        count(guess.tokens.completion),
        guess.cost,
        role.as_str(),
    )
    .execute(connection)
    .await
    .context("could not reserve what an answer will cost")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::TokenCount;

    fn bound(usd: Option<f64>, tokens: Option<i64>) -> Bound {
        Bound { scope: "person".into(), group: None, usd, tokens, spent_usd: 0.7, spent_tokens: 700 }
    }

    #[test]
    fn the_tightest_limit_decides() {
        let guess = |cost| Spending { tokens: TokenCount { prompt: 50, completion: 50 }, cost };
        let said = |usd, tokens, cost| allowance(&[bound(usd, tokens)], guess(cost));
        assert_eq!(said(Some(2.0), Some(2_000), Some(0.1)), Allowance::Enough);
        assert!(matches!(said(Some(0.9), Some(2_000), Some(0.1)), Allowance::Nearly(_)));
        assert!(matches!(said(Some(2.0), Some(799), Some(0.1)), Allowance::Spent(_)));
        assert!(matches!(said(Some(0.79), None, Some(0.1)), Allowance::Spent(_)));
        assert_eq!(said(Some(0.5), None, Some(0.0)), Allowance::Enough, "what is free is free");
        assert!(matches!(said(Some(0.0), None, Some(0.1)), Allowance::Spent(_)));
    }
}
