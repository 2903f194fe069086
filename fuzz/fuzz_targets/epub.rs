//! E-books: a text that is the package document.

#![no_main]

const MEMBERS: &[(&str, &str)] = &[
    ("mimetype", "application/epub+zip"),
    (
        "META-INF/container.xml",
        "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>",
    ),
    ("OPS/one.xhtml", "<html><body><p>One <img src='a.png'/></p></body></html>"),
];
const PLACES: &[&str] = &["OPS/book.opf"];

libfuzzer_sys::fuzz_target!(|text: &[u8]| footnote_fuzz::read_archive(MEMBERS, PLACES, text, "book.epub"));
