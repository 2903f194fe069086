//! Tables of values in text (.csv, .tsv), whatever separates them.

use std::cell::Cell;

use csv::{ReaderBuilder, StringRecord};

use super::draft::Draft;
use super::sheet::Sheet;
use super::{Extracted, HandOut, ParseError, Piece, encoding, language};

/// What may separate values, likeliest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of the file is looked at to find its separator, in bytes and in rows.
const SAMPLE: usize = 64 * 1024;
const SAMPLE_ROWS: usize = 100;

/// The most text that a table may become, in bytes.
const MOST_TEXT: usize = 1_000_000_000;

/// Reads a table whole.
pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::read(bytes, None);
    let mut draft = Draft::default();
    let mut sheet = Sheet::new(&mut draft, None);
    for (number, record) in (1..).zip(Table::of(&text).records()) {
        sheet.row(number, cells(&record))?;
    }
    sheet.finish()?;
    Ok(draft.finish(None, None))
}

/// Reads a table and hands it out in pieces: only one of them is held.
pub(super) fn parse_in_pieces(
    bytes: &[u8],
    title: Option<String>,
    hand_out: &mut HandOut<'_>,
) -> Result<(), ParseError> {
    let text = encoding::read(bytes, None);
    let table = Table::of(&text);
    let mut language = None;
    let (read, written) = (Cell::new(0), Cell::new(0));
    let mut hand_on = |mut piece: Extracted| {
        written.set(written.get() + piece.text.len());
        if written.get() > MOST_TEXT {
            let why = format!("it holds more than {} million characters", MOST_TEXT / 1_000_000);
            return Err(ParseError::TooLarge { why });
        }
        // What its beginning is written in, the rest is.
        piece.language = language.get_or_insert_with(|| language::of(&piece.text)).clone();
        piece.title.clone_from(&title);
        hand_out(Piece { extracted: piece, read: (read.get() as f64 / text.len() as f64) as f32 })
    };
    let mut draft = Draft::default();
    let mut sheet = Sheet::in_pieces(&mut draft, &mut hand_on);
    for (number, record) in (1..).zip(table.records()) {
        read.set(record.position().map_or(0, csv::Position::byte));
        sheet.row(number, cells(&record))?;
    }
    sheet.finish()?;
    read.set(text.len() as u64);
    let rest = draft.finish(None, None);
    match rest.text.is_empty() {
        true if written.get() > 0 => Ok(()),
        true => Err(ParseError::NoText),
        false => hand_on(rest),
    }
}

fn cells(record: &StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

struct Table<'a> {
    separator: u8,
    text: &'a str,
}

impl<'a> Table<'a> {
    fn of(text: &'a str) -> Self {
        let (separator, text) = stated_separator(text).unwrap_or_else(|| (likely_separator(text), text));
        Self { separator, text }
    }

    fn records(&self) -> impl Iterator<Item = StringRecord> + use<'a> {
        records(self.text, self.separator)
    }
}

/// Excel's own first line, `sep=;`.
fn stated_separator(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    match line.trim_end().strip_prefix("sep=")?.as_bytes() {
        [separator] => Some((*separator, rest)),
        _ => None,
    }
}

/// The separator by which most rows have equally many values, and more than one.
fn likely_separator(text: &str) -> u8 {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let score = |separator: u8| {
        let mut counts = [0_usize; 256];
        let mut rows = 0;
        for record in records(sample, separator).take(SAMPLE_ROWS) {
            counts[record.len().min(counts.len() - 1)] += 1;
            rows += 1;
        }
        let (width, alike) =
            counts.iter().enumerate().skip(2).max_by_key(|(_, count)| **count).unwrap_or((0, &0));
        // Of two separators that both fit, the one that makes more columns is the outer one.
        (alike * 10 / rows.max(1), width)
    };
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator));
    best.filter(|separator| score(*separator).0 > 0).unwrap_or(b',')
}

/// Rows, however long each is; what can't be read as one is passed over by no reader setting
/// used here.
fn records(text: &str, separator: u8) -> impl Iterator<Item = StringRecord> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
        .into_records()
        .map_while(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(table: &str) -> String {
        parse(table.as_bytes()).unwrap().text
    }

    #[test]
    fn every_usual_separator_is_found() {
        let expected = "Rows 1–3\n\nname | city\nAda | London\nGrace | New York, NY";
        for table in [
            "name,city\nAda,London\nGrace,\"New York, NY\"\n",
            "name;city\nAda;London\nGrace;New York, NY\n",
            "name\tcity\r\nAda\tLondon\r\nGrace\tNew York, NY\r\n",
            "name|city\nAda|London\nGrace|New York, NY",
            "sep=;\nname;city\nAda;London\nGrace;New York, NY\n",
        ] {
            assert_eq!(text(table), expected, "{table}");
        }
    }

    #[test]
    fn quoted_values_hold_separators_quotes_and_line_breaks() {
        assert_eq!(text("a,b\n\"x, \"\"y\"\"\nz\",2\n"), "Rows 1–2\n\na | b\nx, \"y\" z | 2");
    }

    #[test]
    fn a_single_column_is_a_list() {
        assert_eq!(text("Tea\nMilk\n"), "Rows 1–2\n\nTea\nMilk");
    }
}
