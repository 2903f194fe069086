//! Scans and pictures, read by a text recognition program.

use std::fs::Permissions;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use server::ingest::parse::{Extracted, Ocr, ParseError, parse_file};
use tempfile::TempDir;

use super::{file, request, zip};

/// The start of a picture: enough to be known as one, and how large it is.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0\0\0\0\0";

/// A PDF of a page of text and a page that only shows a black square.
const MIXED: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R/Resources<</Font<</F 7 0 R>>>>>>endobj\n\
    4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Resources<</XObject<</I 8 0 R>>>>>>endobj\n\
    5 0 obj<</Length 40>>stream\nBT /F 12 Tf 20 100 Td (Words.) Tj ET     \nendstream endobj\n\
    6 0 obj<</Length 30>>stream\nq 200 0 0 200 0 0 cm /I Do Q  \nendstream endobj\n\
    7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
    8 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\
    stream\n\0\nendstream endobj\ntrailer<</Root 1 0 R>>";

/// A program that answers as Tesseract does, and reads `words` on every picture.
async fn program(folder: &TempDir, words: &str) -> Arc<Ocr> {
    let path = folder.path().join("tesseract");
    let script = format!(
        "#!/bin/sh\ncase $1 in\n--version) echo 'tesseract 5.0.0';;\n--list-langs) echo 'Languages (1):'; echo eng;;\n\
         *) {words};;\nesac\n"
    );
    std::fs::write(&path, script).unwrap();
    // Whoever the child becomes may run it.
    for path in [path.as_path(), folder.path()] {
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    Arc::new(Ocr::at(&path).await.unwrap())
}

async fn read(bytes: &[u8], filename: &str, ocr: Option<Arc<Ocr>>) -> Result<Extracted, ParseError> {
    let file = file(bytes);
    let mut request = request(Path::new(file.path()), filename);
    request.ocr = ocr;
    parse_file(request).await
}

const READS: &str = "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t95\\tSeen\\n'";

#[tokio::test]
async fn without_a_program_a_picture_says_what_it_needs() {
    let err = read(PICTURE, "photo.png", None).await.unwrap_err();
    assert_eq!(err.code(), "needs_ocr");
    assert!(err.to_string().contains("needs OCR, which isn't installed"), "{err}");
}

#[tokio::test]
async fn a_picture_is_read_where_there_is_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let ocr = program(&folder, READS).await;
    assert_eq!((ocr.version.as_str(), ocr.languages.as_slice()), ("5.0.0", ["eng".to_owned()].as_slice()));
    let extracted = read(PICTURE, "photo.png", Some(ocr)).await.unwrap();
    assert_eq!((extracted.text.as_str(), extracted.title.as_deref()), ("Seen", Some("photo")));
}

#[tokio::test]
async fn a_scanned_page_is_read_in_its_place_among_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let extracted = read(MIXED, "mixed.pdf", Some(program(&folder, READS).await)).await.unwrap();
    assert_eq!(extracted.text, "Words.\n\nSeen");
    assert_eq!((extracted.pages, extracted.blocks[1].page), (Some(2), Some(2)));
}

#[tokio::test]
async fn a_scanned_page_that_nobody_can_read_is_named() {
    let extracted = read(MIXED, "mixed.pdf", None).await.unwrap();
    assert_eq!(extracted.text, "Words.\n\nPage 2 was not read: it is a scan, and OCR isn't installed.");
}

/// A picture that is large enough to hold words.
const CHART: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0\0\0\0\0";

/// A message with these attachments.
fn message(attachments: &[(&str, &[u8])]) -> Vec<u8> {
    let mut message = "From: ada@example.org\r\nSubject: Scans\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        .to_owned();
    for (name, bytes) in attachments {
        let packed = base64::engine::general_purpose::STANDARD.encode(bytes);
        message += &format!(
            "--part\r\nContent-Type: application/octet-stream; name={name}\r\n\
             Content-Disposition: attachment; filename={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n"
        );
    }
    (message + "--part--\r\n").into_bytes()
}

