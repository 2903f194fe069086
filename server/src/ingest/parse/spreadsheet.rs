//! Excel's spreadsheets (.xlsx, .xlsb, .xls), through calamine.
//!
//! Cells are read one by one with their places, never as a grid: one stray value in the last
//! cell of a sheet would make a grid of seventeen thousand million. Sheets that the workbook hides
//! are named and not read; hidden rows are read, since a filter hides rows too.

mod drawings;
mod format_code;
mod number_formats;
mod rows;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::Cursor;
use std::panic;

use calamine::{Data, DataType, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx, XlsxError};

use self::format_code::FormatCode;
use self::rows::{Merged, Rows};
use self::shown::shown;
pub(super) use self::shown::{date_shown, decimal};
use super::archive::Archive;
use super::draft::Draft;
use super::sheet::write_hidden;
use super::{Extracted, ParseError};

/// What is said of a sheet with formulas that have no results.
const UNCALCULATED: &str = "This sheet has formulas that were never calculated: their cells are blank here. \
                            Opening the workbook in Excel and saving it fills them.";

/// A workbook since Excel 2007.
pub(super) fn parse_zipped(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut archive = Archive::open(bytes)?;
    archive.measure()?;
    if archive.has("xl/workbook.bin") { parse_binary(bytes) } else { parse_xml(bytes) }
}

fn parse_xml(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|err| xlsx_error(&err))?;
    let mut drawn = drawings::read(bytes)?;
    let mut draft = Draft::default();
    let sheets = Sheets::of(&workbook);
    for name in &sheets.shown {
        let merged = workbook.merge_cells_by_sheet_name(name).unwrap_or_default();
        let mut cells = workbook.worksheet_cells_reader(name).map_err(|err| xlsx_error(&err))?;
        let format = |style: &calamine::Style| FormatCode::parse(&style.number_format.as_ref()?.format_code);
        let formats: Vec<Option<FormatCode>> = cells.styles().iter().map(format).collect();
        let mut rows = Rows::start(&mut draft, name, Merged::of(&merged));
        let mut has_blank = false;
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|err| xlsx_error(&err))? {
            has_blank |= cell.get_value().is_empty();
            let format = formats.get(style).and_then(Option::as_ref);
            rows.cell(cell.get_position(), || shown(cell.get_value(), format))?;
        }
        drop(cells);
        let is_named = rows.finish()?;
        let mut texts = drawn.remove(name).unwrap_or_default();
        if has_blank && has_uncalculated(&mut workbook, name)? {
            texts.push(UNCALCULATED.to_owned());
        }
        write_below(&mut draft, name, is_named, &texts)?;
    }
    write_hidden(&mut draft, &sheets.hidden)?;
    Ok(draft.finish(None, None))
}

/// Whether a formula of the sheet has no result: programs that only write workbooks calculate nothing.
fn has_uncalculated(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<bool, ParseError> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|err| xlsx_error(&err))?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|err| xlsx_error(&err))? {
        if cell.formula.is_some() && cell.value.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes below a sheet's rows what stands in boxes above its cells, and what is to be said of it.
fn write_below(draft: &mut Draft, sheet: &str, is_named: bool, texts: &[String]) -> Result<(), ParseError> {
    if !texts.is_empty() && !is_named {
        draft.heading(1, &format!("Sheet {sheet}"))?;
    }
    texts.iter().try_for_each(|text| draft.paragraph(text))
}

fn parse_binary(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut draft = Draft::default();
    let sheets = Sheets::of(&workbook);
    for name in &sheets.shown {
        let mut cells = workbook.worksheet_cells_reader(name).map_err(|_| unreadable())?;
        let mut rows = Rows::start(&mut draft, name, Merged::default());
        while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
            rows.cell(cell.get_position(), || shown(cell.get_value(), None))?;
        }
        rows.finish()?;
    }
    write_hidden(&mut draft, &sheets.hidden)?;
    Ok(draft.finish(None, None))
}

/// A workbook of Excel 97 to 2003. On some that are damaged calamine panics, which is then all there is to
/// say of them.
pub(super) fn parse_old(bytes: &[u8]) -> Result<Extracted, ParseError> {
    panic::catch_unwind(|| read_old(bytes)).unwrap_or_else(|_| Err(unreadable()))
}

/// Its sheets end at row 65,536 and column 256, so a grid of one stays small.
fn read_old(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|err| match err {
        XlsError::Password => ParseError::NeedsPassword,
        _ => unreadable(),
    })?;
    let formats: HashMap<String, _> = number_formats::read(bytes).unwrap_or_default();
    let mut draft = Draft::default();
    let sheets = Sheets::of(&workbook);
    for name in &sheets.shown {
        let merged = workbook.merge_cells_by_sheet_name(name).unwrap_or_default();
        let range = workbook.worksheet_range(name).map_err(|_| unreadable())?;
        let formats = formats.get(name);
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Rows::start(&mut draft, name, Merged::of(&merged));
        for (row, column, value) in range.used_cells() {
            let place = (top + row as u32, left + column as u32);
            let format = formats.and_then(|formats| formats.get(&place)).map(AsRef::as_ref);
            rows.cell(place, || shown::<Data>(value, format))?;
        }
        rows.finish()?;
    }
    write_hidden(&mut draft, &sheets.hidden)?;
    Ok(draft.finish(None, None))
}

/// The names of the sheets that hold cells; macros and charts are left out.
struct Sheets {
    shown: Vec<String>,
    hidden: Vec<String>,
}

impl Sheets {
    fn of<R: Reader<RS>, RS: std::io::Read + std::io::Seek>(workbook: &R) -> Self {
        let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let (shown, hidden): (Vec<_>, Vec<_>) =
            sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
        let names = |sheets: Vec<&calamine::Sheet>| sheets.iter().map(|sheet| sheet.name.clone()).collect();
        Self { shown: names(shown), hidden: names(hidden) }
    }
}

fn xlsx_error(err: &XlsxError) -> ParseError {
    match err {
        XlsxError::Password => ParseError::NeedsPassword,
        _ => unreadable(),
    }
}

fn unreadable() -> ParseError {
    ParseError::damaged("a part of the workbook can't be read")
}
