//! The properties of a wrapped message or attachment, one after the other [MS-OXTNEF] 2.1.3.4.

use encoding_rs::Encoding;

use crate::ingest::parse::encoding;
use crate::ingest::parse::outlook::storage::Tag;

/// Says of an object that it is a message, wrapped like its own (`IID_IMessage`).
pub(super) const MESSAGE: [u8; 16] = [7, 3, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// The types of values that are asked for [MS-OXCDATA] 2.11.1.
const OBJECT: u16 = 0x000d;
const STRING: u16 = 0x001e;
const WIDE_STRING: u16 = 0x001f;
const TIME: u16 = 0x0040;
const BINARY: u16 = 0x0102;

/// Marks a type of which there are several values.
const SEVERAL: u16 = 0x1000;
/// Tags from here on have a name.
const NAMED: u16 = 0x8000;

#[derive(Default)]
pub(super) struct Properties<'b>(Vec<Property<'b>>);

struct Property<'b> {
    tag: u16,
    kind: u16,
    /// The first of its values.
    value: &'b [u8],
}

impl<'b> Properties<'b> {
    /// `None` where they aren't whole.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let count = cursor.u32()?;
        (0..count).map(|_| property(&mut cursor)).collect::<Option<_>>().map(Self)
    }

    pub(super) fn text(&self, tag: Tag, code_page: Option<&'static Encoding>) -> Option<String> {
        if let Some(wide) = self.value(tag, WIDE_STRING) {
            let (units, _) = wide.as_chunks::<2>();
            let text = char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)));
            return shown(&text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>());
        }
        words(self.value(tag, STRING)?, code_page)
    }

    pub(super) fn bytes(&self, tag: Tag) -> Option<&'b [u8]> {
        self.value(tag, BINARY)
    }

    /// A message as a file of its own.
    pub(super) fn message(&self, tag: Tag) -> Option<&'b [u8]> {
        self.value(tag, OBJECT)?.strip_prefix(&MESSAGE)
    }

    /// A time, in steps of 100 ns since 1601.
    pub(super) fn ticks(&self, tag: Tag) -> Option<u64> {
        self.value(tag, TIME)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn value(&self, tag: Tag, kind: u16) -> Option<&'b [u8]> {
        let property = self.0.iter().find(|property| property.tag == tag.0 && property.kind == kind);
        property.map(|property| property.value)
    }
}

/// A text in single bytes, up to its end.
pub(super) fn words(bytes: &[u8], code_page: Option<&'static Encoding>) -> Option<String> {
    shown(&encoding::decode(bytes, code_page))
}

fn shown(text: &str) -> Option<String> {
    let text = text.trim_end_matches('\0').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn property<'b>(cursor: &mut Cursor<'b>) -> Option<Property<'b>> {
    let (kind, tag) = (cursor.u16()?, cursor.u16()?);
    if tag >= NAMED {
        skip_name(cursor)?;
    }
    let of_one = kind & !SEVERAL;
    let is_counted = kind != of_one || width(of_one).is_none();
    let count = if is_counted { cursor.u32()? } else { 1 };
    let mut first = None;
    for _ in 0..count {
        let value = match width(of_one) {
            Some(width) => cursor.take(width)?,
            None => cursor.padded()?,
        };
        first.get_or_insert(value);
    }
    Some(Property { tag, kind, value: first.unwrap_or_default() })
}

/// A set of names, and then a number or a name in it.
fn skip_name(cursor: &mut Cursor<'_>) -> Option<()> {
    const SET: usize = 16;
    cursor.take(SET)?;
    match cursor.u32()? {
        0 => cursor.u32().map(drop),
        _ => cursor.padded().map(drop),
    }
}

/// How many bytes a value of a type takes, with what fills it up to four; `None` where it says so itself.
fn width(kind: u16) -> Option<usize> {
    match kind {
        OBJECT | STRING | WIDE_STRING | BINARY => None,
        // Numbers of 64 bits, and times.
        0x0005..=0x0007 | 0x0014 | TIME => Some(8),
        // A GUID.
        0x0048 => Some(16),
        _ => Some(4),
    }
}

/// Where reading stands in bytes that may end at any point.
pub(super) struct Cursor<'b> {
    rest: &'b [u8],
}

impl<'b> Cursor<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    /// A value behind its length, filled up to four bytes.
    fn padded(&mut self) -> Option<&'b [u8]> {
        let length = self.u32()? as usize;
        let value = self.take(length)?;
        self.take(length.next_multiple_of(4) - length)?;
        Some(value)
    }
}
