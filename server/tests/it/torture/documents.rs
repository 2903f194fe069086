//! The documents that are sent, and the passages that they must become.

use std::path::PathBuf;

use server::{
    ingest::{chunk, parse},
    store::RuntimeParts,
};

/// A file, and a word that stands in no other.
pub(super) struct Sent {
    pub(super) filename: String,
    pub(super) word: String,
    pub(super) text: String,
}

impl Sent {
    /// In turn Markdown, HTML and plain text, of one to six sections.
    pub(super) fn numbered(number: u64) -> Self {
        let word = format!("zq{number}x");
        let sections = 1 + number % 6;
        let section = |title: u64| format!("Section {title} of {number}");
        let body =
            |title: u64| format!("The code of part {title} is {word}. {}", "Some words of it. ".repeat(30));
        let (ending, text) = match number % 3 {
            0 => ("md", (1..=sections).map(|at| format!("# {}\n\n{}\n\n", section(at), body(at))).collect()),
            1 => {
                let parts: String =
                    (1..=sections).map(|at| format!("<h1>{}</h1><p>{}</p>", section(at), body(at))).collect();
                ("html", format!("<!doctype html><html><body>{parts}</body></html>"))
            }
            _ => ("txt", (1..=sections).map(|at| format!("{}\n\n{}\n\n", section(at), body(at))).collect()),
        };
        Self { filename: format!("document-{number}.{ending}"), word, text }
    }
}

/// Knows what an undisturbed server makes of a file.
pub(super) struct Expected {
    tokenizer: minilm::Tokenizer,
}

impl Expected {
    pub(super) fn new() -> Self {
        let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(PathBuf::from));
        Self { tokenizer: minilm::Tokenizer::load(&runtime.model()).unwrap() }
    }

    pub(super) fn passages(&self, sent: &Sent) -> Vec<String> {
        let extracted = parse::parse_bytes(sent.text.as_bytes(), &sent.filename).unwrap();
        let chunks = chunk::chunk(&extracted, &|text| self.tokenizer.count(text));
        chunks.into_iter().map(|chunk| chunk.text).collect()
    }
}
