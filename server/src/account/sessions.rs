//! Which sessions are still good: those of the account's present epoch.

use app::account::User;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AccountService, users};
use crate::error::Result;

/// Who signed in, as a session keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    account: Uuid,
    /// The session is good as long as the account's epoch is this one.
    epoch: i32,
    /// The Julian day on which the session was last used.
    seen_on: i32,
}

impl SignedIn {
    pub(super) fn new(account: Uuid, epoch: i32) -> Self {
        Self { account, epoch, seen_on: today() }
    }

    /// Notes that the session is in use; true when that is news today.
    pub(crate) fn see_today(&mut self) -> bool {
        let today = today();
        std::mem::replace(&mut self.seen_on, today) != today
    }
}

fn today() -> i32 {
    OffsetDateTime::now_utc().to_julian_day()
}

impl AccountService {
    /// The user of a session, unless the account is suspended or gone or has ended its sessions.
    pub async fn user_by_session(&self, signed_in: &SignedIn) -> Result<Option<User>> {
        let found = users::load(&self.db, signed_in.account).await?;
        Ok(found
            .filter(|found| found.epoch == signed_in.epoch && !found.user.suspended)
            .map(|found| found.user))
    }
}
