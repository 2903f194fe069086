//! Secrets at rest: sealed with a key that lies in the data folder or in the settings, so that the
//! database, and its backups, hold nothing of them that can be read.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, anyhow, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret, SecretString};

/// In bytes, as ChaCha20-Poly1305 has it.
const KEY_LENGTH: usize = 32;

/// Seals and opens secrets.
pub struct Seal(LessSafeKey);

impl Seal {
    /// With the key of the setting, else with that of the data folder, which is made where there is
    /// none yet.
    ///
    /// # Errors
    /// Where the key is none, or the folder can't be read or written.
    pub fn load(data_dir: &Path, setting: Option<&SecretString>) -> anyhow::Result<Self> {
        let key = match setting {
            Some(setting) => STANDARD
                .decode(setting.expose_secret().trim())
                .map_err(|_| anyhow!("FOOTNOTE_SECRET_KEY must be {KEY_LENGTH} bytes in base64"))?,
            None => read_or_make(&data_dir.join("secret.key"))?,
        };
        ensure!(key.len() == KEY_LENGTH, "the key that seals secrets must have {KEY_LENGTH} bytes");
        let key = UnboundKey::new(&CHACHA20_POLY1305, &key)
            .map_err(|_| anyhow!("the key that seals secrets can't be used"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals a secret; it opens only for the same `purpose`.
    ///
    /// # Errors
    /// Where it is too long to be one.
    pub fn seal(&self, secret: &SecretString, purpose: &str) -> anyhow::Result<Vec<u8>> {
        // By chance, and few: no two secrets of one key get the same one.
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        let aad = Aad::from(purpose.as_bytes());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| anyhow!("could not seal a secret"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The secret; `None` where another key sealed it, or it was sealed for another purpose.
    pub fn open(&self, sealed: &[u8], purpose: &str) -> Option<SecretString> {
        let (nonce, secret) = sealed.split_at_checked(NONCE_LEN)?;
        let mut secret = secret.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut secret).ok()?;
        Some(SecretString::from(std::str::from_utf8(opened).ok()?))
    }
}

/// The key in the file, which nobody but its owner may read.
fn read_or_make(path: &Path) -> anyhow::Result<Vec<u8>> {
    const OWNER_ONLY: u32 = 0o600;
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path);
    match made {
        Ok(mut file) => {
            let key: [u8; KEY_LENGTH] = rand::random();
            file.write_all(&key)
                .and_then(|()| file.sync_all())
                .context("could not store the key that seals secrets")?;
            Ok(key.to_vec())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::set_permissions(path, fs::Permissions::from_mode(OWNER_ONLY))
                .context("could not close the key that seals secrets to others")?;
            fs::read(path).context("could not read the key that seals secrets")
        }
        Err(error) => Err(error).context("could not make the key that seals secrets"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_for_its_purpose_alone() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sealed = Seal::load(folder.path(), None).unwrap().seal(&"sk-very-secret".into(), "a").unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"very"));
        let again = Seal::load(folder.path(), None).unwrap();
        assert_eq!(again.open(&sealed, "a").unwrap().expose_secret(), "sk-very-secret");
        assert!(again.open(&sealed, "b").is_none());
        assert!(again.open(&sealed[..5], "a").is_none());
        assert!(Seal::load(other.path(), None).unwrap().open(&sealed, "a").is_none());
        let mode = fs::metadata(folder.path().join("secret.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_in_the_settings_must_be_one() {
        let folder = tempfile::tempdir().unwrap();
        let load = |key: &str| Seal::load(folder.path(), Some(&key.into()));
        assert!(load(&STANDARD.encode([7; KEY_LENGTH])).is_ok());
        assert!(load("short").is_err() && load(&STANDARD.encode([7; 5])).is_err());
    }
}
