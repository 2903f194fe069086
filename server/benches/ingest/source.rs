//! What is taken in: real documents beside the project.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use serde::Deserialize;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");

/// A file with its name.
pub(crate) type Named = (String, Bytes);

pub(crate) fn are_there() -> bool {
    Path::new(DATA).join("handbook_sourcegraph/files").exists()
        && Path::new(DATA).join("scifact/corpus.jsonl").exists()
}

/// A company handbook: pages in Markdown.
pub(crate) fn handbook() -> Vec<Named> {
    let folder = Path::new(DATA).join("handbook_sourcegraph/files");
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        (name, fs::read(&path).unwrap().into())
    };
    files(&folder).into_iter().map(named).collect()
}

/// `SciFact`'s abstracts of papers, a text each under its title.
pub(crate) fn scifact() -> Vec<Named> {
    #[derive(Deserialize)]
    struct Abstract {
        id: String,
        title: String,
        text: String,
    }
    let lines = fs::read_to_string(Path::new(DATA).join("scifact/corpus.jsonl")).unwrap();
    let named = |line: &str| {
        let Abstract { id, title, text } = serde_json::from_str(line).unwrap();
        (format!("{id}.md"), Bytes::from(format!("# {title}\n\n{text}\n")))
    };
    lines.lines().map(named).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
