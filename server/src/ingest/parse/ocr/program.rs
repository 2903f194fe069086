//! Finding Tesseract.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// How long Tesseract may take to say what it is.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// More languages at once make it slower and no better.
const MOST_LANGUAGES: usize = 6;

/// The text recognition program that was found when the server started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocr {
    pub program: PathBuf,
    /// As it states it: `5.3.0`.
    pub version: String,
    /// Tesseract's codes of the languages it can read (`eng`), without its models for other ends.
    pub languages: Vec<String>,
    /// Where its models lie, if not where it expects them (`TESSDATA_PREFIX`).
    pub data: Option<PathBuf>,
    /// Whether it can tell which way up a page is.
    turns_pages: bool,
}

impl std::fmt::Display for Ocr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tesseract {} ({})", self.version, self.languages.join(", "))
    }
}

impl Ocr {
    /// Looks for `tesseract` in the folders of `PATH`; `None` where it isn't installed or has no
    /// language to read.
    pub async fn find() -> Option<Self> {
        let folders = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&folders).map(|f| f.join("tesseract")).find(|p| p.is_file())?;
        Self::at(&program).await
    }

    /// Asks a program what it can read; `None` where it doesn't answer as Tesseract does.
    pub async fn at(program: &Path) -> Option<Self> {
        let version = answer(program, "--version").await?;
        let version = version.lines().next()?.split_whitespace().nth(1)?.to_owned();
        let listed = answer(program, "--list-langs").await?;
        // The first line introduces the list.
        let models: Vec<String> = listed.lines().skip(1).map(|line| line.trim().to_owned()).collect();
        let turns_pages = models.iter().any(|model| model == "osd");
        let is_language = |model: &String| !model.is_empty() && !matches!(model.as_str(), "osd" | "equ");
        let languages: Vec<String> = models.into_iter().filter(is_language).collect();
        let data = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
        (!languages.is_empty()).then(|| Self {
            program: program.to_owned(),
            version,
            languages,
            data,
            turns_pages,
        })
    }

    /// What it is started with: a picture from standard input, a table of words to standard
    /// output. English comes last, since its model reads figures and names everywhere.
    pub(super) fn arguments(&self) -> Vec<String> {
        let (english, mut languages): (Vec<_>, Vec<_>) =
            self.languages.iter().cloned().partition(|language| language == "eng");
        languages.truncate(MOST_LANGUAGES - 1);
        languages.extend(english);
        // Page segmentation: automatic, with or without finding out which way up the page is.
        let segmentation = if self.turns_pages { "1" } else { "3" };
        let fixed = ["stdin", "stdout", "--psm", segmentation, "-c", "tessedit_create_tsv=1", "-l"];
        fixed.into_iter().map(str::to_owned).chain([languages.join("+")]).collect()
    }
}

async fn answer(program: &Path, question: &str) -> Option<String> {
    let asked = Command::new(program).arg(question).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(ANSWERS_WITHIN, asked).await.ok()?.ok()?;
    // Older versions answer on their standard error.
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    output.status.success().then(|| String::from_utf8_lossy(&said).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_the_last_of_a_few_languages() {
        let languages = ["deu", "eng", "fra", "ita", "nld", "pol", "spa"].map(str::to_owned).to_vec();
        let ocr = Ocr {
            program: "tesseract".into(),
            version: "5".into(),
            languages,
            data: None,
            turns_pages: true,
        };
        assert_eq!(ocr.arguments().last().map(String::as_str), Some("deu+fra+ita+nld+pol+eng"));
    }
}
