//! What the fuzz targets share: a text goes into a parser, and what comes out must hold together.

#[expect(dead_code, unused_imports, reason = "the server uses what the targets don't")]
mod ingest;
#[expect(dead_code, reason = "the server uses what the targets don't")]
#[path = "../../server/src/politeness.rs"]
mod politeness;

use std::io::{Cursor, Write};

use unicode_normalization::is_nfc;

pub use self::ingest::parse::kind;
use self::ingest::parse::{Extracted, parse_bytes};

/// Reads a file of this name. It may be refused; what is read must be whole.
pub fn read(bytes: &[u8], filename: &str) {
    if let Ok(extracted) = parse_bytes(bytes, filename) {
        check(&extracted);
    }
}

/// Reads an archive in which `members` say what it is, and `text` stands at each of `places`.
pub fn read_archive(members: &[(&str, &str)], places: &[&str], text: &[u8], filename: &str) {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let fixed = members.iter().map(|(name, content)| (*name, content.as_bytes()));
    for (name, content) in fixed.chain(places.iter().map(|name| (*name, text))) {
        let written = zip.start_file(name, stored).and_then(|()| Ok(zip.write_all(content)?));
        written.expect("an archive in memory can be written");
    }
    let archive = zip.finish().expect("an archive in memory can be written").into_inner();
    read(&archive, filename);
}

/// Blocks come in order, don't overlap and lie within a text that is as it should be.
fn check(extracted: &Extracted) {
    let length = u32::try_from(extracted.text.chars().count()).expect("texts are limited");
    let mut end = 0;
    for block in &extracted.blocks {
        assert!(
            end <= block.start && block.start < block.end && block.end <= length,
            "{block:?} of {length}"
        );
        end = block.end;
    }
    assert!(is_nfc(&extracted.text), "the text isn't in NFC");
    assert!(!extracted.text.chars().any(|c| c.is_control() && c != '\n'), "the text has control characters");
}
