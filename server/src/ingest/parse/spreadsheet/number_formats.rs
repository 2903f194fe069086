//! The number formats of an old workbook's cells: calamine tells dates from other numbers there, and nothing
//! more [MS-XLS].

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::rc::Rc;

use super::format_code::FormatCode;

/// Formats by the places of cells: row and column, counted from 0.
pub(super) type Formats = HashMap<(u32, u32), Rc<FormatCode>>;

/// Kinds of records.
const BOUND_SHEET: u16 = 0x0085;
const FORMAT: u16 = 0x041e;
const CELL_FORMAT: u16 = 0x00e0;
const NUMBER: u16 = 0x0203;
const SHORT_NUMBER: u16 = 0x027e;
const SHORT_NUMBERS: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;
const END: u16 = 0x000a;

/// Formats that every workbook has without saying so, as far as they add anything to a figure.
const KNOWN: [(u16, &str); 2] = [(9, "0%"), (10, "0.00%")];

/// The formats that add something to the figures of cells, by the names of their sheets; `None` where the workbook
/// is of a form that this doesn't know.
pub(super) fn read(bytes: &[u8]) -> Option<HashMap<String, Formats>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut book = Vec::new();
    file.open_stream("/Workbook").ok()?.read_to_end(&mut book).ok()?;
    let globals = Globals::read(&book);
    let formats =
        |(name, start): &(String, usize)| Some((name.clone(), globals.formats_of(book.get(*start..)?)));
    Some(globals.sheets.iter().filter_map(formats).collect())
}

/// What the workbook says before its sheets.
#[derive(Default)]
struct Globals {
    /// Names of sheets, and where in the stream they begin.
    sheets: Vec<(String, usize)>,
    /// The number format of each cell format.
    of_cells: Vec<Option<Rc<FormatCode>>>,
}

impl Globals {
    fn read(book: &[u8]) -> Self {
        let mut globals = Self::default();
        let known = KNOWN.iter().map(|(number, code)| (*number, FormatCode::parse(code).map(Rc::new)));
        let mut formats: HashMap<u16, Option<Rc<FormatCode>>> = known.collect();
        for (kind, data) in records(book) {
            match kind {
                BOUND_SHEET => globals.sheets.extend(sheet(data)),
                FORMAT => {
                    let code = data.get(2..).and_then(format_code);
                    let format = code.and_then(|code| FormatCode::parse(&code)).map(Rc::new);
                    formats.extend(number(data, 0).map(|number| (number, format)));
                }
                CELL_FORMAT => {
                    let format = number(data, 2).and_then(|number| formats.get(&number).cloned().flatten());
                    globals.of_cells.push(format);
                }
                _ => {}
            }
        }
        globals
    }

    fn formats_of(&self, sheet: &[u8]) -> Formats {
        let mut formats = Formats::new();
        let mut note = |row: u16, column: u16, format: u16| {
            if let Some(Some(format)) = self.of_cells.get(usize::from(format)) {
                formats.insert((row.into(), column.into()), Rc::clone(format));
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
        formats
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
    Some((text(usize::from(*data.get(6)?), data.get(7..)?)?, start as usize))
}

/// A format's code: how long it is, and its text.
fn format_code(data: &[u8]) -> Option<String> {
    text(usize::from(number(data, 0)?), data.get(2..)?)
}

/// So many letters of one or of two bytes each, as the byte before them says.
fn text(letters: usize, data: &[u8]) -> Option<String> {
    let is_wide = data.first()? & 1 == 1;
    let letters = data.get(1..=letters * if is_wide { 2 } else { 1 })?;
    let units: Vec<u16> = if is_wide {
        letters.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
    } else {
        letters.iter().map(|byte| u16::from(*byte)).collect()
    };
    Some(String::from_utf16_lossy(&units))
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}
