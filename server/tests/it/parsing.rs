//! Parsing real files, and surviving hostile ones.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use server::ingest::parse::{BlockKind, Extracted, Fault, Limits, ParseError, ParseRequest, parse_file};
use server::store::RuntimeParts;
use unicode_normalization::UnicodeNormalization;

/// A request that the freshly built program serves.
fn request(path: &Path, filename: &str) -> ParseRequest {
    let parts = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    let mut request = ParseRequest::new(path.to_owned(), filename.to_owned(), parts.pdfium());
    request.program = Some(env!("CARGO_BIN_EXE_footnote").into());
    request
}

async fn parse(path: &Path) -> Result<Extracted, ParseError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    parse_file(request(path, &name.unwrap_or_default())).await
}

async fn parse_bytes(bytes: &[u8], filename: &str) -> Result<Extracted, ParseError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    parse_file(request(file.path(), filename)).await
}

async fn parse_with_fault(fault: Fault, limits: Limits) -> Result<Extracted, ParseError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"Harmless words.").unwrap();
    let mut request = request(file.path(), "harmless.txt").with_fault(fault);
    request.limits = limits;
    parse_file(request).await
}

/// The sample files beside the project; says so where they are missing.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn data(path: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    let found = found.canonicalize().ok();
    if found.is_none() {
        eprintln!("skipped: there is no ../shared/data/{path} beside the project");
    }
    found
}

#[tokio::test]
async fn a_file_is_read_in_a_child_process() {
    let extracted = parse_bytes("# Müll\n\nAm *Montag*.".as_bytes(), "müll.md").await.unwrap();
    assert_eq!(extracted.text, "Müll\n\nAm Montag.");
    assert_eq!(extracted.title.as_deref(), Some("Müll"));
}

#[tokio::test]
async fn files_that_cannot_be_read_say_why() {
    for (bytes, filename, code) in [
        (b"".as_slice(), "empty.pdf", "empty_file"),
        (b" \n\t ", "blank.txt", "no_text"),
        (b"MZ\x90\0\x03\0\0\0\x04", "invoice.pdf", "wrong_type"),
        (b"ID3\x03\0\0", "talk.mp3", "unsupported_type"),
        (b"%PDF-1.7\nnothing more", "cut.pdf", "damaged"),
        (b"PK\x03\x04cut off", "cut.docx", "damaged"),
    ] {
        let err = parse_bytes(bytes, filename).await.unwrap_err();
        assert_eq!(err.code(), code, "{filename}: {err}");
    }
}

#[tokio::test]
async fn a_parser_that_crashes_fails_alone() {
    for fault in [Fault::Panic, Fault::Abort] {
        let outcome = parse_with_fault(fault, Limits::default()).await;
        assert_eq!(outcome, Err(ParseError::ParserCrashed));
    }
}

#[tokio::test]
async fn a_parser_that_never_ends_is_stopped() {
    let busy = Limits { cpu_seconds: 1, ..Limits::default() };
    assert_eq!(parse_with_fault(Fault::Loop, busy).await, Err(ParseError::TookTooLong));
    let idle = Limits { wall: Duration::from_millis(300), ..Limits::default() };
    assert_eq!(parse_with_fault(Fault::Sleep, idle).await, Err(ParseError::TookTooLong));
}

#[tokio::test]
async fn a_parser_that_eats_memory_is_stopped() {
    let limits = Limits { memory_bytes: 1 << 30, ..Limits::default() };
    let outcome = parse_with_fault(Fault::EatMemory, limits).await;
    assert_eq!(outcome, Err(ParseError::UsedTooMuchMemory));
}

