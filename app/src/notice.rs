//! What the next page tells of what was just done: that it is saved, or a secret that is shown once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::{error::AppError, ports};

/// How long a notice waits for a page. The page follows its form at once; what nobody fetched by
/// then nobody waits for.
const KEPT: Duration = Duration::from_secs(120);

/// Something to tell who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A sentence.
    Done(&'static str),
    /// An API token's secret.
    TokenMade(String),
    /// A link by which somebody chooses a password.
    LinkMade(String),
}

/// The notices that wait for their pages. They are in memory alone, since secrets among them must
/// not be stored anywhere.
#[derive(Debug, Default)]
pub struct Notices(Mutex<HashMap<Uuid, (Instant, Notice)>>);

impl Notices {
    /// Leaves a notice for the next page that the account is shown, in place of one before it.
    pub fn leave(&self, account: Uuid, notice: Notice) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (left_at, _)| left_at.elapsed() < KEPT);
        waiting.insert(account, (Instant::now(), notice));
    }

    /// The account's notice, which is shown once.
    pub fn take(&self, account: Uuid) -> Option<Notice> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(&account).filter(|(left_at, _)| left_at.elapsed() < KEPT).map(|(_, notice)| notice)
    }
}

/// Tells who is acting on the next page that they are shown.
///
/// # Errors
/// Where nobody is signed in.
pub fn tell(notice: Notice) -> Result<(), AppError> {
    let actor = ports::current_user()?;
    ports::ports()?.notices.leave(actor.id, notice);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_for_its_account_and_shown_once() {
        let (notices, ada, ben) = (Notices::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        notices.leave(ada, Notice::TokenMade("fn_secret".into()));
        assert_eq!(notices.take(ben), None);
        assert_eq!(notices.take(ada), Some(Notice::TokenMade("fn_secret".into())));
        assert_eq!(notices.take(ada), None);
    }
}
