//! Workbooks that are XML as a whole, behind their beginning.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let start = b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>";
    footnote_fuzz::read(&[start, bytes].concat(), "export.xls");
});
