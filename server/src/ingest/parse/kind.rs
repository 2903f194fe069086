//! What a file is: by its content first, by its name second.

mod content;
mod ending;
mod known;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use self::content::Content;
pub(super) use self::content::may_hold_pdf;
use self::ending::{Claim, Ending, unsupported, wrong_type};
pub use self::known::{DocumentKind, PictureFormat};
use super::{ParseError, calendar, mailbox};

/// How much of most files tells what they are, in bytes. Even, for text of two bytes a letter.
const HEAD: u64 = 128 * 1024;

/// As much of a file as [`detect`] looks at.
pub(in crate::ingest) fn read_enough(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut bytes)?;
    if content::lists_its_parts(&bytes) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Decides what a file is, of which there is enough ([`read_enough`]), or says in words why it can't be read.
///
/// Where content and name contradict each other the file is refused, except where the content
/// is plainly readable and the name merely uninformative (a PDF called `.bin` or `.txt`), or
/// where programs are known to write the one under the name of the other.
pub fn detect(bytes: &[u8], filename: &str) -> Result<DocumentKind, ParseError> {
    if bytes.is_empty() {
        return Err(ParseError::EmptyFile);
    }
    let ending = Ending::of(filename);
    match content::look(bytes)? {
        Content::Readable(kind) => agree(kind, &ending),
        Content::Known(what) => Err(ending.refuse(what)),
        Content::Text => by_name(bytes, &ending),
        Content::Unknown => Err(match ending.claims {
            Some(Claim::Readable(claimed)) => wrong_type(claimed.called(), "binary data of an unknown kind"),
            Some(Claim::Known(what)) => unsupported(what),
            None => unsupported("Files of this kind"),
        }),
    }
}

/// The file name without its ending, made readable: the title of last resort.
pub(in crate::ingest) fn title_from_name(filename: &str) -> Option<String> {
    let name = filename.rsplit(['/', '\\']).next().unwrap_or(filename);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = super::draft::clean(&stem.replace('_', " "));
    (!words.is_empty()).then_some(words)
}

/// Content that can be read: does the name agree, or at least not contradict?
fn agree(kind: DocumentKind, ending: &Ending) -> Result<DocumentKind, ParseError> {
    match ending.claims {
        Some(Claim::Readable(claimed)) if claimed == kind || is_usual(claimed, kind) => Ok(kind),
        Some(Claim::Readable(claimed)) => Err(wrong_type(claimed.called(), kind.called())),
        // The name tells more than a wrapping that many kinds share.
        Some(Claim::Known(what)) if matches!(kind, DocumentKind::Html | DocumentKind::Zip) => {
            Err(unsupported(what))
        }
        _ => Ok(kind),
    }
}

/// Whether programs write files of this kind under the name of the claimed one.
fn is_usual(claimed: DocumentKind, kind: DocumentKind) -> bool {
    use DocumentKind::{
        Doc, Docx, Email, Html, Markdown, Odp, Ods, Odt, Picture, Plain, Ppt, Pptx, Rtf, Xls, Xlsx, Xml, Zip,
    };
    match (claimed, kind) {
        // Text editors and browsers save anything under these names.
        (Plain | Markdown, _) => true,
        (Doc, Docx | Rtf | Html)
        | (Xls, Xlsx | Html)
        | (Ppt, Pptx)
        | (Xml, Html | Odt | Ods | Odp | Xls)
        | (Email, Html) => true,
        (Picture(_), Picture(_)) => true,
        (Zip, zipped) => zipped.is_zipped(),
        _ => false,
    }
}

