//! The entries themselves, for a spreadsheet.

use anyhow::Context;
use app::{account::User, cost::CostPeriod, timestamp::Timestamp};
use futures::TryStreamExt;

use super::report::Days;
use crate::{answer::AnswerService, error::Result};

impl AnswerService {
    /// Each entry of the period as a line of comma-separated values, the oldest first.
    ///
    /// # Errors
    /// [`app::error::AppError::Forbidden`] for who is no admin;
    /// [`app::error::AppError::Invalid`] for days that are none.
    pub async fn export_costs(&self, actor: &User, period: &CostPeriod) -> Result<Vec<u8>> {
        super::require_admin(actor)?;
        let days = Days::parse(period)?;
        let mut entries = sqlx::query!(
            r#"
            select
                ledger_entry.at, account.email as "email?", ledger_entry.model, ledger_entry.outcome,
                ledger_entry.prompt_tokens, ledger_entry.completion_tokens, ledger_entry.cost_usd,
                ledger_entry.saved_usd, ledger_entry.message_id, ledger_entry.role
            from ledger_entry
            left join account on account.id = ledger_entry.account_id
            where ledger_entry.at >= $1 and ledger_entry.at < $2 and ledger_entry.outcome <> 'reserved'
            order by ledger_entry.at, ledger_entry.id
            "#,
            days.begin(),
            days.end(),
        )
        .fetch(&self.db);
        let mut sheet = csv::Writer::from_writer(Vec::new());
        let heads = [
            "at",
            "user",
            "model",
            "outcome",
            "prompt_tokens",
            "completion_tokens",
            "cost_usd",
            "saved_usd",
            "message_id",
            "role",
        ];
        sheet.write_record(heads).context("could not write the costs")?;
        while let Some(entry) = entries.try_next().await.context("could not read the costs")? {
            let money = |usd: Option<f64>| usd.map(|usd| usd.to_string()).unwrap_or_default();
            let line = [
                Timestamp::from(entry.at).as_str().to_owned(),
                as_text(&entry.email.unwrap_or_default()),
                as_text(&entry.model),
                entry.outcome,
                entry.prompt_tokens.to_string(),
                entry.completion_tokens.to_string(),
                money(entry.cost_usd),
                money(entry.saved_usd),
                entry.message_id.to_string(),
                entry.role,
            ];
            sheet.write_record(line).context("could not write the costs")?;
        }
        Ok(sheet.into_inner().context("could not write the costs")?)
    }
}

/// A value that a spreadsheet doesn't take for a formula.
fn as_text(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() }
}
