//! Scans and pictures, read by a text recognition program.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use server::ingest::parse::{Extracted, Ocr, ParseError, parse_file};
use tempfile::TempDir;

use super::{file, request};

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
