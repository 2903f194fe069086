//! The streams of a message file.

use std::io::{Cursor, Read};
use std::path::Path;

use cfb::CompoundFile;
use time::OffsetDateTime;

use crate::ingest::parse::{ParseError, encoding};

/// The most bytes of one property.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// A time in steps of 100 ns since 1601, in minutes and UTC.
pub(super) fn shown_time(ticks: u64) -> Option<String> {
    /// Seconds from 1601 to 1970.
    const EPOCH: i64 = 11_644_473_600;
    let seconds = i64::try_from(ticks / 10_000_000).ok()? - EPOCH;
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let (year, month, day) = time.to_calendar_date();
    Some(format!("{year:04}-{:02}-{day:02} {:02}:{:02}", u8::from(month), time.hour(), time.minute()))
}

/// A property's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag(pub(super) u16);

pub(super) struct Storage<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
}

impl<'a> Storage<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let file = CompoundFile::open(Cursor::new(bytes));
        Ok(Self { file: file.map_err(|_| ParseError::damaged("the message can't be opened"))? })
    }

    /// A text, in UTF-16 or in the code page of the machine that saved it.
    pub(super) fn text(&mut self, at: &str, tag: Tag) -> Option<String> {
        let text = match self.stream(at, tag, "001F") {
            Some(utf16) => {
                let units = utf16.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                String::from_utf16_lossy(&units.collect::<Vec<_>>())
            }
            None => encoding::decode(&self.stream(at, tag, "001E")?, None),
        };
        let text = text.trim_end_matches('\0').trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn bytes(&mut self, at: &str, tag: Tag) -> Option<Vec<u8>> {
        self.stream(at, tag, "0102")
    }

    /// A time, in minutes and UTC.
    pub(super) fn time(&mut self, at: &str, tag: Tag) -> Option<String> {
        const OF_TYPE_TIME: u32 = 0x0040;
        let path = Path::new(at).join("__properties_version1.0");
        let properties = self.read(&path)?;
        let wanted = u32::from(tag.0) << 16 | OF_TYPE_TIME;
        // Entries of 16 bytes behind a header, which is longer for the outermost message.
        let header = if at == "/" { 32 } else { 24 };
        let entries = properties.get(header..)?.chunks_exact(16);
        let entry = entries.into_iter().find(|entry| entry[..4] == wanted.to_le_bytes())?;
        shown_time(u64::from_le_bytes(entry[8..16].try_into().ok()?))
    }

    /// The folders of a message's attachments.
    pub(super) fn attachments(&self, at: &str) -> Vec<String> {
        let Ok(entries) = self.file.read_storage(at) else { return Vec::new() };
        entries
            .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
            .map(|entry| entry.path().to_string_lossy().into_owned())
            .collect()
    }

    /// The folder of a message that is attached as such.
    pub(super) fn message(&self, at: &str, tag: Tag) -> Option<String> {
        let path = Path::new(at).join(format!("__substg1.0_{:04X}000D", tag.0));
        self.file.is_storage(&path).then(|| path.to_string_lossy().into_owned())
    }

    fn stream(&mut self, at: &str, tag: Tag, kind: &str) -> Option<Vec<u8>> {
        self.read(&Path::new(at).join(format!("__substg1.0_{:04X}{kind}", tag.0)))
    }

    fn read(&mut self, path: &Path) -> Option<Vec<u8>> {
        if !self.file.is_stream(path) {
            return None;
        }
        let mut bytes = Vec::new();
        self.file.open_stream(path).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }
}
