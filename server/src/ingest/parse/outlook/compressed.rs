//! Compressed rich text [MS-OXRTFCP]: a dictionary of 4 KB that starts with RTF's usual words.

use crate::ingest::parse::ParseError;

const DICTIONARY: usize = 4_096;
/// What the dictionary starts with.
const USUAL: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// The header's marks for the two ways of storing.
const COMPRESSED: &[u8] = b"LZFu";
const UNCOMPRESSED: &[u8] = b"MELA";
/// More text than any message has.
const MOST_TEXT: usize = 64 * 1024 * 1024;

pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, ParseError> {
    let damaged = || ParseError::damaged("its text can't be unpacked");
    let (header, body) = packed.split_at_checked(16).ok_or_else(damaged)?;
    let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    match &header[8..12] {
        UNCOMPRESSED => Ok(body[..size.min(body.len())].to_vec()),
        COMPRESSED if size <= MOST_TEXT => Ok(inflate(body, size)),
        _ => Err(damaged()),
    }
}

/// Each control byte says of the next eight items whether they are bytes or references.
fn inflate(body: &[u8], size: usize) -> Vec<u8> {
    let mut dictionary = [b' '; DICTIONARY];
    dictionary[..USUAL.len()].copy_from_slice(USUAL);
    let mut write = USUAL.len();
    let mut out = Vec::with_capacity(size);
    let mut bytes = body.iter().copied();
    while let Some(control) = bytes.next() {
        for bit in 0..8 {
            if out.len() >= size {
                return out;
            }
            let is_reference = control & (1 << bit) != 0;
            let Some(first) = bytes.next() else { return out };
            if !is_reference {
                dictionary[write] = first;
                write = (write + 1) % DICTIONARY;
                out.push(first);
                continue;
            }
            let Some(second) = bytes.next() else { return out };
            let offset = usize::from(first) << 4 | usize::from(second) >> 4;
            if offset == write {
                return out;
            }
            for step in 0..usize::from(second & 15) + 2 {
                let byte = dictionary[(offset + step) % DICTIONARY];
                dictionary[write] = byte;
                write = (write + 1) % DICTIONARY;
                out.push(byte);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_into_the_usual_words_are_followed() {
        // The example of [MS-OXRTFCP], section 4.1.1.
        let packed = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7,
            0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
            0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        assert_eq!(unpack(&packed).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn what_is_no_compressed_text_is_damaged() {
        assert!(unpack(b"short").is_err());
        assert!(unpack(&[0; 64]).is_err());
    }
}
