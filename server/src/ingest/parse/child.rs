//! The parent's side: one child process per task, watched and limited.

mod working;

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

pub(super) use self::working::{Heard, Working};
use super::sandbox::{Order, Task};
use super::{ParseError, ParseRequest};

/// The outer error is the server's fault, the inner one the file's.
pub(super) type Outcome<T> = anyhow::Result<Result<T, ParseError>>;

/// Logs what is the server's fault.
pub(super) fn blameless<T>(outcome: Outcome<T>) -> Result<T, ParseError> {
    outcome.unwrap_or_else(|err| {
        tracing::error!(error = format!("{err:#}"), "Could not run a parser");
        Err(ParseError::ParserUnavailable)
    })
}

/// What a child said and how it ended.
pub(super) struct Ended {
    pub(super) said: Vec<u8>,
    pub(super) how: End,
}

pub(super) enum End {
    Well,
    /// It was stopped, or it crashed.
    Failed(ParseError),
    /// It said that it can't do it, and why.
    GaveUp {
        complaint: String,
    },
}

/// Runs a task in a child under the request's limits; `input` follows the order.
pub(super) async fn run(
    request: &ParseRequest,
    task: Task,
    input: impl AsyncRead + Unpin,
) -> anyhow::Result<Ended> {
    let order = written_order(request, task)?;
    let most = request.limits.output_bytes;
    let mut child = spawn(request)?;
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let talk = talk(&mut child, order.as_slice().chain(input), group, most);
    let outcome = tokio::time::timeout(request.limits.wall, talk).await;
    kill(group);
    let status = child.wait().await.context("could not wait for the parser")?;
    match outcome {
        Ok(said) => said.map(|said| Ended { how: said.judge(status, most), said: said.answer }),
        Err(_elapsed) => Ok(Ended { said: Vec::new(), how: End::Failed(ParseError::TookTooLong) }),
    }
}

/// The order as the child reads it: a line of JSON.
fn written_order(request: &ParseRequest, task: Task) -> anyhow::Result<Vec<u8>> {
    let order = Order {
        task,
        memory_bytes: request.limits.memory_bytes,
        cpu_seconds: request.limits.cpu_seconds,
        #[cfg(debug_assertions)]
        fault: request.fault,
    };
    let mut order = serde_json::to_vec(&order).context("could not write down the order")?;
    order.push(b'\n');
    Ok(order)
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

/// What is kept of the child's standard error, in bytes.
const COMPLAINT: u64 = 4 * 1024;

/// Hands over the input and listens until the child closes its output. One that says more than
/// `most` bytes is killed.
async fn talk(
    child: &mut Child,
    mut input: impl AsyncRead + Unpin,
    group: Option<Pid>,
    most: u64,
) -> anyhow::Result<Said> {
    let mut stdin = child.stdin.take().context("the parser has no input")?;
    let stdout = child.stdout.take().context("the parser has no output")?;
    let stderr = child.stderr.take().context("the parser has no error output")?;
    let hand_over = async {
        // A child that died early closes its input; how it died tells more than the broken pipe.
        let _ = tokio::io::copy(&mut input, &mut stdin).await;
        let _ = stdin.shutdown().await;
        drop(stdin);
        Ok(())
    };
    let answer = async {
        let mut answer = Vec::new();
        stdout.take(most + 1).read_to_end(&mut answer).await?;
        if answer.len() as u64 > most {
            kill(group);
        }
        Ok(answer)
    };
    let ((), answer, complaint) = tokio::try_join!(hand_over, answer, complaint(stderr))
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

impl Said {
    /// What the child's end means, also for one that was killed because it said too much.
    fn judge(&self, status: ExitStatus, most: u64) -> End {
        if self.answer.len() as u64 > most {
            let why = "it holds more text than can be read at once".to_owned();
            return End::Failed(ParseError::TooLarge { why });
        }
        judge(&self.complaint, status)
    }
}

/// What a child's end means.
fn judge(complaint: &str, status: ExitStatus) -> End {
    let signal = status.signal();
    if status.success() {
        End::Well
    } else if signal == Some(libc::SIGXCPU) {
        End::Failed(ParseError::TookTooLong)
    } else if signal == Some(libc::SIGKILL) || complaint.contains("memory allocation of") {
        // Nobody else sends SIGKILL to it than the kernel when memory runs out.
        End::Failed(ParseError::UsedTooMuchMemory)
    } else if status.code() == Some(1) {
        End::GaveUp { complaint: complaint.trim().to_owned() }
    } else {
        End::Failed(ParseError::ParserCrashed)
    }
}

/// The whole process group; gone already is fine.
fn kill(group: Option<Pid>) {
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
}
