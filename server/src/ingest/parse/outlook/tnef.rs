//! What Outlook wraps a message's attachments in when it trusts every recipient to be Outlook: the
//! attachment `winmail.dat` of a mail [MS-OXTNEF].

mod properties;

use encoding_rs::Encoding;

use self::properties::{Cursor, Properties};
use super::storage::shown_time;
use super::{
    ATTACHED, BODY, CONTENT_ID, HTML, LONG_NAME, RTF, SENDER_NAME, SENDER_SMTP, SHOWN_CC, SHOWN_TO, SUBJECT,
    SUBMITTED, compressed, person,
};
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::member::Allowance;
use crate::ingest::parse::message::{Attachment, Body, Letter};
use crate::ingest::parse::rtf::of_code_page;
use crate::ingest::parse::{Found, ParseError};

/// What every such file begins with.
pub(in crate::ingest::parse) const SIGNATURE: [u8; 4] = 0x223e_9f78_u32.to_le_bytes();

/// Attributes by their number.
const CODE_PAGE: u32 = 0x0006_9007;
const SUBJECT_LINE: u32 = 0x0001_8004;
const TEXT: u32 = 0x0002_800c;
const PROPERTIES: u32 = 0x0006_9003;
/// How an attachment is drawn: each begins with that.
const DRAWN: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const CONTENT: u32 = 0x0006_800f;
const FILE_PROPERTIES: u32 = 0x0006_9005;

pub(in crate::ingest::parse) fn parse(bytes: &[u8], allowance: &mut Allowance) -> Result<Found, ParseError> {
    let mut draft = Draft::default();
    let letter = letter(bytes)?;
    letter.write(&mut draft, allowance)?;
    Ok(draft.finish_with_scans(letter.subject, None))
}

/// The message that is wrapped: often no more than its attachments, and its text once again.
pub(in crate::ingest::parse) fn letter(bytes: &[u8]) -> Result<Letter<'_>, ParseError> {
    /// How long the number behind the signature is, which says nothing.
    const KEY: usize = 2;
    let mut cursor = Cursor::new(bytes);
    cursor.take(SIGNATURE.len() + KEY).ok_or_else(damaged)?;
    let mut wrapped = Wrapped::default();
    while !cursor.is_at_end() {
        let (number, data) = attribute(&mut cursor).ok_or_else(damaged)?;
        wrapped.add(number, data)?;
    }
    wrapped.letter()
}

/// An attribute of the message or of an attachment: which of them it says first, and last the sum of its bytes,
/// which some programs get wrong.
fn attribute<'b>(cursor: &mut Cursor<'b>) -> Option<(u32, &'b [u8])> {
    cursor.take(1)?;
    let number = cursor.u32()?;
    let length = cursor.u32()?;
    let data = cursor.take(length as usize)?;
    cursor.take(2)?;
    Some((number, data))
}

fn code_page(data: &[u8]) -> Option<&'static Encoding> {
    let number = i32::try_from(Cursor::new(data).u32()?).ok()?;
    Some(of_code_page(number))
}

fn damaged() -> ParseError {
    ParseError::damaged("it was cut off, or isn't what Outlook writes")
}

/// What was read of a wrapped message.
#[derive(Default)]
struct Wrapped<'b> {
    code_page: Option<&'static Encoding>,
    subject: Option<&'b [u8]>,
    text: Option<&'b [u8]>,
    properties: Properties<'b>,
    files: Vec<File<'b>>,
}

#[derive(Default)]
struct File<'b> {
    title: Option<&'b [u8]>,
    content: Option<&'b [u8]>,
    properties: Properties<'b>,
}

impl<'b> Wrapped<'b> {
    fn add(&mut self, number: u32, data: &'b [u8]) -> Result<(), ParseError> {
        let properties = || Properties::read(data).ok_or_else(damaged);
        match (number, self.files.last_mut()) {
            (CODE_PAGE, _) => self.code_page = code_page(data),
            (SUBJECT_LINE, _) => self.subject = Some(data),
            (TEXT, _) => self.text = Some(data),
            (PROPERTIES, _) => self.properties = properties()?,
            (DRAWN, _) => self.files.push(File::default()),
            (TITLE, Some(file)) => file.title = Some(data),
            (CONTENT, Some(file)) => file.content = Some(data),
            (FILE_PROPERTIES, Some(file)) => file.properties = properties()?,
            _ => {}
        }
        Ok(())
    }

