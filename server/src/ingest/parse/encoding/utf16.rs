//! UTF-16 that doesn't say that it is.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Fewer units tell nothing, unless they are Latin.
const LEAST_UNITS: usize = 5;
/// Of so many units, one may be what texts don't have.
const ODD_ONE_IN: usize = 25;

/// The byte order, where the bytes are text in UTF-16. `is_eight_bit` tells whether they might as well be
/// text in single bytes: then nothing but Latin is believed.
pub(super) fn without_mark(sample: &[u8], is_eight_bit: impl FnOnce() -> bool) -> Option<&'static Encoding> {
    latin(sample).or_else(|| {
        let is_possible = sample.len() >= 2 * LEAST_UNITS && !is_eight_bit();
        is_possible.then(|| other(sample)).flatten()
    })
}

/// Mostly Latin text has a zero in every second byte.
fn latin(sample: &[u8]) -> Option<&'static Encoding> {
    if sample.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    let mostly = |count: usize| count * 10 >= half * 6;
    let hardly = |count: usize| count * 20 <= half;
    if mostly(odd) && hardly(even) {
        Some(UTF_16LE)
    } else if mostly(even) && hardly(odd) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Other text is nearly all letters of the scripts that are written, and their punctuation. Of random units
/// half are that; of the wrong byte order far fewer than of the right one.
fn other(sample: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = sample.as_chunks::<2>();
    // Of Chinese a third are two characters of ASCII, too, of a few words more; of a text in ASCII with a zero
    // somewhere nearly all are.
    let is_ascii = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e);
    let of_ascii = pairs.iter().filter(|pair| pair.iter().all(is_ascii)).count();
    if of_ascii * 4 > pairs.len() * 3 {
        return None;
    }
    let odd = |unit: fn([u8; 2]) -> u16| {
        // The sample's end may part two halves of a character; that is odd once at most.
        let chars = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
        chars.filter(|c| !c.as_ref().is_ok_and(|c| is_of_a_text(*c))).count()
    };
    let (little, big) = (odd(u16::from_le_bytes), odd(u16::from_be_bytes));
    let is_text = |odd: usize| odd * ODD_ONE_IN <= pairs.len();
    match (is_text(little), is_text(big)) {
        (true, _) if little < big => Some(UTF_16LE),
        (_, true) if big < little => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a character is of a script that is written, or one of the signs that are.
pub(super) fn is_of_a_text(c: char) -> bool {
    matches!(
        u32::from(c),
        0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0xa0..=0x17f
            // Greek, Cyrillic, Armenian, Hebrew, Arabic, the scripts of India and South East Asia, Georgian.
            | 0x370..=0x52f | 0x531..=0x5f4 | 0x600..=0x6ff | 0x900..=0xeff | 0x10a0..=0x10ff
            // Punctuation, currencies, letter-like signs, arrows, operators, numbers in circles, boxes.
            | 0x2010..=0x2027 | 0x2030..=0x205e | 0x20ac | 0x2100..=0x22ff | 0x2460..=0x25ff
            // Chinese, Japanese, Korean: punctuation, kana, characters, syllables, full width.
            | 0x3000..=0x30ff | 0x3220..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3
            | 0xff01..=0xff9f
            // Small pictures, and rare characters.
            | 0x1f300..=0x1faff | 0x20000..=0x323af
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, big: bool) -> Option<&'static Encoding> {
        let units = text.encode_utf16();
        let bytes: Vec<u8> =
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
        without_mark(&bytes, || false)
    }

    #[test]
    fn text_of_any_script_is_recognised_in_both_byte_orders() {
        for text in [
            "Mostly Latin, ja",
            "Компания предоставляет отпуск.\n",
            "公司为员工提供带薪年假。\n",
            "これは日本語の文章です。",
            "年假二十天。",
            "㐀𠮷野家で働く①②→※ 株式会社。",
            "┌──┐ 第一章 ≤ ℃ 公司 😀",
        ] {
            assert_eq!((found(text, false), found(text, true)), (Some(UTF_16LE), Some(UTF_16BE)), "{text}");
        }
    }

    #[test]
    fn numbers_are_not_text() {
        let numbers: Vec<u8> =
            (0..4096_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        assert_eq!(without_mark(&numbers, || false), None);
        let padded = [b"These-areasciiletterswithoutablankandwithmoreofthemyets".as_slice(), b"\0"].concat();
        assert_eq!(without_mark(&padded, || false), None);
        let small: Vec<u8> = (0..1024_u32).flat_map(u32::to_le_bytes).collect();
        assert_eq!(without_mark(&small, || false), None);
    }
}
