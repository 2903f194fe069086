//! ZIP archives inside other documents: each file in them under its path. One that is uploaded itself
//! is unpacked instead ([`super::unpack`]).

use super::archive::Archive;
use super::draft::Draft;
use super::member::Allowance;
use super::{Found, ParseError};

pub(super) fn parse(bytes: &[u8], allowance: &mut Allowance) -> Result<Found, ParseError> {
    let mut archive = Archive::open(bytes)?;
    let mut draft = Draft::default();
    for (_, name) in archive.files().into_iter().filter(|(_, name)| is_document(name)) {
        let filename = name.rsplit('/').next().unwrap_or(&name);
        match archive.read(&name) {
            Ok(Some(bytes)) => allowance.write(&mut draft, &name, filename, &bytes)?,
            Ok(None) => {}
            Err(refusal) => allowance.refuse(&mut draft, &name, refusal)?,
        }
    }
    match allowance.refusal() {
        Some(refusal) => Err(refusal),
        None => Ok(draft.finish_with_scans(None, None)),
    }
}

/// Leaves out what systems put into archives without being asked.
pub(super) fn is_document(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    !name.starts_with("__MACOSX/") && !matches!(file, "" | ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::ingest::parse::{BlockKind, Extracted};

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
        super::parse(bytes, &mut Allowance::default()).map(|found| found.extracted)
    }

    #[test]
    fn each_file_stands_under_its_path_and_what_cannot_be_read_says_so() {
        let file = zip(&[
            ("hr/", b""),
            ("hr/leave.md", b"# Leave\n\nAsk first."),
            ("__MACOSX/hr/._leave.md", b"\0\0"),
            ("hr/run.exe", b"MZ\x90\0"),
        ]);
        let extracted = parse(&file).unwrap();
        let start =
            "hr/leave.md\n\nLeave\n\nAsk first.\n\nhr/run.exe\n\nNot read: Programs (.exe) can't be read.";
        assert!(extracted.text.starts_with(start), "{}", extracted.text);
        assert_eq!(extracted.blocks[1].kind, BlockKind::Heading { level: 2 });
    }

    #[test]
    fn a_file_that_cannot_be_unpacked_costs_the_others_nothing() {
        let mut file = zip(&[("a.txt", b"first"), ("b.txt", b"second"), ("c.txt", b"third")]);
        let at = file.windows(5).position(|window| window == b"b.txt").unwrap();
        file[at + "b.txt".len()] ^= 0xff;
        let text = parse(&file).unwrap().text;
        let expected =
            "a.txt\n\nfirst\n\nb.txt\n\nNot read: The file is damaged: a part of it can't be unpacked.";
        assert!(text.starts_with(expected) && text.ends_with("c.txt\n\nthird"), "{text}");
        let zeros = vec![b'0'; 8 << 20];
        let bomb = zip(&[("a.txt", b"first"), ("bomb.txt", &zeros)]);
        assert_eq!(parse(&bomb).unwrap_err(), ParseError::Bomb);
    }

    #[test]
    fn an_archive_of_nothing_readable_says_why() {
        assert_eq!(parse(&zip(&[("a.exe", b"MZ\x90\0")])).unwrap_err().code(), "unsupported_type");
    }

    #[test]
    fn archives_in_archives_end_at_the_third() {
        let mut file = zip(&[("a.txt", b"deep")]);
        for _ in 0..2 {
            file = zip(&[("in.zip", &file)]);
        }
        assert!(parse(&file).unwrap().text.ends_with("deep"));
        let file = zip(&[("in.zip", &zip(&[("in.zip", &file)]))]);
        assert_eq!(parse(&file).unwrap_err().code(), "too_large");
    }

    #[test]
    fn what_archives_hold_together_is_limited() {
        let flat = zip(&[("a.txt", b"x"), ("b.txt", b"y")]);
        let members: Vec<(String, &[u8])> =
            (0..3_000).map(|n| (format!("{n}.zip"), flat.as_slice())).collect();
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        assert_eq!(parse(&zip(&members)).unwrap_err(), ParseError::HoldsTooMuch);
    }
}