    fn letter(self) -> Result<Letter<'b>, ParseError> {
        let text = |tag| self.properties.text(tag, self.code_page);
        let mut letter = Letter {
            subject: text(SUBJECT).or_else(|| self.words(self.subject)),
            from: person(text(SENDER_NAME), text(SENDER_SMTP)),
            to: text(SHOWN_TO),
            cc: text(SHOWN_CC),
            date: self.properties.ticks(SUBMITTED).and_then(shown_time),
            bodies: self.body()?.into_iter().collect(),
            ..Letter::default()
        };
        self.files.iter().for_each(|file| self.add_file(file, &mut letter));
        Ok(letter)
    }

    /// The plain text where there is one, else the page, else the rich text.
    fn body(&self) -> Result<Option<Body<'b>>, ParseError> {
        let text = self.properties.text(BODY, self.code_page).or_else(|| self.words(self.text));
        if let Some(text) = text {
            return Ok(Some(Body::Plain(text.into_bytes().into())));
        }
        if let Some(page) = self.properties.bytes(HTML) {
            return Ok(Some(Body::Html(page.into())));
        }
        let packed = self.properties.bytes(RTF);
        packed.map(|packed| Ok(Body::Rtf(compressed::unpack(packed)?))).transpose()
    }

    fn add_file(&self, file: &File<'b>, letter: &mut Letter<'b>) {
        let name = file.properties.text(LONG_NAME, self.code_page).or_else(|| self.words(file.title));
        // A message that is attached as such is wrapped once more.
        if let Some(message) = file.properties.message(ATTACHED) {
            let name = name.map(|name| format!("{name}.dat"));
            letter.attachments.push(Attachment { name, media_ending: "dat", bytes: message.into() });
        } else if let Some(bytes) = file.content.or_else(|| file.properties.bytes(ATTACHED)) {
            let has_id = file.properties.text(CONTENT_ID, self.code_page).is_some();
            letter.add(name, bytes.into(), has_id);
        }
    }

    fn words(&self, bytes: Option<&[u8]>) -> Option<String> {
        properties::words(bytes?, self.code_page)
    }
}

#[cfg(test)]
mod tests {
    use super::properties::MESSAGE;
    use super::*;

    fn attribute(level: u8, number: u32, data: &[u8]) -> Vec<u8> {
        let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        let length = data.len() as u32;
        [&[level], &number.to_le_bytes()[..], &length.to_le_bytes(), data, &sum.to_le_bytes()].concat()
    }

    fn wrapped(attributes: &[(u8, u32, &[u8])]) -> Vec<u8> {
        let attributes = attributes.iter().flat_map(|(level, number, data)| attribute(*level, *number, data));
        SIGNATURE.into_iter().chain([1, 0]).chain(attributes).collect()
    }

    /// A property of a variable length.
    fn property(tag: u16, kind: u16, value: &[u8]) -> Vec<u8> {
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        let length = (value.len() as u32).to_le_bytes();
        [&kind.to_le_bytes()[..], &tag.to_le_bytes(), &[1, 0, 0, 0], &length, value, &padding].concat()
    }

    fn properties(all: &[Vec<u8>]) -> Vec<u8> {
        [&(all.len() as u32).to_le_bytes()[..], &all.concat()].concat()
    }

    fn text(bytes: &[u8]) -> String {
        parse(bytes, &mut Allowance::default()).unwrap().extracted.text
    }

    #[test]
    fn a_wrapped_message_has_its_text_and_its_attachments_by_their_long_names() {
        let utf16: Vec<u8> = "Jürgen\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        // A property by name, one of two numbers and one of truth stand in between.
        let named =
            [&[3, 0, 0x85, 0x80], &[7; 16][..], &[1, 0, 0, 0, 3, 0, 0, 0], b"ab\0\0", &[9; 4]].concat();
        let numbers = [3, 0x10, 1, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0].to_vec();
        let truth = [0x0b, 0, 1, 0, 1, 0, 0, 0].to_vec();
        let of_message = properties(&[named, numbers, truth, property(0x0c1a, 0x1f, &utf16)]);
        let of_file = properties(&[property(0x3707, 0x1e, b"leave policy.txt\0")]);
        let file = wrapped(&[
            (1, SUBJECT_LINE, b"Leave\0"),
            (1, PROPERTIES, &of_message),
            (1, TEXT, b"See below.\0"),
            (2, DRAWN, &[0; 14]),
            (2, TITLE, b"LEAVEP~1.TXT\0"),
            (2, CONTENT, b"Twenty days."),
            (2, FILE_PROPERTIES, &of_file),
        ]);
        assert_eq!(
            text(&file),
            "Leave\n\nFrom: Jürgen\n\nSee below.\n\nAttachment leave policy.txt\n\nTwenty days."
        );
    }

    #[test]
    fn a_message_attached_to_one_is_read_where_it_is_attached() {
        let inner = wrapped(&[(1, TEXT, b"Inside.")]);
        let object = [&MESSAGE[..], &inner].concat();
        let of_file = properties(&[property(0x3701, 0x0d, &object)]);
        let file = wrapped(&[(2, DRAWN, &[0; 14]), (2, TITLE, b"Trip"), (2, FILE_PROPERTIES, &of_file)]);
        assert_eq!(text(&file), "Attachment Trip.dat\n\nInside.");
    }

    #[test]
    fn one_that_was_cut_off_says_so() {
        let file =
            wrapped(&[(1, TEXT, b"See below.\0"), (2, DRAWN, &[0; 14]), (2, CONTENT, b"Twenty days.")]);
        for length in SIGNATURE.len()..file.len() {
            let read = parse(&file[..length], &mut Allowance::default());
            let is_between_attributes = length >= wrapped(&[]).len() && letter(&file[..length]).is_ok();
            assert!(is_between_attributes || read.unwrap_err().code() == "damaged", "{length}");
        }
    }
}
