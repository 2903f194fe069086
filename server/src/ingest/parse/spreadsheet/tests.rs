use std::io::Write;

use super::*;

/// A workbook of one sheet with these rows.
fn workbook(rows: &str) -> Vec<u8> {
    let main = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
             <Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
                 <Relationship Id='r1' Type='{relations}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
                 <Relationship Id='r1' Type='{relations}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {main} xmlns:r='{relations}'><sheets><sheet name='Sums' sheetId='1' r:id='r1'/></sheets></workbook>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(rows: &str) -> String {
    parse_zipped(&workbook(rows)).unwrap().text
}

#[test]
fn a_sheet_whose_formulas_were_never_calculated_says_so_once() {
    let rows = "<row r='1'><c r='A1'><v>3</v></c><c r='B1'><f>A1*2</f><v></v></c></row><row r='2'><c r='B2'><f>A1*3</f></c></row>";
    let said = "This sheet has formulas that were never calculated: their cells are blank here. \
                Opening the workbook in Excel and saving it fills them.";
    assert_eq!(text(rows), format!("Sheet Sums\n\nRow 1\n\n3\n\n{said}"));
    assert_eq!(text("<row r='1'><c r='B1'><f>1+1</f></c></row>"), format!("Sheet Sums\n\n{said}"));
}

#[test]
fn cells_without_formulas_and_formulas_with_empty_results_are_no_cause_for_a_note() {
    let rows = "<row r='1'><c r='A1'><v>3</v></c><c r='B1'/><c r='C1' t='str'><f>A2</f><v></v></c><c r='D1'><f>A1</f><v>3</v></c></row>";
    assert_eq!(text(rows), "Sheet Sums\n\nRow 1\n\n3 |  |  | 3");
}
