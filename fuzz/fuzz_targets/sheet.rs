//! Workbooks: a text that is a sheet and the strings that it refers to.

#![no_main]

const MEMBERS: &[(&str, &str)] = &[
    ("[Content_Types].xml", "spreadsheetml."),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id='r1' Type='x/officeDocument' Target='xl/workbook.xml'/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='One' sheetId='1' r:id='r1'/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
    ),
];
const PLACES: &[&str] = &["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

libfuzzer_sys::fuzz_target!(|text: &[u8]| footnote_fuzz::read_archive(MEMBERS, PLACES, text, "book.xlsx"));
