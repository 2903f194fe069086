//! What the site weighs, and whether that is too much.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what the program has to say")]

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Result, bail};

use crate::{compress::with_ending, content};

const KB: u64 = 1000;

/// The most that a kind of file may weigh with brotli, together.
const BUDGETS: [(&str, u64); 2] = [("wasm", 250 * KB), ("css", 25 * KB)];

/// Prints a table of the site's files, and fails where a budget is exceeded.
pub(crate) fn sizes(site: &Path) -> Result<()> {
    println!("{:<44} {:>10} {:>10} {:>10}", "site", "bytes", "gzip", "brotli");
    let mut brotli_of_kind = BUDGETS.map(|_| 0);
    for file in content::files_below(site)? {
        let is_compressed = file.extension().is_some_and(|extension| extension == "br" || extension == "gz");
        // PDF.js is loaded by who opens a PDF's pages, and is as it is.
        if is_compressed || is_pdf_js(&file, site) {
            continue;
        }
        let bytes = size(&file);
        let (gzip, brotli) = (size(&with_ending(&file, ".gz")), size(&with_ending(&file, ".br")));
        println!(
            "{:<44} {:>10} {:>10} {:>10}",
            file.strip_prefix(site).unwrap_or(&file).display(),
            bytes.unwrap_or(0),
            in_words(gzip),
            in_words(brotli),
        );
        for ((kind, _), sum) in BUDGETS.iter().zip(&mut brotli_of_kind) {
            if file.extension().is_some_and(|extension| extension == *kind) {
                *sum += brotli.or(bytes).unwrap_or(0);
            }
        }
    }
    for ((kind, budget), sum) in BUDGETS.iter().zip(brotli_of_kind) {
        if sum > *budget {
            bail!("the {kind} weighs {sum} bytes with brotli: {budget} are allowed");
        }
    }
    Ok(())
}

/// Prints why there is no site.
pub(crate) fn failure(err: &anyhow::Error) -> ExitCode {
    eprintln!("site: {err:#}");
    ExitCode::FAILURE
}

fn is_pdf_js(file: &Path, site: &Path) -> bool {
    let folder = file.strip_prefix(site).ok().and_then(|file| file.iter().next());
    folder.is_some_and(|folder| folder.to_string_lossy().starts_with("pdfjs-"))
}

fn size(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().map(|found| found.len())
}

fn in_words(size: Option<u64>) -> String {
    size.map_or_else(|| "-".to_owned(), |size| size.to_string())
}
