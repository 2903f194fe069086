//! UTF-32, of four bytes a character.

use super::SAMPLE;
use super::utf16::is_of_a_text;

/// The mark of each byte order. The first also begins UTF-16, with a zero behind it.
const LITTLE: [u8; 4] = [0xff, 0xfe, 0, 0];
const BIG: [u8; 4] = [0, 0, 0xfe, 0xff];

/// Of so many characters, one may be what texts don't have.
const ODD_ONE_IN: usize = 25;

type ByteOrder = fn([u8; 4]) -> u32;

/// Whether the bytes are text in UTF-32, with or without its mark.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    byte_order(bytes).is_some()
}

/// The text, if it is in UTF-32.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let value = byte_order(bytes)?;
    let (units, rest) = bytes.as_chunks::<4>();
    let read = |unit: &[u8; 4]| char::from_u32(value(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
    let cut_off = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    let text: String = units.iter().map(read).chain(cut_off).collect();
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

fn byte_order(bytes: &[u8]) -> Option<ByteOrder> {
    if bytes.starts_with(&LITTLE) {
        return Some(u32::from_le_bytes);
    }
    if bytes.starts_with(&BIG) {
        return Some(u32::from_be_bytes);
    }
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let (units, _) = bytes[..bytes.len().min(SAMPLE)].as_chunks::<4>();
    let orders: [ByteOrder; 2] = [u32::from_le_bytes, u32::from_be_bytes];
    orders.into_iter().find(|value| are_characters(units, *value))
}

/// Every one of them is a character, which text of one or two bytes a letter hardly ever makes, and nearly all
/// are of the kind that texts have.
fn are_characters(units: &[[u8; 4]], value: ByteOrder) -> bool {
    let chars: Option<Vec<char>> = units.iter().map(|unit| char::from_u32(value(*unit))).collect();
    chars.is_some_and(|chars| {
        let odd = chars.iter().filter(|c| !is_of_a_text(**c)).count();
        !chars.is_empty() && odd * ODD_ONE_IN <= chars.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::encoding;

    fn written(text: &str, write: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| write(c.into())).collect()
    }

    #[test]
    fn text_of_four_bytes_a_letter_is_read_with_and_without_its_mark() {
        for text in ["Grüße, done 😀", "𠮷野家で働く。", "Ja"] {
            for write in [u32::to_le_bytes, u32::to_be_bytes] {
                for mark in ["\u{feff}", ""] {
                    let bytes = written(&format!("{mark}{text}"), write);
                    assert!(encoding::is_text(&bytes), "{text}");
                    assert_eq!(encoding::decode(&bytes, None), text);
                }
            }
        }
        let cut_off = &written("\u{feff}Words", u32::to_le_bytes)[..22];
        assert_eq!(encoding::decode(cut_off, None), "Word\u{fffd}");
    }

    #[test]
    fn numbers_and_other_texts_are_not_taken_for_it() {
        let small: Vec<u8> = (0..1024_u32).flat_map(u32::to_le_bytes).collect();
        assert!(!is_text(&small) && !is_text(&[0; 64]) && !is_text(b""));
        for text in ["Four by four byte", "Zwei Bytes je Buchstabe.", "公司为员工提供带薪年假。"]
        {
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(!is_text(&wide) && !is_text(text.as_bytes()), "{text}");
        }
    }
}
