//! Sheets of values: rows in groups small enough for a passage, each under the header and with
//! its row numbers as its heading, so that a passage can be understood and cited alone.

use super::draft::Draft;
use super::{Extracted, ParseError};

/// How long a group of rows gets, in characters: about one passage. Figures take more tokens
/// for their length than words do.
const GROUP: usize = 560;
/// In a row that reaches further than this, empty cells aren't shown: no table is so wide.
const MOST_COLUMNS: usize = 1_000;
/// How long a piece gets, in bytes: a large one is one row of the database.
const PIECE: usize = 1_000_000;

/// Takes a piece of a sheet.
pub(super) type HandOn<'a> = dyn FnMut(Extracted) -> Result<(), ParseError> + 'a;

/// Rows further apart than this don't belong together.
const GAP: u32 = 20;

/// Writes one sheet, row by row.
pub(super) struct Sheet<'a> {
    draft: &'a mut Draft,
    /// The sheet's own heading until something stands below it.
    name: Option<String>,
    /// Of the headings that name rows.
    level: u8,
    header: Option<Vec<String>>,
    /// Takes what has been written, as soon as that is enough for a piece.
    hand_on: Option<&'a mut HandOn<'a>>,
    /// Rows not yet written, with the number of the first and of the last one.
    group: Vec<Vec<String>>,
    length: usize,
    numbers: (u32, u32),
}

impl<'a> Sheet<'a> {
    /// `name` is the sheet's, where it is one of several.
    pub(super) fn new(draft: &'a mut Draft, name: Option<&str>) -> Self {
        let level = if name.is_some() { 2 } else { 1 };
        let name = name.map(|name| format!("Sheet {name}"));
        let (header, hand_on) = (None, None);
        Self { draft, name, level, header, hand_on, group: Vec::new(), length: 0, numbers: (0, 0) }
    }

    /// A sheet too large to be held: what is written goes on in pieces.
    pub(super) fn in_pieces(draft: &'a mut Draft, hand_on: &'a mut HandOn<'a>) -> Self {
        Self { hand_on: Some(hand_on), ..Self::new(draft, None) }
    }

    /// Takes the next row; `number` counts from 1 as spreadsheet programs do.
    pub(super) fn row(&mut self, number: u32, mut cells: Vec<String>) -> Result<(), ParseError> {
        if cells.len() > MOST_COLUMNS {
            cells.retain(|cell| !cell.trim().is_empty());
        }
        let filled = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
        cells.truncate(filled);
        if cells.is_empty() {
            return Ok(());
        }
        let length = length(&cells) + self.named_length();
        let is_header = self.header.is_none() && names_columns(&cells);
        let is_near = number <= self.numbers.1.saturating_add(GAP);
        if !self.group.is_empty() && (self.length + length > GROUP || !is_near) {
            self.write_group()?;
            self.hand_on()?;
        }
        if self.group.is_empty() {
            self.numbers.0 = number;
        }
        self.numbers.1 = number;
        self.length += length;
        if is_header {
            self.header = Some(cells.clone());
        }
        self.group.push(cells);
        Ok(())
    }

    /// Answers whether anything stands below the sheet's name, which isn't written otherwise.
    pub(super) fn finish(mut self) -> Result<bool, ParseError> {
        self.write_group()?;
        self.draft.end_group();
        Ok(self.name.is_none())
    }

    fn hand_on(&mut self) -> Result<(), ParseError> {
        match &mut self.hand_on {
            Some(hand_on) if self.draft.len() >= PIECE => {
                hand_on(std::mem::take(self.draft).finish(None, None))
            }
            _ => Ok(()),
        }
    }

