//! Mail folders (.mbox): messages one after the other, each behind a line that begins with "From ".
//!
//! One that is uploaded is taken apart ([`super::unpack`]), as an archive is; one in another document is
//! read as part of it.

use std::borrow::Cow;
use std::collections::HashSet;

use mail_parser::MessageParser;

use super::draft::Draft;
use super::member::Allowance;
use super::{Found, ParseError};

/// The longest subject in a file's name, in characters.
const LONGEST_SUBJECT: usize = 80;

/// A message as a file of its own.
pub(super) struct Message<'m> {
    /// When it was sent and what about, with a number where that is another's name, too: it stays the same
    /// when the folder grows.
    pub(super) filename: String,
    pub(super) bytes: Cow<'m, [u8]>,
}

pub(super) fn parse(bytes: &[u8], allowance: &mut Allowance) -> Result<Found, ParseError> {
    if !begins(bytes) {
        return Err(ParseError::damaged("it doesn't begin with the first line of a message"));
    }
    let mut draft = Draft::default();
    for Message { filename, bytes } in messages(bytes) {
        allowance.write(&mut draft, filename.trim_end_matches(".eml"), &filename, &bytes)?;
    }
    match allowance.refusal() {
        Some(refusal) => Err(refusal),
        None => Ok(draft.finish_with_scans(None, None)),
    }
}

/// Whether the bytes begin a mail folder: with a line that names a sender and a year, and then a header.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let Some((line, rest)) = first_line(bytes) else { return false };
    is_separator(line) && first_line(rest).is_some_and(|(line, _)| is_field(line))
}

/// The messages of a folder, in its order.
pub(super) fn messages(bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let mut rest = bytes;
    let mut taken = HashSet::new();
    std::iter::from_fn(move || {
        let (_, message) = first_line(rest)?;
        let end = end_of_message(message);
        rest = &message[end..];
        let bytes = unquoted(&message[..end]);
        Some(Message { filename: filename(&bytes, &mut taken), bytes })
    })
}

/// Where the next message begins: behind a blank line.
fn end_of_message(message: &[u8]) -> usize {
    let mut at = 0;
    let mut is_behind_blank = false;
    while let Some((line, rest)) = first_line(&message[at..]) {
        if is_behind_blank && begins(&message[at..]) {
            return at;
        }
        is_behind_blank = line.trim_ascii().is_empty();
        at = message.len() - rest.len();
    }
    message.len()
}

/// A line without its end, and what follows it; `None` where there is nothing any more.
fn first_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    Some((&bytes[..end], bytes.get(end + 1..).unwrap_or_default()))
}

/// `From ada@example.org Mon Mar  2 09:30:00 2026`
fn is_separator(line: &[u8]) -> bool {
    let has_year = || line.windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
    line.starts_with(b"From ") && line.len() < 1_000 && has_year()
}

/// `Subject: …`
fn is_field(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !name.is_empty() && name.len() < line.len() && name.iter().all(is_name)
}

/// Takes back the sign that programs put before lines of a text that look like a message's first.
fn unquoted(message: &[u8]) -> Cow<'_, [u8]> {
    let is_quoted = |line: &[u8]| {
        let signs = line.iter().take_while(|byte| **byte == b'>').count();
        signs > 0 && line[signs..].starts_with(b"From ")
    };
    if !message.split(|byte| *byte == b'\n').any(is_quoted) {
        return Cow::Borrowed(message);
    }
    let lines = message.split_inclusive(|byte| *byte == b'\n');
    Cow::Owned(lines.flat_map(|line| &line[usize::from(is_quoted(line))..]).copied().collect())
}

fn filename(message: &[u8], taken: &mut HashSet<String>) -> String {
    let header = MessageParser::default().parse_headers(message);
    let date = header.as_ref().and_then(|header| header.date()).map(|date| {
        let (year, month, day) = (date.year, date.month, date.day);
        format!("{year:04}-{month:02}-{day:02} {:02}.{:02}", date.hour, date.minute)
    });
    let subject = header.as_ref().and_then(|header| header.subject()).unwrap_or("No subject");
    let shown = |c: char| if c.is_control() || matches!(c, '/' | '\\' | ':') { ' ' } else { c };
    let subject: String = subject.chars().map(shown).take(LONGEST_SUBJECT).collect();
    let words = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let stem = date.into_iter().chain([words]).collect::<Vec<_>>().join(" ");
    let mut name = format!("{stem}.eml");
    for number in 2.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = format!("{stem} ({number}).eml");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = "From ada@example.org Mon Mar  2 09:30:00 2026\n\
        From: ada@example.org\nSubject: A/B tests\nDate: Mon, 2 Mar 2026 09:30:00 +0100\n\n\
        First.\n>From here on, nothing.\nFrom us all.\n\n\
        From MAILER-DAEMON Tue Mar  3 10:00:00 2026\r\n\
        Subject: A/B tests\r\nDate: Mon, 2 Mar 2026 09:30:00 +0100\r\n\r\nSecond.\r\n";

    #[test]
    fn each_message_of_a_folder_has_a_name_of_its_own_and_its_text_as_it_was_written() {
        let messages: Vec<_> = messages(FOLDER.as_bytes()).collect();
        let names: Vec<&str> = messages.iter().map(|message| message.filename.as_str()).collect();
        assert_eq!(names, ["2026-03-02 09.30 A B tests.eml", "2026-03-02 09.30 A B tests (2).eml"]);
        let first = String::from_utf8_lossy(&messages[0].bytes);
        assert!(first.ends_with("First.\nFrom here on, nothing.\nFrom us all.\n\n"), "{first}");
        assert!(messages[1].bytes.ends_with(b"Second.\r\n"));
    }

    #[test]
    fn a_folder_within_another_document_is_read_message_by_message() {
        let text = parse(FOLDER.as_bytes(), &mut Allowance::default()).unwrap().extracted.text;
        assert!(
            text.starts_with("2026-03-02 09.30 A B tests\n\nA/B tests\n\nFrom: ada@example.org"),
            "{text}"
        );
        assert!(text.ends_with("Second."), "{text}");
    }

    #[test]
    fn a_text_that_begins_with_the_word_is_no_folder() {
        assert!(!begins(b"From 2026 on, leave is longer.\nAsk first."));
        assert!(!begins(b"From us"));
    }
}
