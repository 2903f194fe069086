//! What a file's name claims, and how kinds are called in sentences.

use super::{DocumentKind, PictureFormat};
use crate::ingest::parse::ParseError;

/// What the end of a file's name claims it to be.
pub(super) struct Ending {
    pub(super) claims: Option<Claim>,
}

#[derive(Clone, Copy)]
pub(super) enum Claim {
    Readable(DocumentKind),
    /// A kind that can't be read, in words that can begin a sentence.
    Known(&'static str),
}

impl Ending {
    pub(super) fn of(filename: &str) -> Self {
        let name = filename.rsplit(['/', '\\']).next().unwrap_or(filename);
        let letters = name.rsplit_once('.').map_or("", |(_, end)| end).trim().to_ascii_lowercase();
        let readable = READABLE_ENDINGS.iter().find(|(endings, _)| endings.contains(&letters.as_str()));
        let claims = match readable {
            Some((_, kind)) => Some(Claim::Readable(*kind)),
            None => UNREADABLE_ENDINGS
                .iter()
                .find(|(endings, _)| endings.contains(&letters.as_str()))
                .map(|(_, what)| Claim::Known(what)),
        };
        Self { claims }
    }

    /// Refuses recognised content that can't be read, naming the contradiction if there is one.
    pub(super) fn refuse(&self, what: &'static str) -> ParseError {
        match self.claims {
            Some(Claim::Readable(claimed)) => wrong_type(claimed.called(), &singular(what)),
            _ => unsupported(what),
        }
    }
}

const READABLE_ENDINGS: &[(&[&str], DocumentKind)] = &[
    (&["pdf"], DocumentKind::Pdf),
    (&["docx", "docm", "dotx", "dotm"], DocumentKind::Docx),
    (&["doc", "dot"], DocumentKind::Doc),
    (&["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"], DocumentKind::Pptx),
    (&["ppt", "pps", "pot"], DocumentKind::Ppt),
    (&["xlsx", "xlsm", "xltx", "xltm", "xlsb"], DocumentKind::Xlsx),
    (&["xls", "xlt"], DocumentKind::Xls),
    (&["odt", "ott", "fodt"], DocumentKind::Odt),
    (&["ods", "ots", "fods"], DocumentKind::Ods),
    (&["odp", "otp", "fodp"], DocumentKind::Odp),
    (&["rtf"], DocumentKind::Rtf),
    (&["epub"], DocumentKind::Epub),
    (&["html", "htm", "xhtml"], DocumentKind::Html),
    (&["md", "markdown", "mdown", "mkd", "mdx"], DocumentKind::Markdown),
    (&["txt", "text"], DocumentKind::Plain),
    (&["csv", "tsv", "tab"], DocumentKind::Csv),
    (&["json", "jsonc", "code-workspace", "geojson", "ipynb"], DocumentKind::Json),
    (&["jsonl", "ndjson"], DocumentKind::JsonLines),
    (&["xml", "xsd", "xsl", "rss", "atom"], DocumentKind::Xml),
    (&["eml", "mht", "mhtml"], DocumentKind::Email),
    (&["msg"], DocumentKind::OutlookMessage),
    (&["tnef"], DocumentKind::OutlookWrapping),
    (&["mbox", "mbx"], DocumentKind::Mailbox),
    (&["ics", "ical", "vcs"], DocumentKind::Calendar),
    (&["zip"], DocumentKind::Zip),
    (&["png"], DocumentKind::Picture(PictureFormat::Png)),
    (&["jpg", "jpeg"], DocumentKind::Picture(PictureFormat::Jpeg)),
    (&["tif", "tiff"], DocumentKind::Picture(PictureFormat::Tiff)),
    (&["gif"], DocumentKind::Picture(PictureFormat::Gif)),
    (&["bmp"], DocumentKind::Picture(PictureFormat::Bmp)),
    (&["webp"], DocumentKind::Picture(PictureFormat::Webp)),
];

/// Endings of kinds that can't be read, for files whose content is text or unknown.
const UNREADABLE_ENDINGS: &[(&[&str], &str)] = &[
    (&["mobi", "azw3"], "Kindle e-books"),
    (&["pst", "ost"], "Outlook data files"),
    (&["svg"], "Drawings (SVG)"),
    (&["heic", "avif", "ico", "psd"], "Pictures of this kind"),
    (&["mp3", "wav", "ogg", "flac", "m4a"], "Sound files"),
    (&["mp4", "mov", "avi", "mkv", "webm"], "Films"),
    (&["gz", "tgz", "tar", "7z", "rar", "xz", "bz2"], "Archives other than .zip"),
    (&["exe", "dll", "so", "msi", "bat", "jar", "apk"], "Programs"),
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

/// "Sound files (MP3)" as one of them: "a sound file (MP3)".
fn singular(what: &str) -> String {
    let (plural, rest) =
        what.split_once(" (").map_or((what, String::new()), |(noun, rest)| (noun, format!(" ({rest}")));
    let noun = plural.strip_suffix('s').unwrap_or(plural).to_lowercase();
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}{rest}")
}
