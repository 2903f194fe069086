//! The kinds of documents that can be read, and what they are called.

/// The kinds of documents that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    Pdf,
    Docx,
    /// Word 97 to 2003.
    Doc,
    Pptx,
    /// PowerPoint 97 to 2003.
    Ppt,
    /// Excel since 2007, also its binary form (.xlsb).
    Xlsx,
    /// Excel 97 to 2003.
    Xls,
    Odt,
    Ods,
    Odp,
    Rtf,
    Epub,
    Html,
    Markdown,
    Plain,
    /// Values separated by commas, semicolons, tabs or bars.
    Csv,
    Json,
    /// A JSON value a line.
    JsonLines,
    Xml,
    /// A message as it is sent (RFC 5322), also a web page saved as one (MHTML).
    Email,
    OutlookMessage,
    /// What Outlook wraps attachments in (winmail.dat).
    OutlookWrapping,
    /// A mail folder, message after message (RFC 4155).
    Mailbox,
    /// Events and invitations (RFC 5545).
    Calendar,
    Zip,
    Picture(PictureFormat),
}

/// The kinds of pictures that text recognition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    Png,
    Jpeg,
    Tiff,
    Gif,
    Bmp,
    Webp,
}

impl DocumentKind {
    /// The media type: IANA's, or the usual one where IANA has none.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Doc => "application/msword",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xls => "application/vnd.ms-excel",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Rtf => "application/rtf",
            Self::Epub => "application/epub+zip",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Plain => "text/plain",
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Xml => "application/xml",
            Self::Email => "message/rfc822",
            Self::OutlookMessage => "application/vnd.ms-outlook",
            Self::OutlookWrapping => "application/vnd.ms-tnef",
            Self::Mailbox => "application/mbox",
            Self::Calendar => "text/calendar",
            Self::Zip => "application/zip",
            Self::Picture(PictureFormat::Png) => "image/png",
            Self::Picture(PictureFormat::Jpeg) => "image/jpeg",
            Self::Picture(PictureFormat::Tiff) => "image/tiff",
            Self::Picture(PictureFormat::Gif) => "image/gif",
            Self::Picture(PictureFormat::Bmp) => "image/bmp",
            Self::Picture(PictureFormat::Webp) => "image/webp",
        }
    }

    /// What one of them is called in a sentence.
    pub(super) fn called(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF",
            Self::Docx => "a Word document",
            Self::Doc => "an old Word document (.doc)",
            Self::Pptx => "a presentation (.pptx)",
            Self::Ppt => "an old presentation (.ppt)",
            Self::Xlsx => "a spreadsheet (.xlsx)",
            Self::Xls => "an old spreadsheet (.xls)",
            Self::Odt => "an OpenDocument text",
            Self::Ods => "an OpenDocument spreadsheet",
            Self::Odp => "an OpenDocument presentation",
            Self::Rtf => "a rich text file (.rtf)",
            Self::Epub => "an e-book (.epub)",
            Self::Html => "a web page (HTML)",
            Self::Markdown => "a Markdown file",
            Self::Plain => "a text file",
            Self::Csv => "a table of values (.csv)",
            Self::Json | Self::JsonLines => "a JSON file",
            Self::Xml => "an XML file",
            Self::Email => "an e-mail message",
            Self::OutlookMessage => "an Outlook message (.msg)",
            Self::OutlookWrapping => "a message wrapped by Outlook (winmail.dat)",
            Self::Mailbox => "a mail folder (.mbox)",
            Self::Calendar => "a calendar (.ics)",
            Self::Zip => "a ZIP archive",
            Self::Picture(PictureFormat::Png) => "a picture (PNG)",
            Self::Picture(PictureFormat::Jpeg) => "a picture (JPEG)",
            Self::Picture(PictureFormat::Tiff) => "a picture (TIFF)",
            Self::Picture(PictureFormat::Gif) => "a picture (GIF)",
            Self::Picture(PictureFormat::Bmp) => "a picture (BMP)",
            Self::Picture(PictureFormat::Webp) => "a picture (WebP)",
        }
    }

    /// Whether files of this kind are text, which says of which kind only by its name.
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Html
                | Self::Markdown
                | Self::Plain
                | Self::Csv
                | Self::Json
                | Self::JsonLines
                | Self::Xml
                | Self::Email
                | Self::Mailbox
                | Self::Calendar
        )
    }

    /// Whether files of this kind are zip archives.
    pub(super) fn is_zipped(self) -> bool {
        use DocumentKind::{Docx, Epub, Odp, Ods, Odt, Pptx, Xlsx, Zip};
        matches!(self, Docx | Pptx | Xlsx | Odt | Ods | Odp | Epub | Zip)
    }
}
