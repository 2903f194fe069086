//! What answers cost, by day, model, person and collection.

use anyhow::Context;
use app::{
    account::User,
    cost::{CostLine, CostPeriod, CostReport},
    error::AppError,
};
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime, macros::format_description};

use crate::{answer::AnswerService, error::Result};

/// A longer report would be read by nobody.
const LONGEST_DAYS: i64 = 366;
/// Where no first day is given.
const USUAL_DAYS: i64 = 30;

impl AnswerService {
    /// What answers cost in the period.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for who is no admin; [`AppError::Invalid`] for days that are none.
    pub(in crate::answer) async fn cost_report(
        &self,
        actor: &User,
        period: &CostPeriod,
    ) -> Result<CostReport> {
        super::require_admin(actor)?;
        let days = Days::parse(period)?;
        let rows = lines(&self.db, &days).await?;
        let of = |kind: &str| -> Vec<CostLine> {
            rows.iter().filter(|(of, _)| of == kind).map(|(_, line)| line.clone()).collect()
        };
        Ok(CostReport {
            from: written(days.from),
            to: written(days.to),
            total: of("total").pop().unwrap_or_default(),
            by_day: of("day"),
            by_model: of("model"),
            by_user: of("user"),
            by_collection: of("collection"),
        })
    }
}

/// Days of UTC, both included.
pub(super) struct Days {
    from: Date,
    to: Date,
}

impl Days {
    pub(super) fn parse(period: &CostPeriod) -> Result<Self, AppError> {
        let format = format_description!("[year]-[month]-[day]");
        let read = |field: &str, day: &Option<String>| {
            let day = day.as_deref().map(str::trim).filter(|day| !day.is_empty());
            let parsed = day.map(|day| Date::parse(day, format)).transpose();
            parsed.map_err(|_| AppError::invalid(field, "A day is written as 2026-11-24."))
        };
        let to = read("to", &period.to)?.unwrap_or_else(|| OffsetDateTime::now_utc().date());
        let from =
            read("from", &period.from)?.unwrap_or_else(|| to.saturating_sub(Duration::days(USUAL_DAYS)));
        if from > to || (to - from).whole_days() > LONGEST_DAYS {
            return Err(AppError::invalid(
                "from",
                format!("The first day is before the last, by {LONGEST_DAYS} days at most."),
            ));
        }
        Ok(Self { from, to })
    }

    pub(super) fn begin(&self) -> OffsetDateTime {
        self.from.midnight().assume_utc()
    }

    pub(super) fn end(&self) -> OffsetDateTime {
        self.to.saturating_add(Duration::days(1)).midnight().assume_utc()
    }
}

fn written(day: Date) -> String {
    day.to_string()
}

async fn lines(db: &PgPool, days: &Days) -> anyhow::Result<Vec<(String, CostLine)>> {
    let rows = sqlx::query!(
        r#"
        with entry as (
            select *
            from ledger_entry
            where at >= $1 and at < $2 and outcome <> 'reserved'
        ),
        line as (
            select 'total' as kind, '' as name, 1.0::double precision as share, entry.* from entry
            union all
            select 'day', to_char(at at time zone 'utc', 'YYYY-MM-DD'), 1.0, entry.* from entry
            union all
            select 'model', model, 1.0, entry.* from entry
            union all
            select 'user', coalesce(account.email, ''), 1.0, entry.*
            from entry
            left join account on account.id = entry.account_id
            union all
            select 'collection', coalesce(collection.name, ''), ledger_share.share, entry.*
            from entry
            join ledger_share on ledger_share.entry_id = entry.id
            left join collection on collection.id = ledger_share.collection_id
        )
        select
            kind as "kind!",
            name as "name!",
            count(*) filter (where role = 'answer') as "answers!",
            count(*) filter (where outcome = 'cached') as "cached!",
            coalesce(round(sum(prompt_tokens * share)), 0)::bigint as "prompt_tokens!",
            coalesce(round(sum(completion_tokens * share)), 0)::bigint as "completion_tokens!",
            coalesce(sum(cost_usd * share), 0) as "cost_usd!",
            coalesce(sum(saved_usd * share), 0) as "saved_usd!"
        from line
        group by kind, name
        order by kind, case when kind = 'day' then name end desc, sum(cost_usd * share) desc nulls last, name
        "#,
        days.begin(),
        days.end(),
    )
    .fetch_all(db)
    .await
    .context("could not read what answers cost")?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let line = CostLine {
                name: row.name,
                answers: row.answers,
                cached: row.cached,
                prompt_tokens: row.prompt_tokens,
                completion_tokens: row.completion_tokens,
                cost_usd: row.cost_usd,
                saved_usd: row.saved_usd,
            };
            (row.kind, line)
        })
        .collect())
}
