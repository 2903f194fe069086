//! Chinese and Korean in seven bits, as mail and news once carried them.

use encoding_rs::{EUC_KR, Encoding, GBK};

/// Announces ISO-2022-KR (RFC 1557).
const KOREAN: &[u8] = b"\x1b$)C";
/// The announcement stands at the beginning of a line, before the first Korean.
const HEAD: usize = 1024;

/// Whether the bytes are Korean in seven bits.
pub(super) fn is_korean(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(HEAD)].windows(KOREAN.len()).any(|window| window == KOREAN)
}

/// The text, if it is in one of these encodings.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if !bytes.is_ascii() {
        None
    } else if is_korean(bytes) {
        Some(korean(bytes))
    } else {
        chinese(bytes)
    }
}

/// Behind a byte of 14 stand pairs of EUC-KR without their highest bits, until one of 15 or the line's end.
fn korean(bytes: &[u8]) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut is_shifted = false;
    for byte in bytes {
        match byte {
            0x0e => is_shifted = true,
            0x0f => is_shifted = false,
            b'\n' => {
                is_shifted = false;
                wide.push(*byte);
            }
            0x21..=0x7e if is_shifted => wide.push(byte | 0x80),
            _ => wide.push(*byte),
        }
    }
    EUC_KR.decode_without_bom_handling(&wide).0.replace("\x1b$)C", "")
}

/// HZ (RFC 1843): between `~{` and `~}` pairs of GB 2312 without their highest bits. A text that merely has
/// these signs has them without such pairs between.
fn chinese(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains("~{"))?;
    // A line that goes on.
    let text = text.replace("~\r\n", "").replace("~\n", "");
    let mut read = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once("~{") {
        let (pairs, after) = behind.split_once("~}")?;
        read.push_str(&before.replace("~~", "~"));
        read.push_str(&pairs_of(pairs, GBK)?);
        rest = after;
    }
    read.push_str(&rest.replace("~~", "~"));
    Some(read)
}

fn pairs_of(text: &str, encoding: &'static Encoding) -> Option<String> {
    let are_pairs =
        !text.is_empty() && text.len().is_multiple_of(2) && text.bytes().all(|b| (0x21..=0x7e).contains(&b));
    let wide: Vec<u8> = text.bytes().map(|byte| byte | 0x80).collect();
    let (read, has_errors) = encoding.decode_without_bom_handling(&wide);
    (are_pairs && !has_errors).then(|| read.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_in_seven_bits_is_read() {
        assert_eq!(decode(b"This: ~{<:Ky2;S{#,NpJ)l6HK!#~}Bye.").unwrap(), "This: 己所不欲，勿施於人。Bye.");
        let lines = b"~{<:Ky2;S{~}~\n~{#,NpJ)l6HK!#~}\nBye.";
        assert_eq!(decode(lines).unwrap(), "己所不欲，勿施於人。\nBye.");
        assert_eq!(decode(b"a ~{ in a text, ~} and ~{more"), None);
        assert_eq!(decode(b"let f ~{x} = ~x;"), None);
    }

    #[test]
    fn korean_in_seven_bits_is_read() {
        let korean = b"\x1b$)CRe: \x0e0!GQ\x0f (1)\n";
        assert_eq!(decode(korean).unwrap(), "Re: 가한 (1)\n");
    }
}
