//! Parsing real files, and surviving hostile ones.

mod bombs;
mod files;
mod mutations;
mod recognition;
mod samples;
mod sandbox;

use std::io::Write;
use std::path::{Path, PathBuf};

use server::ingest::parse::{Extracted, ParseError, ParseRequest, parse_file};
use server::store::RuntimeParts;

/// A request that the freshly built program serves.
fn request(path: &Path, filename: &str) -> ParseRequest {
    let parts = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    let mut request = ParseRequest::new(path.to_owned(), filename.to_owned(), parts.pdfium());
    request.program = Some(env!("CARGO_BIN_EXE_footnote").into());
    request
}

/// A request to read a file under its own name.
fn named(path: &Path) -> ParseRequest {
    request(path, &path.file_name().unwrap_or_default().to_string_lossy())
}

async fn parse_bytes(bytes: &[u8], filename: &str) -> Result<Extracted, ParseError> {
    let file = file(bytes);
    parse_file(request(file.path(), filename)).await
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A zip archive of these members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
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
