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
