//! From bytes in any encoding to text.

mod old;
mod seven_bit;
mod utf16;
mod utf32;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How many bytes the statistics look at.
const SAMPLE: usize = 64 * 1024;

/// One byte in so many of a text may be a control character that no text needs.
const MOST_ODD: usize = 50;

/// Decodes a text file: byte order mark, else UTF-32 or UTF-16 without one, else UTF-8, else the encoding
/// that its bytes look most like, or an older one that makes more sense. `declared` is what the file
/// says of itself; it is believed only where the bytes fit it and can't speak for themselves.
pub(super) fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    read(bytes, declared).into_owned()
}

/// The same without a copy, where the bytes are UTF-8.
pub(super) fn read<'a>(bytes: &'a [u8], declared: Option<&'static Encoding>) -> Cow<'a, str> {
    if let Some(text) = utf32::decode(bytes) {
        return Cow::Owned(text);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    if let Some(text) = seven_bit::decode(bytes) {
        return Cow::Owned(text);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0x1b)
    {
        return Cow::Borrowed(text);
    }
    if is_damaged_utf8(bytes) {
        return String::from_utf8_lossy(bytes);
    }
    let encoding = guess(bytes, declared);
    let text = encoding.decode_without_bom_handling(bytes).0;
    if declared.is_none() && encoding.is_single_byte() { old::or_older(bytes, text) } else { text }
}

/// Decodes an XML file, which names its encoding in its first line.
pub(super) fn decode_xml(bytes: &[u8]) -> String {
    decode(bytes, named_in_xml(bytes))
}

fn named_in_xml(bytes: &[u8]) -> Option<&'static Encoding> {
    /// The longest first line.
    const HEAD: usize = 200;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let label = value.trim_start_matches([' ', '=', '"', '\'']).split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
}

/// Whether the bytes are text in UTF-16 or UTF-32, with or without its mark.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let marked = Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding != UTF_8);
    marked || utf32::is_text(bytes) || utf16_without_mark(bytes).is_some()
}

/// Whether the bytes are text in some encoding, rather than a program, a picture or the like.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if Encoding::for_bom(sample).is_some() || utf32::is_text(sample) || utf16_without_mark(sample).is_some() {
        return true;
    }
    is_eight_bit(sample) || seven_bit::is_korean(sample)
}

/// UTF-8 with a few broken characters, such as a file cut off in the middle of one.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes[..bytes.len().min(SAMPLE)].utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 10 * bad.max(1)
}

fn guess(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    match declared {
        Some(declared) if declared != UTF_8 && is_believed(declared, guessed, bytes) => declared,
        _ => guessed,
    }
}

/// Many programs name Latin 1 whatever they write, and that is decoded from any bytes; who names another encoding
/// knows what it writes, unless the bytes can't be that.
fn is_believed(declared: &'static Encoding, guessed: &'static Encoding, bytes: &[u8]) -> bool {
    let is_deliberate = declared != WINDOWS_1252 && !declared.decode_without_bom_handling(bytes).1;
    is_deliberate || same_family(declared, guessed)
}

/// The statistics can't tell close relatives apart in short texts (Latin 1 from Latin 9); there
/// the file's own word decides.
fn same_family(a: &'static Encoding, b: &'static Encoding) -> bool {
    let latin = |e: &'static Encoding| {
        matches!(
            e.name(),
            "windows-1252"
                | "windows-1250"
                | "windows-1254"
                | "windows-1257"
                | "windows-1258"
                | "ISO-8859-2"
                | "ISO-8859-3"
                | "ISO-8859-4"
                | "ISO-8859-10"
                | "ISO-8859-13"
                | "ISO-8859-14"
                | "ISO-8859-15"
                | "ISO-8859-16"
                | "macintosh"
        )
    };
    a == b || (latin(a) && latin(b))
}

/// The byte order of UTF-16 that doesn't tell it.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    utf16::without_mark(sample, || is_eight_bit(sample))
}

/// A text in an encoding of single bytes has next to no control characters; of random bytes they are a tenth.
fn is_eight_bit(sample: &[u8]) -> bool {
    let odd = sample.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    odd * MOST_ODD <= sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_and_utf_16_without_a_mark_are_recognised() {
        assert_eq!(decode(b"k\xf6nnen, m\xfcssen, d\xfcrfen", None), "können, müssen, dürfen");
        let utf16: Vec<u8> = "Hello there".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&utf16, None), "Hello there");
    }

    #[test]
    fn an_encoding_that_a_file_names_is_believed_where_its_bytes_fit() {
        let (russian, ..) = encoding_rs::WINDOWS_1251.encode("Отпуск");
        assert_eq!(decode(&russian, Some(encoding_rs::WINDOWS_1251)), "Отпуск");
        let xml =
            [b"<?xml version='1.0' encoding='windows-1251'?><a>".as_slice(), &russian, b"</a>"].concat();
        assert!(decode_xml(&xml).ends_with("<a>Отпуск</a>"));
        let (japanese, ..) = encoding_rs::SHIFT_JIS.encode("有給休暇は年に二十日あります。");
        assert_eq!(decode(&japanese, Some(WINDOWS_1252)), "有給休暇は年に二十日あります。");
        assert_eq!(decode(&japanese, Some(encoding_rs::EUC_JP)), "有給休暇は年に二十日あります。");
    }

    #[test]
    fn a_single_zero_makes_no_program_of_a_text() {
        let log = b"A line of a log, and then one that a crash left \0 behind.\n";
        assert!(is_text(log) && !is_text(&log[45..51]));
    }

    #[test]
    fn japanese_in_seven_bits_is_read() {
        let (japanese, ..) =
            encoding_rs::ISO_2022_JP.encode("有給休暇は年に二十日あります。申請が要ります。");
        assert_eq!(decode(&japanese, None), "有給休暇は年に二十日あります。申請が要ります。");
    }

    #[test]
    fn a_program_is_not_text() {
        let program: Vec<u8> = (0u8..=255).cycle().take(4096).collect();
        assert!(!is_text(&program));
        assert!(is_text("Just words.\r\n".as_bytes()));
    }
}