    /// A group that doesn't hold the header itself repeats it. Where header and row together are
    /// too long for a passage, each value gets its column's name instead.
    fn write_group(&mut self) -> Result<(), ParseError> {
        let rows = std::mem::take(&mut self.group);
        self.length = 0;
        let (first, last) = self.numbers;
        if rows.is_empty() {
            return Ok(());
        }
        if let Some(name) = self.name.take() {
            self.draft.heading(1, &name)?;
        }
        let name = if first == last { format!("Row {first}") } else { format!("Rows {first}–{last}") };
        self.draft.heading(self.level, &name)?;
        self.draft.end_group();
        let repeated = self.header.as_ref().filter(|header| !rows.contains(header));
        let Some(header) = repeated else {
            return rows.iter().try_for_each(|row| self.draft.table_row(row));
        };
        if self.named_length() > 0 {
            return rows.iter().try_for_each(|row| self.draft.paragraph(&named(header, row)));
        }
        self.draft.table_row(header)?;
        rows.iter().try_for_each(|row| self.draft.table_row(row))?;
        // The next group starts with the header, too.
        self.length = length(header);
        Ok(())
    }

    /// What naming each value adds to a row, where values are named.
    fn named_length(&self) -> usize {
        self.header.as_ref().map(|header| length(header)).filter(|length| *length > GROUP / 2).unwrap_or(0)
    }
}

/// Names the sheets that aren't read because their workbook hides them: who opens it doesn't see them, so that
/// nobody could check what is cited of them.
pub(super) fn write_hidden(draft: &mut Draft, names: &[String]) -> Result<(), ParseError> {
    if names.is_empty() {
        return Ok(());
    }
    draft.heading(1, "Hidden sheets")?;
    draft.paragraph(&format!("Not read, since the workbook hides them: {}", names.join(", ")))
}

/// In characters, with what separates cells.
fn length(cells: &[String]) -> usize {
    cells.iter().map(|cell| cell.chars().count() + 3).sum()
}

/// Whether a row names columns: several words, no figures.
fn names_columns(cells: &[String]) -> bool {
    let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
    let is_word = |cell: &String| cell.chars().any(char::is_alphabetic) && cell.chars().count() <= 80;
    filled.clone().count() >= 2 && filled.all(is_word)
}

/// `Name: Ada; Team: Engines`
fn named(header: &[String], row: &[String]) -> String {
    let pairs = row.iter().enumerate().filter(|(_, value)| !value.trim().is_empty());
    let named = pairs.map(|(at, value)| match header.get(at).filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name}: {value}"),
        None => value.clone(),
    });
    named.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: impl IntoIterator<Item = Vec<String>>) -> String {
        let mut draft = Draft::default();
        let mut sheet = Sheet::new(&mut draft, None);
        for (number, row) in (1..).zip(rows) {
            sheet.row(number, row).unwrap();
        }
        sheet.finish().unwrap();
        draft.finish(None, None).text
    }

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_group_of_rows_repeats_the_header_and_names_its_rows() {
        let rows = (1..=60).map(|n| row(&["Ada Lovelace", &format!("{n}"), "Analytical engines"]));
        let text = written(std::iter::once(row(&["Name", "Number", "Team"])).chain(rows));
        assert!(text.starts_with("Rows 1–14\n\nName | Number | Team\nAda Lovelace | 1 |"), "{text}");
        assert_eq!(text.matches("Name | Number | Team").count(), text.matches("Rows ").count());
        assert!(text.contains("Rows 15–"), "{text}");
    }

    #[test]
    fn rows_keep_their_own_numbers_over_gaps() {
        let text = written([row(&["Budget"]), row(&[]), row(&["Item", "Cost"]), row(&["Desk", "90"])]);
        assert_eq!(text, "Rows 1–4\n\nBudget\nItem | Cost\nDesk | 90");
    }

    #[test]
    fn a_wide_row_names_each_value_by_its_column() {
        let header = (1..=40).map(|n| format!("Column number {n}")).collect();
        let values: Vec<String> = (1..=40).map(|n| format!("{n}")).collect();
        let text = written([header, values.clone(), values]);
        assert!(text.contains("Row 2\n\nColumn number 1: 1; Column number 2: 2; "), "{text}");
    }
}
