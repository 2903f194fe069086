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
            let read = member.read(&mut buffer).map_err(|_| Unfinished::Refused(not_unpacked()))?;
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
    member.take(limit + 1).read_to_end(&mut bytes).map_err(|_| not_unpacked())?;
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

fn not_unpacked() -> ParseError {
    ParseError::damaged("a part of it can't be unpacked")
}

fn unreadable(err: &ZipError) -> ParseError {
    match err {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => ParseError::NeedsPassword,
        ZipError::CompressionMethodNotSupported(_) => {
            ParseError::UnsupportedType { what: "A file packed by this method".to_owned() }
        }
        _ => ParseError::damaged("it is a zip archive that can't be opened, perhaps cut off"),
    }
}
