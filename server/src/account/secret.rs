//! Random secrets that are handed out once and kept as hashes: API tokens and set-up links.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

/// A new secret of 256 random bits, in letters that a URL can carry.
pub(super) fn generate() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    OsRng.try_fill_bytes(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a secret. With 256 random bits in it, nobody finds it by guessing, so a fast
/// hash is enough; and as hashes are looked up and not compared, their timing tells nothing.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
