//! Zip archives, read with limits that trust nothing the archive says of itself.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::ParseError;

/// The most members an archive may list.
const MAX_MEMBERS: u64 = 20_000;
/// The most bytes that may be unpacked from one archive that is one document, over all members.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Text packs about 10:1 and repetitive XML up to 60:1; a bomb packs 1000:1.
const MAX_RATIO: u64 = 200;
/// Small members may pack as well as they like.
const RATIO_MATTERS_FROM: u64 = 4 * 1024 * 1024;

/// An opened archive that counts what is unpacked from it.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    unpacked: u64,
}

/// Why a member wasn't handed on whole.
pub(super) enum Unfinished {
    Refused(ParseError),
    /// Whoever took the bytes doesn't listen any more.
    Unheard(io::Error),
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        // Asked before the list is read, which for millions of members takes what they take.
        within_count(listed_members(bytes))?;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|err| unreadable(&err))?;
        within_count(zip.len() as u64)?;
        Ok(Self { zip, unpacked: 0 })
    }

    /// The number of a member.
    pub(super) fn number_of(&self, name: &str) -> Option<usize> {
        self.zip.index_for_name(name)
    }

    /// The first bytes of a member, at most `most`; `None` where there is no such member, or it
    /// can't be unpacked.
    pub(super) fn head(&mut self, name: &str, most: u64) -> Option<Vec<u8>> {
        let member = self.zip.by_name(name).ok()?;
        let mut head = Vec::new();
        member.take(most).read_to_end(&mut head).ok()?;
        Some(head)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The members that are files, with their numbers, by name.
    pub(super) fn files(&mut self) -> Vec<(usize, String)> {
        let mut files: Vec<(usize, String)> = (0..self.zip.len())
            .filter_map(|number| {
                let file = self.zip.by_index_raw(number).ok()?;
                let name = file.name().ok()?.into_owned();
                (!file.is_dir() && !file.is_symlink()).then_some((number, name))
            })
            .collect();
        files.sort_by(|(_, one), (_, other)| one.cmp(other));
        files
    }

    /// Hands a member on as it is unpacked, at most `most` bytes of it. Returns how many there were.
    ///
    /// # Errors
    /// [`ParseError::Bomb`] where it packs better than any document does.
    pub(super) fn hand_on(
        &mut self,
        number: usize,
        most: u64,
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<u64, Unfinished> {
        let mut member = self.zip.by_index(number).map_err(|err| Unfinished::Refused(unreadable(&err)))?;
        let fair = fair_size(&member);
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let read = member.read(&mut buffer).map_err(|err| Unfinished::Refused(not_unpacked(&err)))?;
            size += read as u64;
            if size > fair {
                return Err(Unfinished::Refused(ParseError::Bomb));
            }
            if size > most {
                let why = format!("it unpacks to more than {} MB", most / 1_000_000);
                return Err(Unfinished::Refused(ParseError::TooLarge { why }));
            }
            if read == 0 {
                return Ok(size);
            }
            take(&buffer[..read]).map_err(Unfinished::Unheard)?;
        }
    }

    /// Unpacks everything once and keeps nothing: whoever reads the archive by other means then
    /// knows that it isn't a bomb.
    pub(super) fn measure(&mut self) -> Result<(), ParseError> {
        (0..self.zip.len()).try_for_each(|index| {
            let member = self.zip.by_index(index).map_err(|err| unreadable(&err))?;
            unpack(member, &mut self.unpacked).map(drop)
        })
    }

    /// A member's bytes; `None` where the archive has no such member.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ParseError> {
        match self.zip.by_name(name) {
            Ok(member) => unpack(member, &mut self.unpacked).map(Some),
            Err(ZipError::FileNotFound) => Ok(None),
            Err(err) => Err(unreadable(&err)),
        }
    }
}

/// A member's bytes, if it and all that was unpacked before it stay within the limits.
fn unpack(member: ZipFile<Cursor<&[u8]>>, unpacked: &mut u64) -> Result<Vec<u8>, ParseError> {
    let limit = fair_size(&member).min(MAX_UNPACKED - *unpacked);
    let mut bytes = Vec::new();
    member.take(limit + 1).read_to_end(&mut bytes).map_err(|err| not_unpacked(&err))?;
    if bytes.len() as u64 > limit {
        return Err(ParseError::Bomb);
    }
    *unpacked += bytes.len() as u64;
    Ok(bytes)
}

