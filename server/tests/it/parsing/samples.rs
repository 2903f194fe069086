//! The sample files of every kind, measured: prints how many of each are right, and what is wrong
//! with the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use server::ingest::parse::{Extracted, Ocr, ParseError, parse_file};
use unicode_normalization::UnicodeNormalization;

use super::{data, named};

/// How many of the samples must be read or refused as they should be.
const MOST_WRONG: usize = 8;

/// A line of the samples' manifest.
#[derive(Deserialize)]
struct Sample {
    file: String,
    must_contain: Vec<String>,
    must_fail: bool,
    #[serde(default)]
    must_not_contain: Vec<String>,
    #[serde(default)]
    needs_ocr: bool,
    #[serde(default)]
    expect_empty: bool,
}

impl Sample {
    fn folder(&self) -> &str {
        self.file.trim_start_matches("formats/").split('/').next().unwrap_or_default()
    }

    /// What is wrong with the outcome, if anything is.
    fn complaint(&self, outcome: &Result<Extracted, ParseError>) -> Option<String> {
        let without_ocr = ParseError::NeedsOcr;
        match outcome {
            Err(err) if matches!(err.code(), "parser_crashed" | "parser_unavailable" | "took_too_long") => {
                Some(err.to_string())
            }
            Err(_) if self.must_fail => None,
            Err(err) if *err == without_ocr && (self.needs_ocr || self.expect_empty) => None,
            Err(ParseError::NoText) if self.expect_empty => None,
            Err(err) => Some(err.to_string()),
            Ok(_) if self.must_fail => Some("was read, though it should be refused".to_owned()),
            Ok(_) if self.expect_empty => Some("was read, though there is no text in it".to_owned()),
            Ok(extracted) => self.missing(extracted),
        }
    }

    fn missing(&self, extracted: &Extracted) -> Option<String> {
        let text = folded(&extracted.text);
        let missing = self.must_contain.iter().find(|phrase| !text.contains(&folded(phrase)));
        let unwanted = self.must_not_contain.iter().find(|phrase| text.contains(&folded(phrase)));
        missing
            .map(|phrase| format!("lacks “{phrase}”"))
            .or_else(|| unwanted.map(|phrase| format!("shows “{phrase}”")))
    }
}

fn folded(text: &str) -> String {
    let nfc: String = text.nfc().collect();
    nfc.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn sample_files_of_every_kind_are_read_or_refused_as_they_should_be() {
    let Some(manifest) = data("formats/manifest.jsonl") else { return };
    let ocr = Ocr::find().await.map(Arc::new);
    println!("text recognition: {}", ocr.as_ref().map_or("not installed", |ocr| ocr.version.as_str()));
    let root = manifest.parent().unwrap().parent().unwrap();
    let mut by_folder: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in std::fs::read_to_string(&manifest).unwrap().lines() {
        let sample: Sample = serde_json::from_str(line).unwrap();
        let mut request = named(&root.join(&sample.file));
        request.ocr.clone_from(&ocr);
        let outcome = parse_file(request).await;
        let crashed = matches!(&outcome, Err(err) if err.code() == "parser_crashed");
        assert!(!crashed, "{} crashed its parser", sample.file);
        let complaint = sample.complaint(&outcome);
        let (right, all) = by_folder.entry(sample.folder().to_owned()).or_default();
        *right += usize::from(complaint.is_none());
        *all += 1;
        wrong.extend(complaint.map(|complaint| format!("{}: {complaint}", sample.file)));
    }
    println!("{:<15} right", "folder");
    for (folder, (right, all)) in &by_folder {
        println!("{folder:<15} {right:>3} of {all:>3}");
    }
    println!("wrong:\n{}", wrong.join("\n"));
    assert!(wrong.len() <= MOST_WRONG, "\n{}", wrong.join("\n"));
}
