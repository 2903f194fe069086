//! What a file's bytes say it is.

use std::io::Cursor;

use super::{DocumentKind, PictureFormat};
use crate::ingest::parse::archive::Archive;
use crate::ingest::parse::outlook::tnef;
use crate::ingest::parse::{ParseError, encoding, flat_workbook};

/// What the bytes say.
pub(super) enum Content {
    Readable(DocumentKind),
    /// A recognised kind that can't be read, in words that can begin a sentence.
    Known(&'static str),
    /// Text; of which kind, only the name can tell.
    Text,
    Unknown,
}

/// Whether the bytes begin a file whose kind its parts tell, wherever in it they are listed.
pub(super) fn lists_its_parts(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}

pub(super) fn look(bytes: &[u8]) -> Result<Content, ParseError> {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
        return zip_content(bytes);
    }
    if is(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound_content(bytes);
    }
    if is(b"{\\rtf") {
        return Ok(Content::Readable(DocumentKind::Rtf));
    }
    if is(&tnef::SIGNATURE) {
        return Ok(Content::Readable(DocumentKind::OutlookWrapping));
    }
    if let Some((_, format)) = PICTURES.iter().find(|(magic, _)| is(magic)) {
        return Ok(Content::Readable(DocumentKind::Picture(*format)));
    }
    if is(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Content::Readable(DocumentKind::Picture(PictureFormat::Webp)));
    }
    // "BM" alone also begins words; a bitmap states its own length behind it.
    if is(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return Ok(Content::Readable(DocumentKind::Picture(PictureFormat::Bmp)));
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| is(magic)) {
        return Ok(Content::Known(what));
    }
    if looks_like_pdf(bytes) {
        return Ok(Content::Readable(DocumentKind::Pdf));
    }
    if !encoding::is_text(bytes) {
        return Ok(Content::Unknown);
    }
    if flat_workbook::begins(bytes) {
        return Ok(Content::Readable(DocumentKind::Xls));
    }
    if let Some(kind) = flat_office(bytes) {
        return Ok(Content::Readable(kind));
    }
    Ok(if is_html(bytes) { Content::Readable(DocumentKind::Html) } else { Content::Text })
}

const PICTURES: &[(&[u8], PictureFormat)] = &[
    (b"\x89PNG\r\n", PictureFormat::Png),
    (b"\xff\xd8\xff", PictureFormat::Jpeg),
    (b"GIF8", PictureFormat::Gif),
    (b"II*\0", PictureFormat::Tiff),
    (b"MM\0*", PictureFormat::Tiff),
];

/// First bytes of kinds that can't be read.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x7fELF", "Programs"),
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
fn looks_like_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let Some(at) = head.windows(5).position(|w| w == b"%PDF-") else { return false };
    !head[..at].contains(&b'<')
}

/// Whether the file is a PDF, or may carry one as a message or an archive does.
pub(in crate::ingest::parse) fn may_hold_pdf(bytes: &[u8]) -> bool {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    looks_like_pdf(bytes) || is(b"PK") || is(&tnef::SIGNATURE) || is(b"\xd0\xcf\x11\xe0") || is_email(bytes)
}

