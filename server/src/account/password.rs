//! Passwords: which are good enough, and how they are kept.

use std::{collections::HashSet, sync::LazyLock};

use anyhow::{Context, anyhow};
use app::{account::SHORTEST_PASSWORD, error::AppError};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{SaltString, rand_core::OsRng},
};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use unicode_normalization::UnicodeNormalization;

use super::Email;
use crate::error::Result;

/// OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The longest password, in characters: enough for any sentence, and a bound on the work.
pub const LONGEST: usize = 256;

/// Fewer different characters than this are no password but a stuck key.
const FEWEST_DIFFERENT: usize = 4;

/// The well-known passwords of at least [`SHORTEST_PASSWORD`] characters, lower-cased: those of zxcvbn's
/// frequency list (MIT) and of Django's list of common passwords (BSD).
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Refuses passwords that are too short or that everybody tries first. There are no rules on which
/// kinds of characters must be in it: they make passwords harder to remember, not to guess.
pub fn check_policy(password: &str, email: &Email) -> Result<()> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let problem = if length < SHORTEST_PASSWORD {
        format!(
            "A password needs at least {SHORTEST_PASSWORD} characters; a sentence of 15 or more is better."
        )
    } else if length > LONGEST {
        format!("A password can have at most {LONGEST} characters.")
    } else if lower == email.as_str() || email.as_str().split('@').next() == Some(lower.as_str()) {
        "The password must not be the e-mail address.".to_owned()
    } else if COMMON.contains(lower.as_str()) || is_stuck_key(&lower) {
        "This password is among the first that anybody would try. Choose another one.".to_owned()
    } else {
        return Ok(());
    };
    Err(AppError::invalid("password", problem).into())
}

fn is_stuck_key(password: &str) -> bool {
    password.chars().collect::<HashSet<_>>().len() < FEWEST_DIFFERENT
}

/// Hashes passwords, a few at a time: each costs 19 MiB and tens of milliseconds of a core.
pub struct Hasher {
    /// Half of the cores: a flood of sign-ins must not starve the searches.
    permits: Semaphore,
    /// What a password is checked against where there is no account, so that it takes as long.
    hash_of_nobody: OnceCell<String>,
}

impl Hasher {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Semaphore::new((cores / 2).max(1)), hash_of_nobody: OnceCell::new() }
    }

    /// Waits for a turn. Who guesses in parallel still guesses one after the other.
    pub(super) async fn turn(&self) -> Result<Turn<'_>> {
        let permit = self.permits.acquire().await.context("the password hasher is closed")?;
        Ok(Turn { hasher: self, _permit: permit })
    }
}

/// The right to hash or check passwords now.
pub(super) struct Turn<'a> {
    hasher: &'a Hasher,
    _permit: SemaphorePermit<'a>,
}

impl Turn<'_> {
    /// The PHC string to store.
    pub(super) async fn hash(&self, password: String) -> Result<String> {
        off_the_async_threads(move || hash(&password)).await
    }

    /// Whether `password` is the one that was stored. Without a stored one the answer is no, after
    /// the same work.
    pub(super) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let (stored, is_real) = match stored {
            Some(stored) => (stored, true),
            None => (self.hash_of_nobody().await?, false),
        };
        let matches = off_the_async_threads(move || verify(&password, &stored)).await?;
        Ok(matches && is_real)
    }

    async fn hash_of_nobody(&self) -> Result<String> {
        let hash = self.hasher.hash_of_nobody.get_or_try_init(|| self.hash("nobody's password".to_owned()));
        Ok(hash.await?.clone())
    }
}

async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T> {
    let span = tracing::Span::current();
    let done = tokio::task::spawn_blocking(move || span.in_scope(work)).await;
    Ok(done.context("the password hasher panicked")??)
}

fn hash(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = argon2()?.hash_password(normalise(password).as_bytes(), &salt);
    Ok(hash.map_err(|error| anyhow!("could not hash a password: {error}"))?.to_string())
}

fn verify(password: &str, stored: &str) -> anyhow::Result<bool> {
    let stored =
        PasswordHash::new(stored).map_err(|error| anyhow!("could not read a stored password: {error}"))?;
    match argon2()?.verify_password(normalise(password).as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(anyhow!("could not check a password: {error}")),
    }
}

/// Keyboards write one and the same letter in several ways; NFKC makes them one (NIST SP 800-63B).
fn normalise(password: &str) -> String {
    password.nfkc().collect()
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| anyhow!("could not set up argon2: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(password: &str) -> Result<()> {
        check_policy(password, &Email::parse("ada.lovelace@example.org").unwrap())
    }

    #[test]
    fn long_passwords_of_any_script_are_welcome() {
        policy("correct horse battery staple").unwrap();
        policy("пароль из слов, длинный").unwrap();
        policy("🦀🐙🐳🦆🐝🐢🦉🐺🦊🐻").unwrap();
        policy(&"a long sentence ".repeat(16)).unwrap();
    }

    #[test]
    fn short_endless_common_and_own_names_are_refused() {
        for password in ["ninechars", "Password123", "QWERTYUIOP", "aaaaaaaaaaaaaa", "ada.lovelace"] {
            assert!(policy(password).is_err(), "{password}");
        }
        assert!(policy(&"words ".repeat(50)).is_err());
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_19_mib_2_passes_and_1_lane() {
        let hash =
            Hasher::new().turn().await.unwrap().hash("correct horse battery staple".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test]
    async fn the_same_password_typed_on_another_keyboard_is_the_same() {
        let hasher = Hasher::new();
        let turn = hasher.turn().await.unwrap();
        let hash = turn.hash("cafe\u{301} au lait".into()).await.unwrap();
        assert!(turn.verify("caf\u{e9} au lait".into(), Some(hash.clone())).await.unwrap());
        assert!(!turn.verify("cafe au lait".into(), Some(hash)).await.unwrap());
        assert!(!turn.verify("nobody's password".into(), None).await.unwrap());
    }
}