#[tokio::test]
async fn a_parser_that_talks_without_end_is_stopped() {
    let limits = Limits { output_bytes: 1 << 20, ..Limits::default() };
    let outcome = parse_with_fault(Fault::Flood, limits).await;
    assert_eq!(outcome.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn a_parser_cannot_write_files() {
    let outcome = parse_with_fault(Fault::WriteFile, Limits::default()).await;
    assert_eq!(outcome, Err(ParseError::ParserCrashed));
}

#[tokio::test]
async fn a_missing_program_is_the_servers_fault() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut request = request(file.path(), "x.txt");
    request.program = Some("/nowhere/footnote".into());
    assert_eq!(parse_file(request).await, Err(ParseError::ParserUnavailable));
}

#[tokio::test]
async fn a_word_document_that_unpacks_to_a_thousand_times_its_size_is_refused() {
    let bomb = docx(|out| {
        out.write_all(b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>")?;
        let block = vec![b'A'; 1 << 20];
        (0..64).try_for_each(|_| out.write_all(&block))
    });
    assert!(bomb.len() < 256 << 10);
    let err = parse_bytes(&bomb, "bomb.docx").await.unwrap_err();
    assert_eq!(err.code(), "too_large", "{err}");
}

#[tokio::test]
async fn a_word_document_with_entities_is_refused_unexpanded() {
    let laughs = docx(|out| {
        out.write_all(
            b"<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">\
              <!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
              <w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p></w:body>\
              </w:document>",
        )
    });
    let err = parse_bytes(&laughs, "laughs.docx").await.unwrap_err();
    assert_eq!(err.code(), "damaged", "{err}");
}

#[tokio::test]
async fn deep_nesting_ends_one_way_or_the_other() {
    let page = format!("<p>top{}", "<div>".repeat(200_000));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(page.as_bytes()).unwrap();
    let mut request = request(file.path(), "deep.html");
    request.limits.cpu_seconds = 10;
    match parse_file(request).await {
        Ok(extracted) => assert_eq!(extracted.text, "top"),
        Err(err) => assert_eq!(err, ParseError::TookTooLong),
    }
}

#[tokio::test]
async fn a_pdf_cut_anywhere_never_takes_the_server_along() {
    let Some(path) = data("northwind/files/PerksPlus.pdf") else { return };
    let whole = std::fs::read(path).unwrap();
    for tenth in 1..10 {
        let cut = &whole[..whole.len() * tenth / 10];
        let err = parse_bytes(cut, "cut.pdf").await.unwrap_err();
        assert!(matches!(err.code(), "damaged" | "needs_ocr"), "{tenth}0 %: {err}");
    }
}

#[tokio::test]
async fn headings_of_a_handbook_are_found_by_their_looks() {
    let Some(path) = data("northwind/files/employee_handbook.pdf") else { return };
    let extracted = parse(&path).await.unwrap();
    let chars: Vec<char> = extracted.text.chars().collect();
    let headings: Vec<String> = extracted
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Heading { .. }))
        .map(|block| chars[block.start as usize..block.end as usize].iter().collect())
        .collect();
    for expected in ["Our Mission", "Values", "Performance Reviews", "Workplace Safety", "Privacy"] {
        assert!(headings.iter().any(|h| h == expected), "{expected} is not among {headings:?}");
    }
    assert_eq!(extracted.title.as_deref(), Some("Zava Employee Handbook"));
    assert_eq!(extracted.pages, Some(11));
}

/// How many of the samples must be read or refused as they should be.
const MOST_WRONG: usize = 8;

/// A line of the samples' manifest.
#[derive(Deserialize)]
struct Sample {
    file: String,
    must_contain: Vec<String>,
    must_fail: bool,
    #[serde(default)]
    must_not_contain: Vec<String>,
    #[serde(default)]
    needs_ocr: bool,
    #[serde(default)]
    expect_empty: bool,
}

impl Sample {
    fn folder(&self) -> &str {
        self.file.trim_start_matches("formats/").split('/').next().unwrap_or_default()
    }

    /// What is wrong with the outcome, if anything is.
    fn complaint(&self, outcome: &Result<Extracted, ParseError>) -> Option<String> {
        let without_ocr = ParseError::NeedsOcr;
        match outcome {
            Err(err) if matches!(err.code(), "parser_crashed" | "parser_unavailable" | "took_too_long") => {
                Some(err.to_string())
            }
            Err(_) if self.must_fail => None,
            Err(err) if *err == without_ocr && (self.needs_ocr || self.expect_empty) => None,
            Err(ParseError::NoText) if self.expect_empty => None,
            Err(err) => Some(err.to_string()),
            Ok(_) if self.must_fail => Some("was read, though it should be refused".to_owned()),
            Ok(_) if self.expect_empty => Some("was read, though there is no text in it".to_owned()),
            Ok(extracted) => self.missing(extracted),
        }
    }

    fn missing(&self, extracted: &Extracted) -> Option<String> {
        let text = folded(&extracted.text);
        let missing = self.must_contain.iter().find(|phrase| !text.contains(&folded(phrase)));
        let unwanted = self.must_not_contain.iter().find(|phrase| text.contains(&folded(phrase)));
        missing
            .map(|phrase| format!("lacks “{phrase}”"))
            .or_else(|| unwanted.map(|phrase| format!("shows “{phrase}”")))
    }
}

fn folded(text: &str) -> String {
    let nfc: String = text.nfc().collect();
    nfc.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn sample_files_of_every_kind_are_read_or_refused_as_they_should_be() {
    let Some(manifest) = data("formats/manifest.jsonl") else { return };
    let root = manifest.parent().unwrap().parent().unwrap();
    let mut by_folder: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in std::fs::read_to_string(&manifest).unwrap().lines() {
        let sample: Sample = serde_json::from_str(line).unwrap();
        let outcome = parse(&root.join(&sample.file)).await;
        let crashed = matches!(&outcome, Err(err) if err.code() == "parser_crashed");
        assert!(!crashed, "{} crashed its parser", sample.file);
        let complaint = sample.complaint(&outcome);
        let (right, all) = by_folder.entry(sample.folder().to_owned()).or_default();
        *right += usize::from(complaint.is_none());
        *all += 1;
        wrong.extend(complaint.map(|complaint| format!("{}: {complaint}", sample.file)));
    }
    println!("{:<15} right", "folder");
    for (folder, (right, all)) in &by_folder {
        println!("{folder:<15} {right:>3} of {all:>3}");
    }
    println!("wrong:\n{}", wrong.join("\n"));
    assert!(wrong.len() <= MOST_WRONG, "\n{}", wrong.join("\n"));
}

/// A Word document whose main part is what `write` writes.
fn docx(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("word/document.xml", options).unwrap();
    write(&mut zip).unwrap();
    zip.finish().unwrap().into_inner()
}
