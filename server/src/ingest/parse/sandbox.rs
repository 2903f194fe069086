//! The child's side: give up every right, do one task, say what came of it.

mod confine;
#[cfg(debug_assertions)]
mod fault;

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use self::confine::{Work, confine};
#[cfg(debug_assertions)]
pub use self::fault::Fault;
use super::frames::Frames;
use super::reading::Said;
use super::scan::Area;
use super::unpack::unpack;
use super::{ParseError, kind, member, pdf, read_in_pieces, scan};
use crate::politeness::Politeness;

/// What the parent asks for: one line of JSON on standard input.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) task: Task,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
    /// Misbehaviour on demand, to test that the parent survives it; debug builds only.
    #[cfg(debug_assertions)]
    pub(super) fault: Option<Fault>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Hands out the text, as [`Said`] tells.
    Read { path: PathBuf, filename: String, pdfium: PathBuf },
    /// Hands out the files of an archive, each of at most `largest` bytes, as [`Unpacked`] tells.
    ///
    /// [`Unpacked`]: super::unpack::Unpacked
    Unpack { path: PathBuf, largest: u64 },
    /// Answers a page of a PDF, counted from 1, or an area of it as a picture in PGM.
    Draw { path: PathBuf, inner: Option<Inner>, page: u32, area: Option<Area>, pdfium: PathBuf },
    /// Answers a picture: the one of this name out of the archive that a document is, or the document itself.
    Show { path: PathBuf, inner: Option<Inner>, name: Option<String>, pdfium: PathBuf },
    /// Becomes the text recognition program: the picture follows the order, the answer is what
    /// that program prints.
    Recognise { program: PathBuf, arguments: Vec<String>, data: Option<PathBuf> },
}

/// A document within the file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Inner {
    /// As [`Allowance`](super::member::Allowance) numbers it.
    pub(super) number: u32,
    /// The file's own name, by which it is read.
    pub(super) filename: String,
}

impl Inner {
    /// The bytes of the document in question: the one within the file, if there is one.
    fn of(inner: Option<&Self>, file: Vec<u8>) -> Result<Vec<u8>, ParseError> {
        match inner {
            Some(inner) => member::bytes_of(&file, &inner.filename, inner.number),
            None => Ok(file),
        }
    }
}

/// Runs the hidden subcommand `parse-child`: one order from standard input, one answer to
/// standard output. Must be called before any thread is started.
pub fn run_child() -> ExitCode {
    match serve_one() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // The parent reads this and keeps it out of the logs.
            let _ = writeln!(io::stderr(), "{err:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve_one() -> anyhow::Result<()> {
    // Who searches doesn't wait for those who read files.
    Politeness::Idle.give_way();
    let order = read_order()?;
    match &order.task {
        Task::Read { path, filename, pdfium } => {
            let bytes = std::fs::read(path).context("could not read the file")?;
            // Everything that needs rights is done before they go: the file is in memory, the
            // library is loaded.
            if kind::may_hold_pdf(&bytes) {
                pdf::load_library(pdfium)?;
            }
            order.confine(Work::Compute)?;
            #[cfg(debug_assertions)]
            if let Some(fault) = order.fault {
                fault.commit();
            }
            let mut out = Frames::new(io::stdout().lock());
            // Nobody hears it where the parent is gone: the child ends with its next word.
            let ended = read_in_pieces(&bytes, filename, &mut |piece| {
                out.message(&Said::Piece(piece)).map_err(|_| ParseError::ParserUnavailable)
            });
            out.message(&Said::End(ended)).context("could not write the answer")
        }
        Task::Unpack { path, largest } => {
            let bytes = std::fs::read(path).context("could not read the archive")?;
            order.confine(Work::Compute)?;
            unpack(&bytes, *largest, Frames::new(io::stdout().lock())).context("could not hand out files")
        }
        Task::Draw { path, inner, page, area, pdfium } => {
            let bytes = std::fs::read(path).context("could not read the file")?;
            pdf::load_library(pdfium)?;
            order.confine(Work::Compute)?;
            let bytes = Inner::of(inner.as_ref(), bytes)?;
            say(&pdf::draw(&bytes, *page, *area)?)
        }
        Task::Show { path, inner, name, pdfium } => {
            let bytes = std::fs::read(path).context("could not read the file")?;
            if inner.is_some() && kind::may_hold_pdf(&bytes) {
                // On the way to the document there may be one.
                pdf::load_library(pdfium)?;
            }
            order.confine(Work::Compute)?;
            let bytes = Inner::of(inner.as_ref(), bytes)?;
            match name {
                Some(name) => say(&scan::member(&bytes, name)?),
                None => say(&bytes),
            }
        }
        Task::Recognise { program, arguments, data } => {
            order.confine(Work::Become { program, data: data.as_deref() })?;
            let mut command = Command::new(program);
            // One process has one core: pages are read side by side by several.
            command.args(arguments).env_clear().env("OMP_THREAD_LIMIT", "1");
            if let Some(data) = data {
                command.env("TESSDATA_PREFIX", data);
            }
            Err(command.exec()).context("could not become the text recognition program")
        }
    }
}

/// Reads the first line byte by byte: what follows it belongs to whoever comes after.
fn read_order() -> anyhow::Result<Order> {
    let stdin = io::stdin().as_fd().try_clone_to_owned().context("could not reach the order")?;
    let mut stdin = File::from(stdin);
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stdin.read(&mut byte).context("could not read the order")? == 1 && byte != *b"\n" {
        line.extend(byte);
    }
    serde_json::from_slice(&line).context("could not understand the order")
}

fn say(answer: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(answer).and_then(|()| out.flush()).context("could not write the answer")
}

impl Order {
    fn confine(&self, work: Work) -> anyhow::Result<()> {
        confine(work, self.memory_bytes, self.cpu_seconds).context("could not give up rights")
    }
}
