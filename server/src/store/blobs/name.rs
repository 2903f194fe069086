//! The names of originals: the SHA-256 of their bytes, in hexadecimal digits.

use super::Hash;

/// A hash as people and file names write it.
pub fn hex(hash: &[u8]) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(hash.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash that a name stands for; `None` for a name that isn't an original's.
pub(super) fn parse_hex(name: &str) -> Option<Hash> {
    let digits = name.as_bytes();
    let mut hash = Hash::default();
    if digits.len() != hash.len() * 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(name.get(at..at + 2)?, 16).ok()?;
    }
    Some(hash)
}
