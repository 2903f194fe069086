//! OpenDocument spreadsheets.

#![no_main]

const MEMBERS: &[(&str, &str)] = &[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")];
const PLACES: &[&str] = &["content.xml", "meta.xml"];

libfuzzer_sys::fuzz_target!(|text: &[u8]| footnote_fuzz::read_archive(MEMBERS, PLACES, text, "sheet.ods"));
