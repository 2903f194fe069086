//! Word documents: a text that is the body, the styles, the numbering and the notes at once.

#![no_main]

const MEMBERS: &[(&str, &str)] = &[("[Content_Types].xml", "wordprocessingml.")];
const PLACES: &[&str] = &[
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/footnotes.xml",
    "word/_rels/document.xml.rels",
    "docProps/core.xml",
];

libfuzzer_sys::fuzz_target!(|text: &[u8]| footnote_fuzz::read_archive(MEMBERS, PLACES, text, "text.docx"));
