//! What people and programs write although JSON has it not, made into what it has.

/// Numbers that are none (`NaN`) become `null`, halves of characters (`\ud83d` alone) a replacement; comments
/// become blanks, and so do commas with nothing behind them, as in settings that people write.
pub(super) fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => string(rest, &mut mended),
            '/' | ',' => match blank(rest) {
                0 => copy(first, &mut mended),
                blanks => {
                    mended.extend(rest[..blanks].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
                    blanks
                }
            },
            _ => match NO_NUMBERS.iter().find(|word| rest.starts_with(**word)) {
                Some(word) => {
                    mended.push_str("null");
                    word.len()
                }
                None => copy(first, &mut mended),
            },
        };
        rest = &rest[taken..];
    }
    mended
}

const NO_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];

fn copy(character: char, mended: &mut String) -> usize {
    mended.push(character);
    character.len_utf8()
}

/// Takes over the string that a text begins with; gives its length in bytes.
fn string(text: &str, mended: &mut String) -> usize {
    let mut at = copy('"', mended);
    while let Some(next) = text[at..].chars().next() {
        if next == '\\' {
            let (escape, length) = escape(&text[at..]);
            mended.push_str(escape);
            at += length;
            continue;
        }
        at += copy(next, mended);
        if next == '"' {
            break;
        }
    }
    at
}

/// The escape that a text begins with, a half of a character replaced, and how many bytes of it were that.
fn escape(text: &str) -> (&str, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match unit(0) {
        Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (&text[..12], 12),
        Some(0xd800..=0xdfff) => ("\\ufffd", 6),
        _ => {
            let length = text.chars().take(2).map(char::len_utf8).sum();
            (&text[..length], length)
        }
    }
}

/// How many bytes a text begins with that say nothing: a comment, or a comma behind which a list or an
/// object ends.
fn blank(text: &str) -> usize {
    match text.strip_prefix(',') {
        Some(rest) => usize::from(behind_blanks(rest).starts_with(['}', ']'])),
        None => comment(text),
    }
}

/// One that doesn't end goes on to the end of the text.
fn comment(text: &str) -> usize {
    let length = match text.as_bytes() {
        [b'/', b'/', ..] => text.find('\n'),
        [b'/', b'*', ..] => text[2..].find("*/").map(|end| end + 4),
        _ => Some(0),
    };
    length.unwrap_or(text.len())
}

fn behind_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let length @ 1.. = comment(rest) {
        rest = rest[length..].trim_start();
    }
    rest
}
