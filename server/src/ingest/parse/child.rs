//! The parent's side: one child process per file, watched and limited.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

#[cfg(debug_assertions)]
use super::sandbox::Fault;
use super::sandbox::{Answer, Order};
use super::{Extracted, ParseError};

/// A file to be read.
#[derive(Debug, Clone)]
pub struct ParseRequest {
    /// Where the bytes are.
    pub path: PathBuf,
    /// What the uploader called it.
    pub filename: String,
    /// PDFium's library, for PDF files.
    pub pdfium: PathBuf,
    pub limits: Limits,
    /// The `footnote` program; this very one where `None`.
    pub program: Option<PathBuf>,
    #[cfg(debug_assertions)]
    fault: Option<Fault>,
}

impl ParseRequest {
    /// A request with the usual limits.
    pub fn new(path: PathBuf, filename: String, pdfium: PathBuf) -> Self {
        Self {
            path,
            filename,
            pdfium,
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

    fn order(&self) -> Order {
        Order {
            path: self.path.clone(),
            filename: self.filename.clone(),
            pdfium: self.pdfium.clone(),
            memory_bytes: self.limits.memory_bytes,
            cpu_seconds: self.limits.cpu_seconds,
            #[cfg(debug_assertions)]
            fault: self.fault,
        }
    }
}

/// What one file may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Address space of the child, in bytes.
    pub memory_bytes: u64,
    pub cpu_seconds: u64,
    /// By the clock: longer than the CPU time, since the machine has other work too.
    pub wall: Duration,
    /// Of the answer, in bytes.
    pub output_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 2 * 1024 * 1024 * 1024,
            cpu_seconds: 120,
            wall: Duration::from_secs(600),
            output_bytes: 192 * 1024 * 1024,
        }
    }
}

/// What is kept of the child's standard error, in bytes.
const COMPLAINT: u64 = 4 * 1024;

/// Reads a file in a child process of its own, so that a file which kills its parser fails
/// alone. Dropping the future kills the child.
pub async fn parse_file(request: ParseRequest) -> Result<Extracted, ParseError> {
    let found = run(&request).await.unwrap_or_else(|err| {
        tracing::error!(error = format!("{err:#}"), "Could not run a parser");
        Err(ParseError::ParserUnavailable)
    })?;
    if found.extracted.text.is_empty() { Err(ParseError::NeedsOcr) } else { Ok(found.extracted) }
}

/// The outer error is the server's fault, the inner one the file's.
async fn run(request: &ParseRequest) -> anyhow::Result<Answer> {
    let order = serde_json::to_vec(&request.order()).context("could not write down the order")?;
    let mut child = spawn(request)?;
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let talk = talk(&mut child, &order, group, request.limits.output_bytes);
    let outcome = tokio::time::timeout(request.limits.wall, talk).await;
    kill(group);
    let status = child.wait().await.context("could not wait for the parser")?;
    match outcome {
        Ok(said) => judge(&said?, status, request.limits.output_bytes),
        Err(_elapsed) => Ok(Err(ParseError::TookTooLong)),
    }
}

fn spawn(request: &ParseRequest) -> anyhow::Result<Child> {
    let program = match &request.program {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("could not find this program")?,
    };
    Command::new(&program)
        .arg("parse-child")
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .context("could not start the parser")
}

/// What a child said before it ended.
struct Said {
    answer: Vec<u8>,
    complaint: String,
}

/// Hands over the order and listens until the child closes its output. One that says more than
/// `most` bytes is killed.
async fn talk(child: &mut Child, order: &[u8], group: Option<Pid>, most: u64) -> anyhow::Result<Said> {
    let mut stdin = child.stdin.take().context("the parser has no input")?;
    let stdout = child.stdout.take().context("the parser has no output")?;
    let stderr = child.stderr.take().context("the parser has no error output")?;
    // A child that died early closes its input; how it died tells more than the broken pipe.
    let _ = stdin.write_all(order).await;
    drop(stdin);
    let answer = async {
        let mut answer = Vec::new();
        stdout.take(most + 1).read_to_end(&mut answer).await?;
        if answer.len() as u64 > most {
            kill(group);
        }
        Ok(answer)
    };
    let (answer, complaint) = tokio::try_join!(answer, complaint(stderr))
        .map_err(|err: std::io::Error| anyhow::Error::new(err))
        .context("could not listen to the parser")?;
    Ok(Said { answer, complaint })
}

/// The start of what the child writes to its standard error; the rest is read and forgotten, so
/// that the child never waits.
async fn complaint(mut stderr: impl AsyncRead + Unpin) -> std::io::Result<String> {
    let mut start = Vec::new();
    (&mut stderr).take(COMPLAINT).read_to_end(&mut start).await?;
    tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}

/// What the child's words and its end mean. A complete answer counts however the child ended.
fn judge(said: &Said, status: ExitStatus, most: u64) -> anyhow::Result<Answer> {
    if said.answer.len() as u64 > most {
        let why = "it holds more text than can be read at once".to_owned();
        return Ok(Err(ParseError::TooLarge { why }));
    }
    if let Ok(answer) = serde_json::from_slice(&said.answer) {
        return Ok(answer);
    }
    let signal = status.signal();
    Ok(Err(if signal == Some(libc::SIGXCPU) {
        ParseError::TookTooLong
    } else if signal == Some(libc::SIGKILL) || said.complaint.contains("memory allocation of") {
        // Nobody else sends SIGKILL to it than the kernel when memory runs out.
        ParseError::UsedTooMuchMemory
    } else if status.code() == Some(1) {
        anyhow::bail!("the parser gave up: {}", said.complaint.trim());
    } else {
        ParseError::ParserCrashed
    }))
}

/// The whole process group; gone already is fine.
fn kill(group: Option<Pid>) {
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
}