/// Text: the name says of which kind.
fn by_name(bytes: &[u8], ending: &Ending) -> Result<DocumentKind, ParseError> {
    match ending.claims {
        Some(Claim::Readable(claimed)) if claimed.is_text() => Ok(claimed),
        // Web applications export tables of text under this name.
        Some(Claim::Readable(DocumentKind::Xls)) => Ok(DocumentKind::Csv),
        Some(Claim::Readable(claimed)) if claimed.is_zipped() && bytes.starts_with(b"PK") => {
            Err(ParseError::damaged("only its first bytes are there"))
        }
        Some(Claim::Readable(claimed)) => Err(wrong_type(claimed.called(), "plain text")),
        Some(Claim::Known(what)) => Err(unsupported(what)),
        None if content::is_xml(bytes) => Ok(DocumentKind::Xml),
        None if mailbox::begins(bytes) => Ok(DocumentKind::Mailbox),
        None if calendar::begins(bytes) => Ok(DocumentKind::Calendar),
        None if content::is_email(bytes) => Ok(DocumentKind::Email),
        None => Ok(DocumentKind::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8], name: &str) -> String {
        detect(bytes, name).unwrap_err().to_string()
    }

    #[test]
    fn content_wins_over_an_uninformative_name() {
        assert_eq!(detect(b"%PDF-1.7\n...", "scan.bin"), Ok(DocumentKind::Pdf));
        assert_eq!(detect(b"%PDF-1.7\n...", "notes.txt"), Ok(DocumentKind::Pdf));
        assert_eq!(detect(b"<!DOCTYPE html><p>x", "page"), Ok(DocumentKind::Html));
        assert_eq!(detect(b"# Title", "README.md"), Ok(DocumentKind::Markdown));
        assert_eq!(detect(b"words", "README"), Ok(DocumentKind::Plain));
    }

    #[test]
    fn a_name_that_lies_is_refused_with_what_the_file_is() {
        assert_eq!(
            refusal(b"\x89PNG\r\n\x1a\n", "letter.docx"),
            "The file is named like a Word document but its content is a picture (PNG). \
             Give it its right ending, or save it again as a Word document."
        );
        assert!(refusal(b"MZ\x90\0\x03", "invoice.pdf").contains("a program (.exe)"));
        assert!(refusal(b"just words", "report.pdf").contains("plain text"));
        assert!(refusal(b"<html><p>x", "report.pdf").contains("a web page (HTML)"));
    }

    #[test]
    fn other_kinds_are_refused_by_name() {
        assert!(
            refusal(b"ID3\x03\0\0", "talk.mp3")
                .starts_with("Sound files (MP3) can't be read. Footnote reads")
        );
        assert!(refusal(b"<svg></svg>", "logo.svg").starts_with("Drawings (SVG)"));
        assert_eq!(detect(b"", "x.pdf"), Err(ParseError::EmptyFile));
    }

    #[test]
    fn what_programs_write_under_an_older_name_is_read() {
        assert_eq!(detect(b"{\\rtf1 x}", "letter.doc"), Ok(DocumentKind::Rtf));
        assert_eq!(detect(b"<html><table>", "export.xls"), Ok(DocumentKind::Html));
        assert_eq!(detect(b"a\tb\n1\t2\n", "export.xls"), Ok(DocumentKind::Csv));
        let flat = b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>";
        assert_eq!(detect(flat, "export.xls"), Ok(DocumentKind::Xls));
        assert_eq!(detect(flat, "export.xml"), Ok(DocumentKind::Xls));
        assert!(refusal(b"{\\rtf1 x}", "letter.docx").contains("a rich text file (.rtf)"));
    }

    #[test]
    fn text_without_a_name_is_known_by_its_first_lines() {
        assert_eq!(detect(b"<?xml version='1.0'?><feed/>", "feed"), Ok(DocumentKind::Xml));
        let message = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Hi\r\n\r\nText";
        assert_eq!(detect(message, "message"), Ok(DocumentKind::Email));
        let folder = [b"From a@b.example Mon Mar  2 09:30:00 2026\n".as_slice(), message].concat();
        assert_eq!(detect(&folder, "Inbox"), Ok(DocumentKind::Mailbox));
        assert_eq!(detect(b"{\"a\": 1}", "notes.txt"), Ok(DocumentKind::Plain));
    }

    #[test]
    fn a_file_name_makes_a_title() {
        assert_eq!(title_from_name("a/travel_policy v2.final.md").as_deref(), Some("travel policy v2.final"));
    }
}
