//! What a file is: by its content first, by its name second.

mod ending;

use self::ending::{Claim, Ending, unsupported, wrong_type};
use super::archive::Archive;
use super::{ParseError, encoding};

/// The kinds of documents that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    Pdf,
    Docx,
    Html,
    Markdown,
    Plain,
}

impl DocumentKind {
    /// The IANA media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Plain => "text/plain",
        }
    }
}

/// Decides what a whole file is, or says in words why it can't be read.
///
/// Where content and name contradict each other the file is refused, except where the content
/// is plainly readable and the name merely uninformative (a PDF called `.bin` or `.txt`).
pub fn detect(bytes: &[u8], filename: &str) -> Result<DocumentKind, ParseError> {
    if bytes.is_empty() {
        return Err(ParseError::EmptyFile);
    }
    let ending = Ending::of(filename);
    match content(bytes)? {
        Content::Readable(kind) => agree(kind, &ending),
        Content::Known(what) => Err(ending.refuse(what)),
        Content::Text => by_name(bytes, &ending),
        Content::Unknown => Err(match ending.claims {
            Some(Claim::Readable(named, _)) => wrong_type(named, "binary data of an unknown kind"),
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

/// What the bytes say.
enum Content {
    Readable(DocumentKind),
    /// A recognised kind that can't be read, in words that can begin a sentence.
    Known(&'static str),
    /// Text; of which kind, only the name can tell.
    Text,
    Unknown,
}

fn content(bytes: &[u8]) -> Result<Content, ParseError> {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
        return zip_content(bytes);
    }
    if is(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return ole_content(bytes).map(Content::Known);
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| is(magic)) {
        return Ok(Content::Known(what));
    }
    if is(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Content::Known("Pictures (WebP)"));
    }
    if looks_like_pdf(bytes) {
        return Ok(Content::Readable(DocumentKind::Pdf));
    }
    if !encoding::is_text(bytes) {
        return Ok(Content::Unknown);
    }
    Ok(if is_html(bytes) { Content::Readable(DocumentKind::Html) } else { Content::Text })
}

/// First bytes of kinds that can't be read.
const MAGIC: &[(&[u8], &str)] = &[
    (b"{\\rtf", "Rich text files (.rtf)"),
    (b"\x89PNG\r\n", "Pictures (PNG)"),
    (b"\xff\xd8\xff", "Pictures (JPEG)"),
    (b"GIF8", "Pictures (GIF)"),
    (b"II*\0", "Pictures (TIFF)"),
    (b"MM\0*", "Pictures (TIFF)"),
    (b"\x7fELF", "Programs"),
    (b"MZ\x90\0", "Programs (.exe)"),
    (b"MZ\0\0", "Programs (.exe)"),
    (b"MZ", "Programs (.exe)"),
    (b"\xcf\xfa\xed\xfe", "Programs"),
    (b"\xca\xfe\xba\xbe", "Programs"),
    (b"\x1f\x8b", "Archives (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "Archives (.7z)"),
    (b"Rar!\x1a\x07", "Archives (.rar)"),
    (b"\xfd7zXZ\0", "Archives (.xz)"),
    (b"BZh", "Archives (bzip2)"),
    (b"\x28\xb5\x2f\xfd", "Archives (zstd)"),
    (b"SQLite format 3\0", "Databases (SQLite)"),
    (b"ID3", "Sound files (MP3)"),
    (b"OggS", "Sound files (Ogg)"),
    (b"fLaC", "Sound files (FLAC)"),
    (b"%!PS", "PostScript files"),
    (b"!BDN", "Outlook archives (.pst)"),
];

/// Readers accept a PDF whose header stands a little behind the file's start.
pub(super) fn looks_like_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let Some(at) = head.windows(5).position(|w| w == b"%PDF-") else { return false };
    !head[..at].contains(&b'<')
}

fn zip_content(bytes: &[u8]) -> Result<Content, ParseError> {
    let mut archive = Archive::open(bytes)?;
    if let Some(kind) = archive.read("mimetype")? {
        return Ok(Content::Known(match kind.as_slice() {
            k if k.starts_with(b"application/epub") => "E-books (.epub)",
            k if k.starts_with(b"application/vnd.oasis.opendocument.text") => "OpenDocument texts (.odt)",
            k if k.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => {
                "OpenDocument spreadsheets (.ods)"
            }
            k if k.starts_with(b"application/vnd.oasis.opendocument.presentation") => {
                "OpenDocument presentations (.odp)"
            }
            _ => "Archives (.zip)",
        }));
    }
    let types = archive.read("[Content_Types].xml")?.unwrap_or_default();
    let names = |what: &str| types.windows(what.len()).any(|w| w == what.as_bytes());
    Ok(if names("wordprocessingml.") || names("word.document.macroEnabled") {
        Content::Readable(DocumentKind::Docx)
    } else if names("spreadsheetml.") || names("ms-excel.") {
        Content::Known("Spreadsheets (.xlsx)")
    } else if names("presentationml.") || names("ms-powerpoint.") {
        Content::Known("Presentations (.pptx)")
    } else if archive.has("word/document.xml") {
        Content::Readable(DocumentKind::Docx)
    } else {
        Content::Known("Archives (.zip)")
    })
}

/// Microsoft's compound files: old Office formats, messages, and encrypted new Office files.
fn ole_content(bytes: &[u8]) -> Result<&'static str, ParseError> {
    let names = |stream: &str| {
        let utf16: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(utf16.len()).any(|w| w == utf16)
    };
    if names("EncryptedPackage") {
        return Err(ParseError::NeedsPassword);
    }
    Ok(if names("WordDocument") {
        "Old Word documents (.doc)"
    } else if names("__substg1.0_") {
        "Outlook messages (.msg)"
    } else if names("PowerPoint Document") {
        "Old presentations (.ppt)"
    } else if names("Workbook") || names("Book") {
        "Old spreadsheets (.xls)"
    } else {
        "Old Office files"
    })
}

fn is_html(bytes: &[u8]) -> bool {
    let head = encoding::decode(&bytes[..bytes.len().min(2048) & !1], None).to_ascii_lowercase();
    let start = head.trim_start();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || (start.starts_with("<?xml") && head.contains("<html"))
}

/// Content that can be read: does the name agree, or at least not contradict?
fn agree(kind: DocumentKind, ending: &Ending) -> Result<DocumentKind, ParseError> {
    let really = match kind {
        DocumentKind::Pdf => "a PDF",
        DocumentKind::Docx => "a Word document",
        _ => "a web page (HTML)",
    };
    match ending.claims {
        Some(Claim::Readable(_, claimed)) if claimed == kind => Ok(kind),
        // Text editors and browsers save anything under these names.
        Some(Claim::Readable(_, DocumentKind::Plain | DocumentKind::Markdown)) => Ok(kind),
        Some(Claim::Readable(named, _)) => Err(wrong_type(named, really)),
        Some(Claim::Known(what)) if kind == DocumentKind::Html && ending.letters != "doc" => {
            Err(unsupported(what))
        }
        _ => Ok(kind),
    }
}

/// Text: the name says of which kind.
fn by_name(bytes: &[u8], ending: &Ending) -> Result<DocumentKind, ParseError> {
    match ending.claims {
        Some(Claim::Readable(_, kind @ (DocumentKind::Html | DocumentKind::Markdown))) => Ok(kind),
        Some(Claim::Readable(_, DocumentKind::Plain)) | None => Ok(DocumentKind::Plain),
        Some(Claim::Readable(_, DocumentKind::Docx)) if bytes.starts_with(b"PK") => {
            Err(ParseError::damaged("only its first bytes are there"))
        }
        Some(Claim::Readable(named, _)) => Err(wrong_type(named, "plain text")),
        Some(Claim::Known(what)) => Err(unsupported(what)),
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
        assert_eq!(
            refusal(b"a,b\n1,2\n", "numbers.csv"),
            "Tables of values (.csv, .tsv) can't be read yet. Footnote reads PDF, Word (.docx), \
             HTML, Markdown and plain text."
        );
        assert!(refusal(b"{\\rtf1 x}", "x.rtf").starts_with("Rich text files (.rtf)"));
        assert_eq!(detect(b"", "x.pdf"), Err(ParseError::EmptyFile));
    }

    #[test]
    fn a_file_name_makes_a_title() {
        assert_eq!(title_from_name("a/travel_policy v2.final.md").as_deref(), Some("travel policy v2.final"));
    }
}
