use std::io::Write;

use super::*;
use crate::ingest::parse::Extracted;

/// What a document says whose main part has this body, and which has these other parts.
fn read(body: &str, parts: &[(&str, &str)]) -> Extracted {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, part) in [("word/document.xml", document.as_str())].iter().chain(parts) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    parse(&zip.finish().unwrap().into_inner()).unwrap().extracted
}

fn run(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

#[test]
fn exponents_and_marks_of_footnotes_stay_raised() {
    let raised = "<w:vertAlign w:val='superscript'/>";
    let body = format!(
        "<w:p>{}{}{}{}{}{}</w:p>",
        run("", "10"),
        run(raised, "6"),
        run("", " m"),
        run(raised, "3"),
        run("", ", the 1"),
        run(raised, "st"),
    );
    assert_eq!(read(&body, &[]).text, "10⁶ m³, the 1st");
}

const NUMBERING: &str = "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='7'>\
    <w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='(%1)'/></w:lvl>\
    </w:abstractNum><w:num w:numId='3'><w:abstractNumId w:val='7'/></w:num>\
    <w:num w:numId='4'><w:abstractNumId w:val='7'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/>\
    </w:lvlOverride></w:num></w:numbering>";

fn item(list: u32, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='{list}'/></w:numPr></w:pPr>{}</w:p>",
        run("", text)
    )
}

#[test]
fn a_list_that_restarts_counts_from_its_start_and_goes_on_from_there() {
    let body = [item(3, "one"), item(3, "two"), item(4, "new"), item(4, "newer"), item(3, "on")].concat();
    let text = read(&body, &[("word/numbering.xml", NUMBERING)]).text;
    assert_eq!(text, "(a) one\n(b) two\n(a) new\n(b) newer\n(c) on");
}

#[test]
fn numbered_paragraphs_in_the_cells_of_a_table_keep_their_numbers() {
    let body = format!(
        "{}<w:tbl><w:tr><w:tc>{}{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        item(3, "before"),
        item(3, "Scope"),
        item(3, ""),
        item(3, "Terms")
    );
    let text = read(&body, &[("word/numbering.xml", NUMBERING)]).text;
    assert_eq!(text, "(a) before\n\n(b) Scope | (c) Terms");
}

#[test]
fn what_stands_only_in_headers_and_footers_is_read_once_and_without_page_numbers() {
    let part = |kind: &str, body: &str| format!("<w:{kind} xmlns:w='w'>{body}</w:{kind}>");
    let field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>\
        <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>";
    let simple = "<w:fldSimple w:instr=' NUMPAGES '><w:r><w:t>3</w:t></w:r></w:fldSimple>";
    let header = part(
        "hdr",
        &format!(
            "<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr>{}</w:p><w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc>\
             <w:tc><w:p>{}{field} of {simple}</w:p></w:tc></w:tr></w:tbl>",
            run("", "ACME Corp"),
            run("", "Doc No. QM-0417"),
            run("", "Page ")
        ),
    );
    let footer = part(
        "ftr",
        &format!(
            "<w:p>{}</w:p><w:p>{}{field}{}{simple}</w:p>",
            run("", "Valid from May"),
            run("", "Page "),
            run("", " of ")
        ),
    );
    let empty = part("ftr", &format!("<w:p>{field}</w:p><w:p/>"));
    let relations = [("header", 1), ("header", 2), ("footer", 1), ("footer", 2)]
        .map(|(kind, at)| format!("<Relationship Id='{kind}{at}' Type='x/{kind}' Target='{kind}{at}.xml'/>"));
    let document = format!("<w:p>{}</w:p>", run("", "The text."));
    let extracted = read(
        &document,
        &[
            (
                "word/_rels/document.xml.rels",
                &format!("<Relationships>{}</Relationships>", relations.concat()),
            ),
            ("word/header1.xml", &header),
            ("word/header2.xml", &header),
            ("word/footer1.xml", &footer),
            ("word/footer2.xml", &empty),
            (
                "word/styles.xml",
                "<w:styles xmlns:w='w'><w:style w:styleId='Heading1'><w:name w:val='heading 1'/></w:style></w:styles>",
            ),
        ],
    );
    assert_eq!(extracted.text, "ACME Corp\n\nDoc No. QM-0417\n\nThe text.\n\nValid from May");
    assert_eq!(extracted.title, None);
}

#[test]
fn characters_of_symbol_fonts_are_read_as_what_they_show() {
    let body = format!(
        "<w:p>{}<w:r><w:sym w:font='Symbol' w:char='F06D'/></w:r>{}{}{}<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>{}</w:p>",
        run("", "5 "),
        run("", "g, "),
        run("<w:rFonts w:ascii='Symbol' w:hAnsi='Symbol'/>", "\u{f0b1}"),
        run("", "2, "),
        run("", " yes")
    );
    assert_eq!(read(&body, &[]).text, "5 μg, ±2, ☑ yes");
}

#[test]
fn answers_in_form_fields_are_read() {
    let begin = |data: &str| {
        format!("<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{data}</w:ffData></w:fldChar></w:r>")
    };
    let rest = "<w:r><w:instrText> FORM </w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>";
    let boxed =
        |state: &str| begin(&format!("<w:checkBox><w:sizeAuto/><w:default w:val='0'/>{state}</w:checkBox>"));
    let list =
        "<w:ddList><w:result w:val='1'/><w:listEntry w:val='Day'/><w:listEntry w:val='Night'/></w:ddList>";
    let body = format!(
        "<w:p>{}{rest}{}{}{rest}{}{}{rest}</w:p>",
        boxed("<w:checked/>"),
        run("", " vegan "),
        boxed(""),
        run("", " other, shift: "),
        begin(list)
    );
    assert_eq!(read(&body, &[]).text, "☑ vegan ☐ other, shift: Night");
}