/// A message with a scan, a photo, an icon, a message with another scan, and a document with a picture.
fn posted() -> Vec<u8> {
    let inner = message(&[("notes.txt", b"Notes."), ("page.png", CHART)]);
    let (_, word, _) = &illustrated()[0];
    let attachments: [(&str, &[u8]); 5] = [
        ("mixed.pdf", MIXED),
        ("photo.png", CHART),
        ("icon.png", PICTURE),
        ("forwarded.eml", &inner),
        ("report.docx", word),
    ];
    message(&attachments)
}

#[tokio::test]
async fn scans_and_pictures_that_a_message_brings_are_read_where_they_are_attached() {
    let folder = tempfile::tempdir().unwrap();
    let extracted = read(&posted(), "scans.eml", Some(program(&folder, READS).await)).await.unwrap();
    assert_eq!(
        extracted.text,
        "Scans\n\nFrom: ada@example.org\n\nSee below.\n\nAttachment mixed.pdf\n\nWords.\n\nSeen\n\n\
         Attachment photo.png\n\nSeen\n\nAttachment icon.png\n\n\
         Attachment forwarded.eml\n\nScans\n\nFrom: ada@example.org\n\nSee below.\n\n\
         Attachment notes.txt\n\nNotes.\n\nAttachment page.png\n\nSeen\n\n\
         Attachment report.docx\n\nBefore.\n\nSeen\n\nAfter."
    );
}

#[tokio::test]
async fn scans_that_a_message_brings_and_nobody_can_read_are_named() {
    let text = read(&posted(), "scans.eml", None).await.unwrap().text;
    assert!(text.contains("Page 2 was not read: it is a scan"), "{text}");
    assert!(text.contains("Attachment photo.png\n\nNot read: The file is a picture of text"), "{text}");
    assert!(text.contains("Attachment icon.png\n\nAttachment forwarded.eml"), "{text}");
}

#[tokio::test]
async fn a_scan_in_a_message_that_cannot_be_read_costs_the_message_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = read(&posted(), "scans.eml", Some(program(&folder, "exit 1").await)).await.unwrap().text;
    assert!(text.contains("Attachment photo.png\n\nNot read: The file is damaged"), "{text}");
    assert!(text.ends_with("Before.\n\nAfter."), "{text}");
}

