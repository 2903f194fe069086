//! Taking an uploaded archive or mail folder apart: each file in it is handed out as it is, to become a
//! document of its own. Archives in it are folders of it.

mod members;

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

pub(in crate::ingest) use self::members::{Members, Next};
use super::archive::{Archive, Unfinished};
use super::draft::Draft;
use super::folder::is_document;
use super::frames::Frames;
use super::mailbox::{self, Message};
use super::{DocumentKind, Extracted, ParseError, kind};
use crate::ingest::name::FilePath;

/// An archive in an archive in an archive is the deepest that anybody sends in earnest.
const DEEPEST: u8 = 3;
/// The most files over all archives in an archive, and the most bytes that they unpack to.
const MOST_FILES: u32 = 5_000;
pub(in crate::ingest) const MOST_BYTES: u64 = 1_000_000_000;
/// The largest archive that is opened within another one, in bytes.
const LARGEST_INNER: u64 = 100_000_000;

/// What is told of an archive's files, in the order of their paths.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::ingest) enum Unpacked {
    /// A file, whose bytes follow.
    File { path: String },
    /// The bytes were all.
    Whole,
    /// It can't be had; what was sent of it counts for nothing.
    NotRead { path: String, why: ParseError },
    /// There is no more; or why the whole archive is refused.
    End(Result<(), ParseError>),
}

/// Hands out the files of an archive, each of at most `largest` bytes.
pub(super) fn unpack<W: Write>(bytes: &[u8], largest: u64, out: Frames<W>) -> io::Result<()> {
    let mut unpacking = Unpacking { out, largest, files_left: MOST_FILES, bytes_left: MOST_BYTES };
    let outcome =
        if mailbox::begins(bytes) { unpacking.mailbox(bytes) } else { unpacking.archive(bytes, "", 1) };
    let ended = match outcome {
        Ok(()) => Ok(()),
        Err(Unfinished::Refused(why)) => Err(why),
        Err(Unfinished::Unheard(error)) => return Err(error),
    };
    unpacking.out.message(&Unpacked::End(ended))
}

struct Unpacking<W> {
    out: Frames<W>,
    largest: u64,
    files_left: u32,
    bytes_left: u64,
}

impl<W: Write> Unpacking<W> {
    fn archive(&mut self, bytes: &[u8], folder: &str, depth: u8) -> Result<(), Unfinished> {
        let mut archive = Archive::open(bytes).map_err(Unfinished::Refused)?;
        for (number, name) in archive.files().into_iter().filter(|(_, name)| is_document(name)) {
            let path = format!("{folder}{name}");
            self.files_left = self.files_left.checked_sub(1).ok_or(TOO_MUCH)?;
            let outcome = if name.to_lowercase().ends_with(".zip") {
                self.inner(&mut archive, number, &path, depth)
            } else {
                self.file(&mut archive, number, &path)
            };
            match outcome {
                Err(Unfinished::Refused(why)) if !why.is_beyond_all() => {
                    self.say(&Unpacked::NotRead { path, why })?;
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }

    /// Each message of a mail folder.
    fn mailbox(&mut self, bytes: &[u8]) -> Result<(), Unfinished> {
        for Message { filename, bytes } in mailbox::messages(bytes) {
            self.files_left = self.files_left.checked_sub(1).ok_or(TOO_MUCH)?;
            self.say(&Unpacked::File { path: filename })?;
            self.out.bytes(&bytes).map_err(Unfinished::Unheard)?;
            self.say(&Unpacked::Whole)?;
        }
        Ok(())
    }

    fn file(&mut self, archive: &mut Archive<'_>, number: usize, path: &str) -> Result<(), Unfinished> {
        self.say(&Unpacked::File { path: path.to_owned() })?;
        let most = self.largest.min(self.bytes_left);
        let out = &mut self.out;
        let size = archive.hand_on(number, most, &mut |bytes| out.bytes(bytes));
        self.count(size)?;
        self.say(&Unpacked::Whole)
    }

    /// An archive within: its files, under its path.
    fn inner(
        &mut self,
        archive: &mut Archive<'_>,
        number: usize,
        path: &str,
        depth: u8,
    ) -> Result<(), Unfinished> {
        let mut bytes = Vec::new();
        let most = LARGEST_INNER.min(self.bytes_left);
        let size = archive.hand_on(number, most, &mut |piece| bytes.write_all(piece));
        self.count(size)?;
        if kind::detect(&bytes, path) != Ok(DocumentKind::Zip) {
            self.say(&Unpacked::File { path: path.to_owned() })?;
            self.out.bytes(&bytes).map_err(Unfinished::Unheard)?;
            return self.say(&Unpacked::Whole);
        }
        if depth >= DEEPEST {
            let why = "it lies too deep in other files".to_owned();
            return Err(Unfinished::Refused(ParseError::TooLarge { why }));
        }
        self.archive(&bytes, &format!("{path}/"), depth + 1)
    }

    /// Counts what was unpacked. A file that went beyond what is left of the whole ends it all.
    fn count(&mut self, size: Result<u64, Unfinished>) -> Result<(), Unfinished> {
        match size {
            Ok(size) => {
                self.bytes_left -= size;
                Ok(())
            }
            Err(Unfinished::Refused(ParseError::TooLarge { .. })) if self.bytes_left < self.largest => {
                Err(TOO_MUCH)
            }
            Err(other) => Err(other),
        }
    }

    fn say(&mut self, message: &Unpacked) -> Result<(), Unfinished> {
        self.out.message(message).map_err(Unfinished::Unheard)
    }
}

const TOO_MUCH: Unfinished = Unfinished::Refused(ParseError::HoldsTooMuch);

/// The text of an archive itself: the list of what is in it, with what can't be had and why.
pub(in crate::ingest) fn listing<'a>(
    archive: &FilePath,
    files: impl Iterator<Item = &'a FilePath>,
    not_read: &[(String, ParseError)],
) -> Result<Extracted, ParseError> {
    let inside = format!("{archive}/");
    let had = files.map(|path| {
        let path = path.to_string();
        path.strip_prefix(&inside).unwrap_or(&path).to_owned()
    });
    let not_had = not_read.iter().map(|(path, why)| format!("{path} (not read: {why})"));
    let mut entries: Vec<String> = had.chain(not_had).collect();
    entries.sort();
    let mut draft = Draft::default();
    for entry in entries {
        draft.list_item(0, &entry)?;
    }
    Ok(draft.finish(kind::title_from_name(&archive.filename), None))
}
