//! What is to be read, and what that may cost.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::ocr::Ocr;
#[cfg(debug_assertions)]
use super::sandbox::Fault;

/// A file to be read.
#[derive(Debug, Clone)]
pub struct ParseRequest {
    /// Where the bytes are.
    pub path: PathBuf,
    /// What the uploader called it.
    pub filename: String,
    /// PDFium's library, for PDF files.
    pub pdfium: PathBuf,
    /// The text recognition program, for scans and pictures.
    pub ocr: Option<Arc<Ocr>>,
    pub limits: Limits,
    /// The `footnote` program; this very one where `None`.
    pub program: Option<PathBuf>,
    #[cfg(debug_assertions)]
    pub(super) fault: Option<Fault>,
}

impl ParseRequest {
    /// A request with the usual limits and without text recognition.
    pub fn new(path: PathBuf, filename: String, pdfium: PathBuf) -> Self {
        Self {
            path,
            filename,
            pdfium,
            ocr: None,
            limits: Limits::default(),
            program: None,
            #[cfg(debug_assertions)]
            fault: None,
        }
    }

    /// Makes the child misbehave, to test that the parent survives it.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn with_fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }
}

/// What one file may cost: of a scan, one page; of pictures in a document, each.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Address space of the child, in bytes.
    pub memory_bytes: u64,
    pub cpu_seconds: u64,
    /// By the clock: longer than the CPU time, since the machine has other work too.
    pub wall: Duration,
    /// Of all that it says, in bytes: text with its structure.
    pub output_bytes: u64,
    /// How many scanned pages of one file are read.
    pub scanned_pages: usize,
    /// How many pictures beside its text are read of one document, and in how much time.
    pub pictures: usize,
    pub pictures_wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 2 * 1024 * 1024 * 1024,
            cpu_seconds: 120,
            wall: Duration::from_secs(600),
            output_bytes: 3_000_000_000,
            scanned_pages: 1_000,
            pictures: 200,
            pictures_wall: Duration::from_secs(900),
        }
    }
}