#[tokio::test]
async fn a_picture_that_the_text_of_a_message_shows_is_read_as_a_part_of_it() {
    let shown = |name: &str, media_type: &str, bytes: &[u8]| {
        let packed = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!(
            "--part\r\nContent-Type: {media_type}; name={name}\r\nContent-Disposition: inline; filename={name}\r\n\
             Content-ID: <{name}@example.org>\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n"
        )
    };
    let parts = [
        shown("logo.png", "image/png", PICTURE),
        shown("pasted.png", "image/png", CHART),
        shown("mixed.pdf", "application/pdf", MIXED),
    ];
    let message = String::from_utf8(message(&[("notes.txt", b"Notes.")])).unwrap();
    let message = message.replacen(
        "--part\r\nContent-Type: application",
        &(parts.concat() + "--part\r\nContent-Type: application"),
        1,
    );
    let outlook = outlook_message(&[
        ("/__properties_version1.0", &[0; 32]),
        ("/__substg1.0_0037001E", b"Scans"),
        ("/__substg1.0_0C1A001E", b"ada@example.org"),
        ("/__substg1.0_1000001E", b"See below."),
        ("/__attach_version1.0_#00000000/__substg1.0_37010102", PICTURE),
        ("/__attach_version1.0_#00000000/__substg1.0_3712001E", b"logo.png@example.org"),
        ("/__attach_version1.0_#00000001/__substg1.0_37010102", CHART),
        ("/__attach_version1.0_#00000001/__substg1.0_3712001E", b"pasted.png@example.org"),
        ("/__attach_version1.0_#00000002/__substg1.0_37010102", MIXED),
        ("/__attach_version1.0_#00000002/__substg1.0_3707001E", b"mixed.pdf"),
        ("/__attach_version1.0_#00000002/__substg1.0_3712001E", b"mixed.pdf@example.org"),
        ("/__attach_version1.0_#00000003/__substg1.0_37010102", b"Notes."),
        ("/__attach_version1.0_#00000003/__substg1.0_3707001E", b"notes.txt"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let ocr = program(&folder, READS).await;
    let text = "Scans\n\nFrom: ada@example.org\n\nSee below.\n\nSeen\n\n\
        Attachment mixed.pdf\n\nWords.\n\nSeen\n\nAttachment notes.txt\n\nNotes.";
    let unread = text.replace("below.\n\nSeen", "below.");
    let unread = unread.replace("Seen", "Page 2 was not read: it is a scan, and OCR isn't installed.");
    for (name, bytes) in [("scans.eml", message.as_bytes()), ("scans.msg", &outlook)] {
        assert_eq!(read(bytes, name, Some(ocr.clone())).await.unwrap().text, text, "{name}");
        assert_eq!(read(bytes, name, None).await.unwrap().text, unread, "{name}");
    }
}

/// An Outlook message of these streams.
fn outlook_message(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        let folder = &path[..path.rfind('/').unwrap()];
        file.create_storage_all(if folder.is_empty() { "/" } else { folder }).unwrap();
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// Documents with a picture between two paragraphs, or on a slide of its own behind another.
fn illustrated() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let relations = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id='r1' Type='x/{kind}' Target='{target}'/></Relationships>")
    };
    let word = zip(&[
        (
            "word/document.xml",
            b"<w:document><w:body><w:p><w:r><w:t>Before.</w:t></w:r><w:r><w:drawing><a:blip r:embed='r1'/>\
              </w:drawing></w:r></w:p><w:p><w:r><w:t>After.</w:t></w:r></w:p></w:body></w:document>",
        ),
        ("word/_rels/document.xml.rels", relations("image", "media/chart.png").as_bytes()),
        ("word/media/chart.png", CHART),
    ]);
    let slides = zip(&[
        ("[Content_Types].xml", b"<Types><Override ContentType='presentationml.main'/></Types>"),
        (
            "ppt/presentation.xml",
            b"<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r1'/><p:sldId id='257' r:id='r2'/></p:sldIdLst></p:presentation>",
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='x/slide' Target='slides/one.xml'/>\
              <Relationship Id='r2' Type='x/slide' Target='slides/two.xml'/></Relationships>",
        ),
        ("ppt/slides/one.xml", b"<p:sld><p:sp><a:p><a:r><a:t>Before.</a:t></a:r></a:p></p:sp></p:sld>"),
        ("ppt/slides/two.xml", b"<p:sld><p:pic><a:blip r:embed='r1'/></p:pic><p:pic><a:blip r:embed='r1'/></p:pic></p:sld>"),
        ("ppt/slides/_rels/two.xml.rels", relations("image", "../media/chart.png").as_bytes()),
        ("ppt/media/chart.png", CHART),
    ]);
    let paragraphs = b"<office:document-content><office:body><office:text><text:p>Before.<draw:frame>\
        <draw:image xlink:href='Pictures/chart.png'/></draw:frame></text:p><text:p>After.</text:p></office:text>\
        </office:body></office:document-content>";
    let text = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", paragraphs),
        ("Pictures/chart.png", CHART),
    ]);
    let pages = b"<office:document-content><office:body><office:presentation><draw:page><draw:frame><draw:text-box>\
        <text:p>Before.</text:p></draw:text-box></draw:frame></draw:page><draw:page><draw:frame>\
        <draw:image xlink:href='Pictures/chart.png'/></draw:frame></draw:page></office:presentation></office:body></office:document-content>";
    let deck = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        ("content.xml", pages),
        ("Pictures/chart.png", CHART),
    ]);
    let book = zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"),
        (
            "OPS/book.opf",
            b"<package><manifest><item id='a' href='text/one.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>",
        ),
        ("OPS/text/one.xhtml", b"<html><body><p>Before.</p><p><img src='../a%20chart.png'/></p><p>After.</p></body></html>"),
        ("OPS/a chart.png", CHART),
    ]);
    let (between, slide) = ("Before.\n\nSeen\n\nAfter.", "Slide 1\n\nBefore.\n\nSlide 2\n\nSeen");
    vec![
        ("a.docx", word, between),
        ("a.pptx", slides, slide),
        ("a.odt", text, between),
        ("a.odp", deck, slide),
        ("a.epub", book, between),
        ("a.pdf", ILLUSTRATED.to_vec(), between),
    ]
}

