//! Slows down who guesses passwords, without locking out whose password is guessed at.
//!
//! After a few failures from one network address each further one must wait twice as long. Beyond
//! a number of failures from all addresses together, only addresses from which the account was
//! signed in to before may still try: there its owner goes on, and a guesser from anywhere else
//! gets no more than that many guesses a day.

use anyhow::Context;
use app::error::AppError;
use sqlx::PgPool;
use uuid::Uuid;

use super::Email;
use crate::error::Result;

/// Failures from one address that cost nothing: people mistype.
const FREE: i64 = 5;

/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;

/// Failures of one account in a day, from all unfamiliar addresses together.
const DAILY: i64 = 100;

/// Lets an attempt go ahead, or says how long to wait. A refused attempt has guessed nothing, and
/// doesn't make the wait any longer.
pub(super) async fn check(db: &PgPool, email: &Email, address: &str) -> Result<()> {
    let earlier = count_failures(db, email, address).await?;
    let mut wait = wait_after(earlier.from_address) - earlier.seconds_since_last;
    if earlier.from_anywhere >= DAILY && !earlier.is_familiar {
        wait = wait.max(LONGEST_WAIT);
    }
    if wait <= 0 {
        return Ok(());
    }
    tracing::warn!(failures = earlier.from_anywhere, "Sign-in refused: too many failures");
    Err(AppError::TooManyAttempts { wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX) }.into())
}

/// Notes a failure.
pub(super) async fn fail(db: &PgPool, email: &Email, address: &str) -> Result<()> {
    sqlx::query!(r#"insert into failed_sign_in (email, address) values ($1, $2)"#, email.as_str(), address)
        .execute(db)
        .await
        .context("could not note a failed sign-in")?;
    Ok(())
}

/// Forgets the address's failures, and remembers it as the account's.
pub(super) async fn succeed(db: &PgPool, account: Uuid, email: &Email, address: &str) -> Result<()> {
    let mut tx = db.begin().await.context("could not begin a transaction")?;
    sqlx::query!(r#"delete from failed_sign_in where email = $1 and address = $2"#, email.as_str(), address)
        .execute(&mut *tx)
        .await
        .context("could not forget failed sign-ins")?;
    sqlx::query!(
        r#"
        insert into familiar_address (account_id, address) values ($1, $2)
        on conflict (account_id, address) do update set last_used_at = now()
        "#,
        account,
        address,
    )
    .execute(&mut *tx)
    .await
    .context("could not remember a familiar address")?;
    tx.commit().await.context("could not commit a sign-in")?;
    Ok(())
}

/// How many seconds must lie between the last of so many failures and the next attempt.
fn wait_after(failures: i64) -> i64 {
    match failures - FREE {
        over if over < 0 => 0,
        over => 2_i64.saturating_pow(u32::try_from(over).unwrap_or(u32::MAX)).min(LONGEST_WAIT),
    }
}

struct Failures {
    from_address: i64,
    from_anywhere: i64,
    seconds_since_last: i64,
    is_familiar: bool,
}

async fn count_failures(db: &PgPool, email: &Email, address: &str) -> Result<Failures> {
    sqlx::query_as!(
        Failures,
        r#"
        select
            count(*) filter (where address = $2) as "from_address!",
            count(*) as "from_anywhere!",
            coalesce(extract(epoch from now() - max(at) filter (where address = $2)), 0)::bigint
                as "seconds_since_last!",
            exists (
                select from familiar_address
                join account on account.id = familiar_address.account_id
                where account.email = $1 and familiar_address.address = $2
            ) as "is_familiar!"
        from failed_sign_in
        where email = $1 and at > now() - interval '1 day'
        "#,
        email.as_str(),
        address,
    )
    .fetch_one(db)
    .await
    .context("could not count failed sign-ins")
    .map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn the_wait_doubles_after_a_few_free_failures_up_to_a_quarter_of_an_hour() {
        assert_eq!([4, 5, 6, 7, 10, 100].map(wait_after), [0, 1, 2, 4, 32, 900]);
    }
}
