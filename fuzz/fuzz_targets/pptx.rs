//! Presentations: a text that is a slide, its notes and its diagram.

#![no_main]

const MEMBERS: &[(&str, &str)] = &[
    ("[Content_Types].xml", "presentationml."),
    (
        "ppt/presentation.xml",
        "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r1'/></p:sldIdLst></p:presentation>",
    ),
    (
        "ppt/_rels/presentation.xml.rels",
        "<Relationships><Relationship Id='r1' Type='x/slide' Target='slides/slide1.xml'/></Relationships>",
    ),
    (
        "ppt/slides/_rels/slide1.xml.rels",
        "<Relationships><Relationship Id='r1' Type='x/notesSlide' Target='notes.xml'/><Relationship Id='r2' Type='x/diagramData' Target='diagram.xml'/></Relationships>",
    ),
];
const PLACES: &[&str] =
    &["ppt/slides/slide1.xml", "ppt/slides/notes.xml", "ppt/slides/diagram.xml", "docProps/core.xml"];

libfuzzer_sys::fuzz_target!(|text: &[u8]| footnote_fuzz::read_archive(MEMBERS, PLACES, text, "slides.pptx"));