/// A page of a PDF with a picture between two lines.
const ILLUSTRATED: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R/Resources<</Font<</F 7 0 R>>/XObject<</I 8 0 R>>>>>>endobj\n\
    5 0 obj<</Length 106>>stream\nBT /F 12 Tf 20 180 Td (Before.) Tj ET q 100 0 0 100 20 50 cm /I Do Q BT /F 12 Tf 20 20 Td (After.) Tj ET     \nendstream endobj\n\
    7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n\
    8 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\
    stream\n\0\nendstream endobj\ntrailer<</Root 1 0 R>>";

#[tokio::test]
async fn what_a_picture_in_a_document_says_stands_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let ocr = program(&folder, READS).await;
    for (name, bytes, text) in illustrated() {
        let extracted = read(&bytes, name, Some(ocr.clone())).await.unwrap();
        assert_eq!(extracted.text, text, "{name}");
        let page =
            extracted.blocks.iter().rfind(|block| extracted.text[block.start as usize..].starts_with("Seen"));
        let expected = match name {
            "a.pptx" | "a.odp" => Some(2),
            "a.pdf" => Some(1),
            _ => None,
        };
        assert_eq!(page.unwrap().page, expected, "{name}");
    }
}

#[tokio::test]
async fn a_document_whose_pictures_cannot_be_read_is_read_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let crash = program(&folder, "kill -9 $$").await;
    let doubtful = tempfile::tempdir().unwrap();
    let doubts = program(&doubtful, "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t45\\tNoise\\n'").await;
    for (name, bytes, text) in illustrated() {
        let text = text.replace("\n\nSlide 2", "").replace("\n\nSeen", "");
        for ocr in [None, Some(crash.clone()), Some(doubts.clone())] {
            assert_eq!(read(&bytes, name, ocr).await.unwrap().text, text, "{name}");
        }
    }
}

#[tokio::test]
async fn a_document_of_many_pictures_is_read_in_part_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let images: String = (0..5).map(|at| format!("<draw:image xlink:href='{at}.png'/>")).collect();
    let content = format!(
        "<office:document-content><office:body><office:text><text:p>Before.{images}</text:p></office:text></office:body></office:document-content>"
    );
    let names: Vec<String> = (0..5).map(|at| format!("{at}.png")).collect();
    let mut members: Vec<(&str, &[u8])> =
        vec![("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.as_bytes())];
    members.extend(names.iter().map(|name| (name.as_str(), CHART)));
    let file = file(&zip(&members));
    let mut request = request(file.path(), "many.odt");
    request.ocr = Some(program(&folder, READS).await);
    request.limits.pictures = 2;
    let extracted = parse_file(request).await.unwrap();
    let expected =
        "Before.\n\nSeen\n\nSeen\n\nThe pictures from here on were not read: the document holds too many.";
    assert_eq!(extracted.text, expected);
}

#[tokio::test]
async fn the_program_reads_no_files_but_its_own_and_cannot_harm() {
    let folder = tempfile::tempdir().unwrap();
    let secret = tempfile::tempdir().unwrap();
    std::fs::write(secret.path().join("secret"), "secret").unwrap();
    let steal =
        format!("read line < {0}/secret && {READS}; {READS} > {0}/leak || exit 1", secret.path().display());
    std::fs::set_permissions(secret.path(), Permissions::from_mode(0o777)).unwrap();
    let err = read(PICTURE, "photo.png", Some(program(&folder, &steal).await)).await.unwrap_err();
    assert_eq!(err.code(), "damaged", "{err}");
    let crash = program(&folder, "kill -9 $$; sleep 1000").await;
    assert!(read(PICTURE, "photo.png", Some(crash)).await.is_err());
}
