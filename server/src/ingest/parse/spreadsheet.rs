//! Excel's spreadsheets (.xlsx, .xlsb, .xls), through calamine.
//!
//! Cells are read one by one with their places, never as a grid: one stray value in the last
//! cell of a sheet would make a grid of seventeen thousand million.

use std::io::Cursor;

use calamine::{Data, DataType, ExcelDateTime, Reader, SheetType, Xls, XlsError, Xlsb, Xlsx, XlsxError};

use super::archive::Archive;
use super::draft::Draft;
use super::sheet::Sheet;
use super::{Extracted, ParseError};

/// The last column that spreadsheet programs have.
const MOST_COLUMNS: usize = 16_384;

/// A workbook since Excel 2007.
pub(super) fn parse_zipped(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut archive = Archive::open(bytes)?;
    archive.measure()?;
    if archive.has("xl/workbook.bin") { parse_binary(bytes) } else { parse_xml(bytes) }
}

fn parse_xml(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|err| xlsx_error(&err))?;
    let mut draft = Draft::default();
    for name in worksheets(&workbook) {
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|err| xlsx_error(&err))?;
        let is_share: Vec<bool> = cells
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().is_some_and(|format| format.format_code.contains('%')))
            .collect();
        let mut rows = Rows::start(&mut draft, &name);
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|err| xlsx_error(&err))? {
            let is_share = is_share.get(style).copied().unwrap_or(false);
            rows.cell(cell.get_position(), || shown(cell.get_value(), is_share))?;
        }
        rows.finish()?;
    }
    Ok(draft.finish(None, None))
}

fn parse_binary(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut draft = Draft::default();
    for name in worksheets(&workbook) {
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
        let mut rows = Rows::start(&mut draft, &name);
        while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
            rows.cell(cell.get_position(), || shown(cell.get_value(), false))?;
        }
        rows.finish()?;
    }
    Ok(draft.finish(None, None))
}

/// A workbook of Excel 97 to 2003. Its sheets end at row 65,536 and column 256, so a grid of one
/// stays small.
pub(super) fn parse_old(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|err| match err {
        XlsError::Password => ParseError::NeedsPassword,
        _ => unreadable(),
    })?;
    let mut draft = Draft::default();
    for name in worksheets(&workbook) {
        let range = workbook.worksheet_range(&name).map_err(|_| unreadable())?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Rows::start(&mut draft, &name);
        for (row, column, value) in range.used_cells() {
            let place = (top + row as u32, left + column as u32);
            rows.cell(place, || shown::<Data>(value, false))?;
        }
        rows.finish()?;
    }
    Ok(draft.finish(None, None))
}

/// The names of the sheets that hold cells; macros and charts are left out.
fn worksheets<R: Reader<RS>, RS: std::io::Read + std::io::Seek>(workbook: &R) -> Vec<String> {
    let sheets = workbook.sheets_metadata().iter();
    sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
}

/// Gathers cells into rows.
struct Rows<'a> {
    sheet: Sheet<'a>,
    /// Counted from 0.
    row: u32,
    cells: Vec<String>,
}

impl<'a> Rows<'a> {
    fn start(draft: &'a mut Draft, name: &str) -> Self {
        Self { sheet: Sheet::new(draft, Some(name)), row: 0, cells: Vec::new() }
    }

    fn cell(&mut self, (row, column): (u32, u32), value: impl FnOnce() -> String) -> Result<(), ParseError> {
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = value();
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ParseError> {
        let cells = std::mem::take(&mut self.cells);
        self.sheet.row(self.row.saturating_add(1), cells)
    }

    fn finish(mut self) -> Result<(), ParseError> {
        self.end_row()?;
        self.sheet.finish()
    }
}

/// A value as a person would write it. Of number formats only dates and percentages change what
/// a figure says.
fn shown<T: DataType>(value: &T, is_share: bool) -> String {
    if let Some(date) = value.get_datetime() {
        return date_shown(&date);
    }
    if let Some(number) = value.get_float() {
        return if is_share { format!("{}%", decimal(number * 100.0)) } else { decimal(number) };
    }
    if let Some(truth) = value.get_bool() {
        return if truth { "TRUE" } else { "FALSE" }.to_owned();
    }
    value.as_string().or_else(|| value.get_datetime_iso().map(str::to_owned)).unwrap_or_default()
}

/// Spreadsheet programs compute with 15 significant digits and show no more.
fn decimal(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

fn date_shown(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        let seconds = (date.as_f64() * 86_400.0).round() as i64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let is_time_only = date.as_f64() < 1.0;
    let day = format!("{year:04}-{month:02}-{day:02}");
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    match (is_time_only, hour == 0 && minute == 0 && second == 0) {
        (true, _) => time,
        (false, true) => day,
        (false, false) => format!("{day} {time}"),
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
