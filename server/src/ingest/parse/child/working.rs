//! A child that answers in pieces, heard one by one: neither side holds the whole.

use std::time::Duration;

use anyhow::Context;
use rustix::process::Pid;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdout};
use tokio::task::JoinHandle;

use super::{End, complaint, judge, kill, spawn, written_order};
use crate::ingest::parse::frames::{BYTES, HEAD, MESSAGE};
use crate::ingest::parse::sandbox::Task;
use crate::ingest::parse::{ParseError, ParseRequest};

/// A child at its task. Dropping it kills the child.
pub(in crate::ingest::parse) struct Working {
    child: Child,
    group: Option<Pid>,
    out: BufReader<ChildStdout>,
    complaint: JoinHandle<std::io::Result<String>>,
    /// The longest that a piece may take.
    wall: Duration,
    /// How many bytes it may still say.
    left: u64,
}

/// The next that a child says.
pub(in crate::ingest::parse) enum Heard {
    /// In JSON.
    Message(Vec<u8>),
    Bytes(Vec<u8>),
    Ended(End),
}

impl Working {
    /// Starts a child that may say `most` bytes in all.
    pub(in crate::ingest::parse) async fn begin(
        request: &ParseRequest,
        task: Task,
        most: u64,
    ) -> anyhow::Result<Self> {
        let order = written_order(request, task)?;
        let mut child = spawn(request)?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let mut stdin = child.stdin.take().context("the parser has no input")?;
        let out = BufReader::new(child.stdout.take().context("the parser has no output")?);
        let complaint =
            tokio::spawn(complaint(child.stderr.take().context("the parser has no error output")?));
        // A child that died early closes its input; how it died tells more than the broken pipe.
        let _ = stdin.write_all(&order).await;
        drop(stdin);
        Ok(Self { child, group, out, complaint, wall: request.limits.wall, left: most })
    }

    pub(in crate::ingest::parse) async fn hear(&mut self) -> anyhow::Result<Heard> {
        match tokio::time::timeout(self.wall, self.hear_frame()).await {
            Ok(heard) => heard,
            Err(_elapsed) => Ok(Heard::Ended(End::Failed(ParseError::TookTooLong))),
        }
    }

    async fn hear_frame(&mut self) -> anyhow::Result<Heard> {
        let mut head = [0; HEAD];
        if self.out.read_exact(&mut head).await.is_err() {
            return self.end().await;
        }
        let [letter, length @ ..] = head;
        let length = u32::from_be_bytes(length);
        let Some(left) = self.left.checked_sub(length.into()) else {
            kill(self.group);
            let why = "it holds more than can be read".to_owned();
            return Ok(Heard::Ended(End::Failed(ParseError::TooLarge { why })));
        };
        self.left = left;
        let mut content = vec![0; length as usize];
        if self.out.read_exact(&mut content).await.is_err() {
            return self.end().await;
        }
        match letter {
            MESSAGE => Ok(Heard::Message(content)),
            BYTES => Ok(Heard::Bytes(content)),
            _ => Ok(Heard::Ended(End::Failed(ParseError::ParserCrashed))),
        }
    }

    /// How the child ended that says no more.
    async fn end(&mut self) -> anyhow::Result<Heard> {
        kill(self.group);
        let status = self.child.wait().await.context("could not wait for the parser")?;
        let complaint = (&mut self.complaint).await.context("could not listen to the parser")?;
        let complaint = complaint.context("could not read what the parser complained of")?;
        Ok(Heard::Ended(judge(&complaint, status)))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        kill(self.group);
    }
}
