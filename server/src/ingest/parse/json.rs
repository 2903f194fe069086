//! JSON, JSON Lines and notebooks.

mod mended;
mod notebook;
mod value;

use super::draft::Draft;
use super::record::{self, Value};
use super::{Extracted, ParseError, encoding};

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode(bytes, None);
    let value = match value::read(&text) {
        Ok(value) => value,
        // Many programs write JSON Lines under this name.
        Err(refused) => return lines(&text).map_err(|_| refused),
    };
    let mut draft = Draft::default();
    if let Some(title) = notebook::write(&mut draft, &value)? {
        return Ok(draft.finish(title, None));
    }
    record::write(&mut draft, &value)?;
    Ok(draft.finish(None, None))
}

/// A line that isn't valid stands as it is where there are so many good ones for it.
const GOOD_FOR_A_BROKEN: usize = 10;

/// A value a line.
pub(super) fn parse_lines(bytes: &[u8]) -> Result<Extracted, ParseError> {
    lines(&encoding::decode(bytes, None))
}

fn lines(text: &str) -> Result<Extracted, ParseError> {
    let mut draft = Draft::default();
    let (mut good, mut broken) = (0, Vec::new());
    for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match value::read(line) {
            Ok(Value::Text(text)) => draft.paragraph(&text)?,
            Ok(value) => record::write(&mut draft, &value)?,
            Err(_) => {
                broken.push(number);
                draft.paragraph(line)?;
                continue;
            }
        }
        good += 1;
    }
    match broken.first() {
        Some(number) if broken.len() * GOOD_FOR_A_BROKEN > good => {
            Err(ParseError::damaged(format!("its line {number} is not valid JSON")))
        }
        _ => Ok(draft.finish(None, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_become_lines_of_names_and_values_in_the_files_order() {
        let json = r#"[{"sku": "A-1", "price": 9.50, "place": {"city": "Bonn", "floors": [1, 2]}, "gone": null},
                       {"sku": "B-2", "sold": true}]"#;
        let extracted = parse(json.as_bytes()).unwrap();
        assert_eq!(
            extracted.text,
            "sku: A-1\nprice: 9.5\nplace.city: Bonn\nplace.floors: 1, 2\nsku: B-2\nsold: true"
        );
    }

    #[test]
    fn a_large_object_has_headings() {
        let long = "word ".repeat(200);
        let json = format!(r#"{{"name": "Guide", "chapters": [{{"text": "{long}"}}], "note": "x"}}"#);
        let text = parse(json.as_bytes()).unwrap().text;
        assert!(text.starts_with("name: Guide\n\nchapters\n\ntext\n\nword word"), "{text}");
        assert!(text.ends_with("\n\nnote: x"), "{text}");
    }

    #[test]
    fn lines_are_read_one_by_one_whatever_the_file_is_called() {
        let lines = b"{\"a\": 1}\n\n{\"a\": 2}\n";
        assert_eq!(parse_lines(lines).unwrap().text, "a: 1\n\na: 2");
        assert_eq!(parse(lines).unwrap().text, "a: 1\n\na: 2");
        let mostly_good = "{\"a\": 1}\n".repeat(10) + "{\"a\": \n{\"a\": 2}";
        assert!(parse_lines(mostly_good.as_bytes()).unwrap().text.ends_with("a: 1\n\n{\"a\":\n\na: 2"));
        let broken = parse_lines(b"{\"a\": 1}\n{\"a\": \n").unwrap_err();
        assert_eq!(broken, ParseError::damaged("its line 2 is not valid JSON"));
    }

    #[test]
    fn what_programs_write_beyond_json_is_read() {
        let json = br#"{"mean": NaN, "low": -Infinity, "note": "NaN \\ \" \ud83d end \ud83d\ude00"}"#;
        assert_eq!(parse(json).unwrap().text, "note: NaN \\ \" \u{fffd} end 😀");
    }

    #[test]
    fn settings_with_comments_and_commas_too_many_are_read() {
        let json = br#"// What is built
{
    "name": "site", /* not "app",
    as before */
    "url": "https://example.com//a,]", // kept
    "parts": ["one", "two", /* three */ ], // no more
}
"#;
        assert_eq!(parse(json).unwrap().text, "name: site\nurl: https://example.com//a,]\nparts: one, two");
        let broken = parse(b"{\n  // a comment\n  \"a\": 1,\n  \"b\" 2\n}").unwrap_err();
        assert_eq!(broken, ParseError::damaged("it is not valid JSON from line 4, column 7 on"));
    }

    #[test]
    fn a_notebook_is_its_cells() {
        let notebook = r##"{"nbformat": 4, "metadata": {"kernelspec": {"name": "python3"}}, "cells": [
            {"cell_type": "markdown", "source": ["# Sales\n", "\n", "By *quarter*."]},
            {"cell_type": "code", "source": "print(1)", "outputs": [{"text": ["1\n"]}, {"ename": "KeyError", "evalue": "'x'"}]}]}"##;
        let extracted = parse(notebook.as_bytes()).unwrap();
        assert_eq!(extracted.text, "Sales\n\nBy quarter.\n\nprint(1)\n\n1\n\nKeyError: 'x'");
        assert_eq!(extracted.title.as_deref(), Some("Sales"));
    }

    #[test]
    fn json_nested_beyond_measure_is_refused() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()).unwrap_err().code(), "damaged");
    }
}
