//! What an uploaded document is called.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The longest file name, in bytes: what common file systems allow.
const LONGEST_FILENAME: usize = 255;
/// The longest folder, in bytes.
const LONGEST_FOLDER: usize = 1_000;
/// The longest name that a caller may give a document, in characters.
const LONGEST_EXTERNAL_ID: usize = 500;

/// Where a file stood in the folder that was uploaded. It is shown and matched, and never used
/// as a path on disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FilePath {
    /// Separated by `/`; empty at the top.
    pub folder: String,
    pub filename: String,
}

impl FilePath {
    /// Reads the file name of an upload, which browsers send with its relative path for a folder.
    /// Whatever would point elsewhere or can't be shown is dropped.
    pub fn parse(sent: &str) -> Self {
        let sent: String = sent.nfc().filter(|c| !c.is_control() && !is_direction_mark(*c)).collect();
        let mut steps: Vec<&str> =
            sent.split(['/', '\\']).map(str::trim).filter(|step| !matches!(*step, "" | "." | "..")).collect();
        let filename = steps.pop().unwrap_or("unnamed");
        let folder = steps.join("/");
        Self {
            folder: folder[..folder.floor_char_boundary(LONGEST_FOLDER)].to_owned(),
            filename: shortened(filename),
        }
    }

    /// The title until the document has said its own.
    pub fn provisional_title(&self) -> String {
        let stem = self.filename.rsplit_once('.').map_or(self.filename.as_str(), |(stem, _)| stem);
        if stem.is_empty() { self.filename.clone() } else { stem.to_owned() }
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.folder.is_empty() { "" } else { "/" };
        write!(f, "{}{separator}{}", self.folder, self.filename)
    }
}

/// Cuts a long name in its middle, so that its ending stays.
fn shortened(filename: &str) -> String {
    if filename.len() <= LONGEST_FILENAME {
        return filename.to_owned();
    }
    let ending = filename.rfind('.').filter(|at| filename.len() - at <= 16).unwrap_or(filename.len());
    let (stem, ending) = filename.split_at(ending);
    format!("{}{ending}", &stem[..stem.floor_char_boundary(LONGEST_FILENAME - ending.len())])
}

/// Marks that turn the direction of writing can make `exe.pdf` out of `fdp.exe`.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A caller's own name for a document: one document a name in each collection.
pub fn parse_external_id(sent: &str) -> Result<String, String> {
    if sent.trim().is_empty() {
        return Err("external_id is empty".into());
    }
    if sent.chars().count() > LONGEST_EXTERNAL_ID {
        return Err(format!("external_id is longer than {LONGEST_EXTERNAL_ID} characters"));
    }
    if sent.chars().any(char::is_control) {
        return Err("external_id holds a control character".into());
    }
    Ok(sent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(sent: &str) -> (String, String) {
        let path = FilePath::parse(sent);
        (path.folder, path.filename)
    }

    #[test]
    fn a_relative_path_becomes_folder_and_name() {
        assert_eq!(parsed("handbook/team/index.md"), ("handbook/team".into(), "index.md".into()));
        assert_eq!(parsed("index.md"), (String::new(), "index.md".into()));
    }

    #[test]
    fn nothing_in_a_name_points_elsewhere() {
        assert_eq!(parsed("../../etc/passwd"), ("etc".into(), "passwd".into()));
        assert_eq!(parsed("C:\\Users\\..\\a\u{0}.pdf"), ("C:/Users".into(), "a.pdf".into()));
        assert_eq!(parsed("//./.."), (String::new(), "unnamed".into()));
        assert_eq!(parsed("\u{202e}fdp.exe").1, "fdp.exe");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let path = FilePath::parse(&format!("{}.pdf", "ä".repeat(300)));
        assert!(path.filename.len() <= 255 && path.filename.ends_with("ä.pdf"));
        assert_eq!(FilePath::parse(".gitignore").provisional_title(), ".gitignore");
        assert_eq!(FilePath::parse("a/Travel policy.docx").provisional_title(), "Travel policy");
    }

    #[test]
    fn a_callers_name_is_taken_as_it_is_or_refused() {
        assert_eq!(parse_external_id(" a/b#1 ").as_deref(), Ok(" a/b#1 "));
        assert!(parse_external_id(" ").is_err());
        assert!(parse_external_id(&"x".repeat(501)).is_err());
        assert!(parse_external_id("a\u{0}").is_err());
    }
}
