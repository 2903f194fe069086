//! `footnote extract`: the text that would be searched of a file, without taking it in.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use crate::{
    config::Config,
    ingest::parse::{Extracted, Ocr, ParseError, ParseRequest, parse_file},
};

/// Print the text that would be searched of files, without taking them in.
#[derive(Args)]
pub(super) struct ExtractCommand {
    /// A line of JSON for each file, with its title and its blocks.
    #[arg(long)]
    json: bool,
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

pub(super) async fn run(command: ExtractCommand, config: &Config) -> anyhow::Result<()> {
    let ocr = Ocr::find().await.map(Arc::new);
    let mut refused = 0;
    for path in &command.paths {
        let outcome = extract(path, config, ocr.clone()).await;
        refused += u32::from(outcome.is_err());
        let text = match outcome {
            _ if command.json => as_json(path, outcome).to_string(),
            Ok(extracted) => extracted.text,
            Err(refusal) => {
                eprintln!("{}: {refusal}", path.display());
                continue;
            }
        };
        match writeln!(io::stdout(), "{text}") {
            // Whoever reads it has enough, as `head` may.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("could not print the text")?,
        }
    }
    anyhow::ensure!(refused == 0, "{refused} of {} could not be read", command.paths.len());
    Ok(())
}

async fn extract(path: &Path, config: &Config, ocr: Option<Arc<Ocr>>) -> Result<Extracted, ParseError> {
    // The child has another working folder.
    let path = std::path::absolute(path).map_err(|_| ParseError::ParserUnavailable)?;
    let filename = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut request = ParseRequest::new(path, filename, config.runtime.pdfium());
    request.ocr = ocr;
    parse_file(request).await
}

fn as_json(path: &Path, outcome: Result<Extracted, ParseError>) -> serde_json::Value {
    match outcome {
        Ok(extracted) => json!({ "path": path, "extracted": extracted }),
        Err(refusal) => {
            json!({ "path": path, "error": { "code": refusal.code(), "detail": refusal.to_string() } })
        }
    }
}
