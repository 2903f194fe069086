//! Zip archives, read with limits that trust nothing the archive says of itself.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::ParseError;

/// The most members an archive may list.
const MAX_MEMBERS: usize = 20_000;
/// The most bytes that may be unpacked from one archive, over all members.
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

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|err| unreadable(&err))?;
        if zip.len() > MAX_MEMBERS {
            let why = format!("it is an archive of {} files", zip.len());
            return Err(ParseError::TooLarge { why });
        }
        Ok(Self { zip, unpacked: 0 })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The members' names, in the order in which they are listed.
    pub(super) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
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
    let fair = member.compressed_size().saturating_mul(MAX_RATIO).max(RATIO_MATTERS_FROM);
    let limit = fair.min(MAX_UNPACKED - *unpacked);
    let mut bytes = Vec::new();
    member
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| ParseError::damaged("a part of it can't be unpacked"))?;
    if bytes.len() as u64 > limit {
        let why = "its packed content unpacks to far more than a document holds".to_owned();
        return Err(ParseError::TooLarge { why });
    }
    *unpacked += bytes.len() as u64;
    Ok(bytes)
}

fn unreadable(err: &ZipError) -> ParseError {
    match err {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => ParseError::NeedsPassword,
        _ => ParseError::damaged("it is a zip archive that can't be opened, perhaps cut off"),
    }
}
