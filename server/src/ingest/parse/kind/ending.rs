//! What a file's name claims, and how kinds are called in sentences.

use super::DocumentKind;
use crate::ingest::parse::ParseError;

/// What the end of a file's name claims it to be.
pub(super) struct Ending {
    /// In lower case, without the dot.
    pub(super) letters: String,
    pub(super) claims: Option<Claim>,
}

#[derive(Clone, Copy)]
pub(super) enum Claim {
    /// How the kind is called in a sentence, and the kind.
    Readable(&'static str, DocumentKind),
    Known(&'static str),
}

impl Ending {
    pub(super) fn of(filename: &str) -> Self {
        let name = filename.rsplit(['/', '\\']).next().unwrap_or(filename);
        let letters = name.rsplit_once('.').map_or("", |(_, end)| end).trim().to_ascii_lowercase();
        let claims = match letters.as_str() {
            "pdf" => Some(Claim::Readable("a PDF", DocumentKind::Pdf)),
            "docx" | "docm" | "dotx" => Some(Claim::Readable("a Word document", DocumentKind::Docx)),
            "html" | "htm" | "xhtml" => Some(Claim::Readable("a web page", DocumentKind::Html)),
            "md" | "markdown" | "mdown" | "mkd" | "mdx" => {
                Some(Claim::Readable("a Markdown file", DocumentKind::Markdown))
            }
            "txt" | "text" => Some(Claim::Readable("a text file", DocumentKind::Plain)),
            other => UNREADABLE_ENDINGS
                .iter()
                .find(|(endings, _)| endings.contains(&other))
                .map(|(_, what)| Claim::Known(what)),
        };
        Self { letters, claims }
    }

    /// Refuses recognised content that can't be read, naming the contradiction if there is one.
    pub(super) fn refuse(&self, what: &'static str) -> ParseError {
        match self.claims {
            Some(Claim::Readable(named, _)) => wrong_type(named, &singular(what)),
            _ => unsupported(what),
        }
    }
}

/// Endings of kinds that can't be read, for files whose content is text or unknown.
const UNREADABLE_ENDINGS: &[(&[&str], &str)] = &[
    (&["xlsx", "xlsm", "xltx"], "Spreadsheets (.xlsx)"),
    (&["xls"], "Old spreadsheets (.xls)"),
    (&["csv", "tsv"], "Tables of values (.csv, .tsv)"),
    (&["pptx", "pptm", "ppsx"], "Presentations (.pptx)"),
    (&["ppt"], "Old presentations (.ppt)"),
    (&["doc", "dot"], "Old Word documents (.doc)"),
    (&["rtf"], "Rich text files (.rtf)"),
    (&["odt"], "OpenDocument texts (.odt)"),
    (&["ods"], "OpenDocument spreadsheets (.ods)"),
    (&["odp"], "OpenDocument presentations (.odp)"),
    (&["epub", "mobi", "azw3"], "E-books"),
    (&["eml", "msg", "mbox"], "E-mail messages"),
    (&["json", "ndjson", "jsonl", "ipynb"], "JSON files"),
    (&["xml", "xsd", "xsl", "rss"], "XML files"),
    (&["svg", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "ico"], "Pictures"),
    (&["mp3", "wav", "ogg", "flac", "m4a"], "Sound files"),
    (&["mp4", "mov", "avi", "mkv", "webm"], "Films"),
    (&["zip", "gz", "tgz", "tar", "7z", "rar", "xz", "bz2"], "Archives"),
    (&["exe", "dll", "so", "msi", "bat", "jar"], "Programs"),
    (&["pages", "numbers", "key"], "Apple iWork files"),
    (&["vsdx", "vsd"], "Visio drawings"),
    (&["one"], "OneNote files"),
];

pub(super) fn unsupported(what: &str) -> ParseError {
    ParseError::UnsupportedType { what: what.to_owned() }
}

pub(super) fn wrong_type(named: &str, really: &str) -> ParseError {
    ParseError::WrongType { named: named.to_owned(), really: really.to_owned() }
}

/// "Pictures (PNG)" as one of them: "a picture (PNG)".
fn singular(what: &str) -> String {
    let (plural, rest) =
        what.split_once(" (").map_or((what, String::new()), |(noun, rest)| (noun, format!(" ({rest}")));
    let noun = plural.strip_suffix('s').unwrap_or(plural).to_owned();
    let noun = noun.to_lowercase().replace("opendocument", "OpenDocument").replace("word", "Word");
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'O']) { "an" } else { "a" };
    format!("{article} {noun}{rest}")
}