/// Office, OpenDocument and EPUB are all zip archives and say so in one of their members.
fn zip_content(bytes: &[u8]) -> Result<Content, ParseError> {
    let mut archive = Archive::open(bytes)?;
    if let Some(kind) = archive.read("mimetype")? {
        let open_document = |what: &str| {
            kind.strip_prefix(b"application/vnd.oasis.opendocument.")
                .is_some_and(|rest| rest.starts_with(what.as_bytes()))
        };
        return Ok(if kind.starts_with(b"application/epub") {
            Content::Readable(DocumentKind::Epub)
        } else if open_document("text") {
            Content::Readable(DocumentKind::Odt)
        } else if open_document("spreadsheet") {
            Content::Readable(DocumentKind::Ods)
        } else if open_document("presentation") {
            Content::Readable(DocumentKind::Odp)
        } else if open_document("") {
            Content::Known("OpenDocument files of this kind")
        } else {
            Content::Readable(DocumentKind::Zip)
        });
    }
    let types = archive.read("[Content_Types].xml")?.unwrap_or_default();
    let names = |what: &str| types.windows(what.len()).any(|w| w == what.as_bytes());
    Ok(if names("wordprocessingml.") || names("word.document.macroEnabled") {
        Content::Readable(DocumentKind::Docx)
    } else if names("presentationml.") || names("ms-powerpoint.") {
        Content::Readable(DocumentKind::Pptx)
    } else if names("spreadsheetml.") || names("ms-excel.") {
        Content::Readable(DocumentKind::Xlsx)
    } else if archive.has("word/document.xml") {
        Content::Readable(DocumentKind::Docx)
    } else if archive.has("META-INF/container.xml") {
        Content::Readable(DocumentKind::Epub)
    } else if archive.has("Index/Document.iwa") {
        Content::Known("Apple iWork files")
    } else if archive.has("META-INF/MANIFEST.MF") || archive.has("AndroidManifest.xml") {
        Content::Known("Programs (.jar)")
    } else {
        Content::Readable(DocumentKind::Zip)
    })
}

/// Microsoft's compound files: old Office formats, messages, and encrypted new Office files.
fn compound_content(bytes: &[u8]) -> Result<Content, ParseError> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes))
        .map_err(|_| ParseError::damaged("it is an old Office file that can't be opened, perhaps cut off"))?;
    let has = |name: &str| file.exists(name);
    if has("/EncryptedPackage") {
        return Err(ParseError::NeedsPassword);
    }
    Ok(if has("/__properties_version1.0") {
        Content::Readable(DocumentKind::OutlookMessage)
    } else if has("/PowerPoint Document") {
        Content::Readable(DocumentKind::Ppt)
    } else if has("/WordDocument") {
        Content::Readable(DocumentKind::Doc)
    } else if has("/Workbook") || has("/Book") {
        Content::Readable(DocumentKind::Xls)
    } else {
        Content::Known("Old Office files of this kind")
    })
}

/// An OpenDocument file that is XML as a whole, not an archive.
fn flat_office(bytes: &[u8]) -> Option<DocumentKind> {
    /// The root names all its vocabularies before it says what it is.
    const HEAD: usize = 8 * 1024;
    let head = &bytes[..bytes.len().min(HEAD)];
    let has = |what: &[u8]| head.windows(what.len()).any(|window| window == what);
    if !bytes.starts_with(b"<?xml") || !has(b"<office:document") {
        return None;
    }
    let kinds = [
        ("text", DocumentKind::Odt),
        ("spreadsheet", DocumentKind::Ods),
        ("presentation", DocumentKind::Odp),
    ];
    let is = |what: &str| has(format!("application/vnd.oasis.opendocument.{what}").as_bytes());
    kinds.into_iter().find(|(what, _)| is(what)).map(|(_, kind)| kind)
}

fn is_html(bytes: &[u8]) -> bool {
    let start = start_of(bytes);
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || (start.starts_with("<?xml") && start.contains("<html"))
}

pub(super) fn is_xml(bytes: &[u8]) -> bool {
    start_of(bytes).starts_with("<?xml")
}

/// Whether the first lines are the header of a message.
pub(super) fn is_email(bytes: &[u8]) -> bool {
    const FIELDS: &[&str] =
        &["from:", "to:", "subject:", "date:", "received:", "return-path:", "message-id:", "mime-version:"];
    let start = start_of(bytes);
    let named = start.lines().take(20).filter(|line| FIELDS.iter().any(|field| line.starts_with(field)));
    start.lines().next().is_some_and(|line| line.contains(": ")) && named.count() >= 3
}

fn start_of(bytes: &[u8]) -> String {
    let head = encoding::decode(&bytes[..bytes.len().min(2048) & !1], None).to_ascii_lowercase();
    head.trim_start().to_owned()
}