/// What a member of its packed size may unpack to, in bytes.
fn fair_size(member: &ZipFile<Cursor<&[u8]>>) -> u64 {
    member.compressed_size().saturating_mul(MAX_RATIO).max(RATIO_MATTERS_FROM)
}

fn within_count(members: u64) -> Result<(), ParseError> {
    if members <= MAX_MEMBERS {
        return Ok(());
    }
    Err(ParseError::TooLarge { why: format!("it is an archive of {members} files") })
}

/// How many members an archive claims to list: the most that any of its ends says.
fn listed_members(bytes: &[u8]) -> u64 {
    /// The end of an archive, and of one with more members than 16 bits count.
    const END: &[u8] = b"PK\x05\x06";
    const LARGE_END: &[u8] = b"PK\x06\x06";
    /// An end is 22 bytes and a comment of at most 65,535; a large one stands right before.
    const REACH: usize = 70_000;
    let tail = &bytes[bytes.len().saturating_sub(REACH)..];
    let number = |at: usize, length: usize| {
        let digits = tail.get(at..at + length)?;
        Some(digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit)))
    };
    let counts = tail.windows(4).enumerate().filter_map(|(at, mark)| match mark {
        END => number(at + 10, 2).filter(|count| *count < 0xffff),
        LARGE_END => number(at + 32, 8),
        _ => None,
    });
    counts.max().unwrap_or_default()
}

fn not_unpacked(err: &io::Error) -> ParseError {
    match err.kind() {
        io::ErrorKind::Unsupported => other_method(),
        _ => ParseError::damaged("a part of it can't be unpacked"),
    }
}

/// One that hardly any program packs by.
fn other_method() -> ParseError {
    ParseError::UnsupportedType { what: "A file packed by this method".to_owned() }
}

fn unreadable(err: &ZipError) -> ParseError {
    match err {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => ParseError::NeedsPassword,
        ZipError::CompressionMethodNotSupported(_) => other_method(),
        _ => ParseError::damaged("it is a zip archive that can't be opened, perhaps cut off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of `a.txt`, as Python's `zipfile` packs it by a method.
    const BY_BZIP2: &str = "504b03042e0000000c005051815d5761087f430000001a00000005000000612e747874425a683931415926\
        53599e22ab9a00000353800010400140003e8fd020200022268699061a8534c8c4c4c4b86838450c5bf4cd49a12a9501f177245385\
        0909e22ab9a0504b01022e032e0000000c005051815d5761087f430000001a0000000500000000000000000000008001000000006\
        12e747874504b0506000000000100010033000000660000000000";
    const BY_LZMA: &str = "504b03043f0002000e005051815d5761087f2e0000001a00000005000000612e747874090405005d0000800\
        00028184866dc08f60f1947ed5f4864e1677c9c1dee683788ad56221f477fc73ffff55c1000504b01023f033f0002000e005051815\
        d5761087f2e0000001a000000050000000000000000000000800100000000612e747874504b05060000000001000100330000005100\
        00000000";

    fn bytes(digits: &str) -> Vec<u8> {
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.as_bytes().chunks(2).map(pair).collect()
    }

    #[test]
    fn what_was_packed_by_other_methods_than_the_usual_is_read() {
        for digits in [BY_BZIP2, BY_LZMA] {
            let archive = bytes(digits);
            let text = Archive::open(&archive).unwrap().read("a.txt").unwrap();
            assert_eq!(text.as_deref(), Some(&b"Packed by an old program.\n"[..]));
        }
    }

    #[test]
    fn what_windows_packed_by_deflate64_is_read() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
        io::Write::write_all(&mut zip, b"Short runs look alike in both, short runs do.").unwrap();
        let mut archive = zip.finish().unwrap().into_inner();
        // The method, in the member's own header and in the list.
        let listed = archive.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap();
        for at in [8, listed + 10] {
            assert_eq!(std::mem::replace(&mut archive[at], 9), 8);
        }
        let text = Archive::open(&archive).unwrap().read("a.txt").unwrap();
        assert_eq!(text.as_deref(), Some(&b"Short runs look alike in both, short runs do."[..]));
    }

    #[test]
    fn what_was_packed_by_a_method_that_is_not_read_is_said_to_be_that() {
        // Both times that the method stands in the archive, PPMd takes bzip2's place.
        let archive = bytes(&BY_BZIP2.replace("0c005051815d", "62005051815d"));
        let refused = Archive::open(&archive).unwrap().read("a.txt").unwrap_err();
        assert_eq!(refused.code(), "unsupported_type");
        assert!(refused.to_string().starts_with("A file packed by this method can't be read"), "{refused}");
    }
}
