//! Which cells of an old workbook show a share, in per cent: calamine tells dates from other numbers there,
//! and nothing more [MS-XLS].

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};

/// Places of cells: row and column, counted from 0.
pub(super) type Places = HashSet<(u32, u32)>;

/// Kinds of records.
const BOUND_SHEET: u16 = 0x0085;
const FORMAT: u16 = 0x041e;
const CELL_FORMAT: u16 = 0x00e0;
const NUMBER: u16 = 0x0203;
const SHORT_NUMBER: u16 = 0x027e;
const SHORT_NUMBERS: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;
const END: u16 = 0x000a;

/// The formats `0%` and `0.00%`, which every workbook has without saying so.
const SHARES: [u16; 2] = [9, 10];

/// The cells that show a share, by the names of their sheets; `None` where the workbook is of a form that this
/// doesn't know.
pub(super) fn shares(bytes: &[u8]) -> Option<HashMap<String, Places>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut book = Vec::new();
    file.open_stream("/Workbook").ok()?.read_to_end(&mut book).ok()?;
    let globals = Globals::read(&book);
    let places =
        |(name, start): &(String, usize)| Some((name.clone(), globals.shares_of(book.get(*start..)?)));
    Some(globals.sheets.iter().filter_map(places).collect())
}

/// What the workbook says before its sheets.
#[derive(Default)]
struct Globals {
    /// Names of sheets, and where in the stream they begin.
    sheets: Vec<(String, usize)>,
    /// For each cell format, whether it shows a share.
    is_share: Vec<bool>,
}

impl Globals {
    fn read(book: &[u8]) -> Self {
        let mut globals = Self::default();
        let mut formats: HashSet<u16> = SHARES.into();
        for (kind, data) in records(book) {
            match kind {
                BOUND_SHEET => globals.sheets.extend(sheet(data)),
                FORMAT if data.get(2..).is_some_and(|code| code.contains(&b'%')) => {
                    formats.extend(number(data, 0));
                }
                CELL_FORMAT => {
                    globals.is_share.push(number(data, 2).is_some_and(|format| formats.contains(&format)));
                }
                _ => {}
            }
        }
        globals
    }

    fn shares_of(&self, sheet: &[u8]) -> Places {
        let mut places = Places::new();
        let mut note = |row: u16, column: u16, format: u16| {
            if self.is_share.get(usize::from(format)) == Some(&true) {
                places.insert((row.into(), column.into()));
            }
        };
        for (kind, data) in records(sheet) {
            let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else { continue };
            match kind {
                NUMBER | SHORT_NUMBER | FORMULA => {
                    if let Some(format) = number(data, 4) {
                        note(row, column, format);
                    }
                }
                // Each of a format and a number of four bytes; the last column stands behind them.
                SHORT_NUMBERS => {
                    let cells = data[4..data.len().saturating_sub(2).max(4)].chunks_exact(6);
                    for (cell, column) in cells.zip(column..) {
                        note(row, column, u16::from_le_bytes([cell[0], cell[1]]));
                    }
                }
                _ => {}
            }
        }
        places
    }
}

/// Records up to the end of a sheet or of what stands before the sheets.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (number(rest, 0)?, number(rest, 2)?);
        let data = rest.get(4..4 + usize::from(length))?;
        rest = &rest[4 + data.len()..];
        (kind != END).then_some((kind, data))
    })
}

/// A sheet's name and where it begins.
fn sheet(data: &[u8]) -> Option<(String, usize)> {
    let start = u32::from_le_bytes(data.get(..4)?.try_into().ok()?);
    let (letters, is_wide) = (usize::from(*data.get(6)?), data.get(7)? & 1 == 1);
    let name = data.get(8..8 + letters * if is_wide { 2 } else { 1 })?;
    let units: Vec<u16> = if is_wide {
        name.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
    } else {
        name.iter().map(|byte| u16::from(*byte)).collect()
    };
    Some((String::from_utf16_lossy(&units), start as usize))
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}
