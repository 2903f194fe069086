//! The child's side: give up every right, read one file, say what is in it.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::member::Allowance;
use super::{Found, ParseError, kind, pdf, read_bytes};

/// What the parent asks for, as one JSON object on standard input.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) path: PathBuf,
    pub(super) filename: String,
    /// PDFium's library.
    pub(super) pdfium: PathBuf,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
    /// Misbehaviour on demand, to test that the parent survives it; debug builds only.
    #[cfg(debug_assertions)]
    pub(super) fault: Option<Fault>,
}

/// What the child answers on standard output.
pub(super) type Answer = Result<Found, ParseError>;

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

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
    let mut order = Vec::new();
    io::stdin().lock().read_to_end(&mut order).context("could not read the order")?;
    let order: Order = serde_json::from_slice(&order).context("could not understand the order")?;
    let bytes = std::fs::read(&order.path).context("could not read the file")?;
    // Everything that needs rights is done before they go: the file is in memory, the library
    // is loaded.
    if kind::may_hold_pdf(&bytes) {
        pdf::load_library(&order.pdfium)?;
    }
    give_up_rights(&order).context("could not give up rights")?;

    #[cfg(debug_assertions)]
    if let Some(fault) = order.fault {
        fault.commit();
    }
    let answer: Answer = read_bytes(&bytes, &order.filename, &mut Allowance::default());
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &answer).context("could not write the answer")?;
    out.flush().context("could not write the answer")
}

/// From here on: no new rights, no other user's files, no new processes, nothing written to
/// disk, bounded memory and CPU time. A child whose parent dies ends with its CPU time at the
/// latest, or when it answers into a closed pipe. (The kernel's signal for that case is sent when
/// the *thread* that started the child ends, which in a pool of threads means nothing.)
fn give_up_rights(order: &Order) -> anyhow::Result<()> {
    become_nobody()?;
    let limits = [
        (Resource::As, order.memory_bytes, order.memory_bytes),
        // At the first the kernel sends SIGXCPU, which says why; at the second SIGKILL.
        (Resource::Cpu, order.cpu_seconds, order.cpu_seconds + 5),
        (Resource::Fsize, 0, 0),
        (Resource::Core, 0, 0),
        (Resource::Nofile, 32, 32),
        (Resource::Nproc, 0, 0),
    ];
    for (resource, soft, hard) in limits {
        let limit = Rlimit { current: Some(soft), maximum: Some(hard) };
        setrlimit(resource, limit).with_context(|| format!("could not limit {resource:?}"))?;
    }
    // SAFETY: prctl with this option takes plain numbers and touches no memory of ours.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error()).context("could not refuse new privileges");
    }
    Ok(())
}

/// A server started by root must not parse as root.
fn become_nobody() -> anyhow::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    // SAFETY: an empty group list is passed with length 0, so the null pointer is never read;
    // the other two calls take plain numbers. The process has one thread.
    let refused = unsafe {
        libc::setgroups(0, std::ptr::null()) != 0 || libc::setgid(NOBODY) != 0 || libc::setuid(NOBODY) != 0
    };
    if refused {
        return Err(io::Error::last_os_error()).context("could not become nobody");
    }
    Ok(())
}

/// Ways to misbehave, for the tests of the parent.
#[cfg(debug_assertions)]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Panic,
    Abort,
    Loop,
    Sleep,
    EatMemory,
    Flood,
    WriteFile,
}

#[cfg(debug_assertions)]
impl Fault {
    #[expect(clippy::panic, reason = "this is what the fault is")]
    fn commit(self) {
        match self {
            Self::Panic => panic!("asked to panic"),
            Self::Abort => std::process::abort(),
            Self::Loop => loop {
                std::hint::spin_loop();
            },
            Self::Sleep => std::thread::sleep(std::time::Duration::from_secs(3_600)),
            Self::EatMemory => {
                let mut eaten = Vec::new();
                loop {
                    eaten.push(vec![1_u8; 64 * 1024 * 1024]);
                    std::hint::black_box(&eaten);
                }
            }
            Self::Flood => {
                let block = [b' '; 64 * 1024];
                while io::stdout().lock().write_all(&block).is_ok() {}
            }
            // Succeeds only if the sandbox leaks; the parse then goes on as if nothing were wrong.
            Self::WriteFile => match std::fs::write("/tmp/footnote-sandbox-leak", "x") {
                Ok(()) => {}
                Err(_) => std::process::abort(),
            },
        }
    }
}
