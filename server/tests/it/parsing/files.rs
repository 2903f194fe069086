//! Files of the usual kinds, read in a child process.

use std::process::{Command, Stdio};

use server::ingest::parse::{BlockKind, parse_file};

use super::{data, file, named, parse_bytes};

#[tokio::test]
async fn a_file_is_read_in_a_child_process() {
    let extracted = parse_bytes("# Müll\n\nAm *Montag*.".as_bytes(), "müll.md").await.unwrap();
    assert_eq!(extracted.text, "Müll\n\nAm Montag.");
    assert_eq!(extracted.title.as_deref(), Some("Müll"));
}

#[tokio::test]
async fn files_that_cannot_be_read_say_why() {
    for (bytes, filename, code) in [
        (b"".as_slice(), "empty.pdf", "empty_file"),
        (b" \n\t ", "blank.txt", "no_text"),
        (b"MZ\x90\0\x03\0\0\0\x04", "invoice.pdf", "wrong_type"),
        (b"ID3\x03\0\0", "talk.mp3", "unsupported_type"),
        (b"%PDF-1.7\nnothing more", "cut.pdf", "damaged"),
        (b"PK\x03\x04cut off", "cut.docx", "damaged"),
    ] {
        let err = parse_bytes(bytes, filename).await.unwrap_err();
        assert_eq!(err.code(), code, "{filename}: {err}");
    }
}

#[tokio::test]
async fn headings_of_a_handbook_are_found_by_their_looks() {
    let Some(path) = data("northwind/files/employee_handbook.pdf") else { return };
    let extracted = parse_file(named(&path)).await.unwrap();
    let chars: Vec<char> = extracted.text.chars().collect();
    let headings: Vec<String> = extracted
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Heading { .. }))
        .map(|block| chars[block.start as usize..block.end as usize].iter().collect())
        .collect();
    for expected in ["Our Mission", "Values", "Performance Reviews", "Workplace Safety", "Privacy"] {
        assert!(headings.iter().any(|h| h == expected), "{expected} is not among {headings:?}");
    }
    assert_eq!(extracted.title.as_deref(), Some("Zava Employee Handbook"));
    assert_eq!(extracted.pages, Some(11));
}

/// A workbook of three sheets, one of them hidden: words, figures, a date, a percentage, a merged cell, and one
/// far away.
fn workbook() -> Vec<u8> {
    let relations = |targets: &[(&str, &str)]| {
        let relation = |(at, (kind, target)): (usize, &(&str, &str))| {
            format!(
                "<Relationship Id='r{at}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' Target='{target}'/>"
            )
        };
        let all: String = targets.iter().enumerate().map(relation).collect();
        format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{all}</Relationships>"
        )
    };
    let cell = |at: &str, text: &str| format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>");
    let main = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";
    let types = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
        <Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>";
    let names = format!(
        "<workbook {main} xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>\
         <sheet name='Budget' sheetId='1' r:id='r0'/><sheet name='Empty' sheetId='2' r:id='r1'/>\
         <sheet name='Lists' sheetId='3' state='hidden' r:id='r3'/></sheets></workbook>"
    );
    let styles = format!(
        "<styleSheet {main}><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='9'/></cellXfs></styleSheet>"
    );
    let budget = format!(
        "<worksheet {main}><sheetData><row r='2'>{}{}{}{}</row><row r='5'>{}<c r='B5' s='2'><v>0.25</v></c>\
         <c r='C5' s='1'><v>46083</v></c></row><row r='1048576'><c r='XFD1048576'><v>0.30000000000000004</v></c></row>\
         </sheetData><mergeCells count='1'><mergeCell ref='D2:D5'/></mergeCells></worksheet>",
        cell("A2", "Item"),
        cell("B2", "Share"),
        cell("C2", "Due"),
        cell("D2", "Team"),
        cell("A5", "Desk"),
    );
    let empty = format!("<worksheet {main}><sheetData/></worksheet>");
    super::zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")]).as_bytes()),
        ("xl/workbook.xml", names.as_bytes()),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("worksheet", "worksheets/sheet1.xml"),
                ("worksheet", "worksheets/sheet2.xml"),
                ("styles", "styles.xml"),
                ("worksheet", "worksheets/sheet1.xml"),
            ])
            .as_bytes(),
        ),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", budget.as_bytes()),
        ("xl/worksheets/sheet2.xml", empty.as_bytes()),
    ])
}

#[tokio::test]
async fn a_workbook_is_its_sheets_and_the_rows_in_them() {
    let extracted = parse_bytes(&workbook(), "budget.xlsx").await.unwrap();
    assert_eq!(
        extracted.text,
        "Sheet Budget\n\nRows 2–5\n\nItem | Share | Due | Team\nDesk | 25% | 2026-03-02 | Team\n\n\
         Row 1048576\n\nItem | Share | Due | Team\n0.3\n\n\
         Hidden sheets\n\nNot read, since the workbook hides them: Lists"
    );
    assert_eq!(extracted.title.as_deref(), Some("budget"));
}

#[tokio::test]
async fn what_is_filled_into_a_form_is_read_with_its_page() {
    let stream = |words: &str, at: &str| {
        let content = format!("BT /F 12 Tf {at} Td ({words}) Tj ET");
        format!("/Length {}>>stream\n{content}\nendstream endobj", content.len())
    };
    let form = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>endobj\n\
         2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 7 0 R>>>>\
         /Annots[5 0 R]>>endobj\n4 0 obj<<{}\n\
         5 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ada Lovelace)/F 4/Rect[60 245 200 265]\
         /AP<</N 6 0 R>>>>endobj\n\
         6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 140 20]/Resources<</Font<</F 7 0 R>>>>{}\n\
         7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>",
        stream("Name:", "20 250"),
        stream("Ada Lovelace", "0 5"),
    );
    let extracted = parse_bytes(form.as_bytes(), "form.pdf").await.unwrap();
    assert_eq!(extracted.text, "Name: Ada Lovelace");
}

#[tokio::test]
async fn a_workbook_renamed_to_another_type_is_refused_with_both_named() {
    let err = parse_bytes(&workbook(), "budget.pdf").await.unwrap_err();
    assert_eq!(
        err.to_string(),
        "The file is named like a PDF but its content is a spreadsheet (.xlsx). \
         Give it its right ending, or save it again as a PDF."
    );
}

#[tokio::test]
async fn a_document_with_macros_is_its_text_alone() {
    let types = "<Types><Override PartName='/word/document.xml' \
        ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>";
    let document =
        "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>Ask first.</w:t></w:r></w:p></w:body></w:document>";
    let file = super::zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/vbaProject.bin", b"Sub AutoOpen()"),
    ]);
    assert_eq!(parse_bytes(&file, "leave.docm").await.unwrap().text, "Ask first.");
}

#[tokio::test]
async fn a_pdf_that_is_a_web_page_too_is_read_as_a_pdf() {
    let content = "BT /F 12 Tf 20 250 Td (Ask first.) Tj ET";
    let both = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n\
         <html><script>alert(1)</script><p>Ask nobody.</html>",
        content.len()
    );
    assert_eq!(parse_bytes(both.as_bytes(), "leave.pdf").await.unwrap().text, "Ask first.");
    assert_eq!(parse_bytes(both.as_bytes(), "leave.html").await.unwrap_err().code(), "wrong_type");
}

#[test]
fn extract_ends_quietly_where_nobody_reads_on() {
    let file = file("A line of a long text.\n".repeat(50_000).as_bytes());
    let mut command = Command::new(env!("CARGO_BIN_EXE_footnote"));
    let command = command.arg("extract").arg(file.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
