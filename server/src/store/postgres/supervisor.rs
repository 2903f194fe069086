//! Keeps Postgres running, until it is told to stop.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio::sync::watch;

use super::{home::Home, orphan, tuning};
use crate::deadline::Deadline;

/// Before Postgres is started again; doubled each time up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// One that ran for this long died of something else than its start.
const RAN_WELL: Duration = Duration::from_secs(60);
/// Past this size the log is put aside at the next start.
const LOG_LIMIT: u64 = 10 * 1024 * 1024;

/// Postgres' processes of a killed Postgres hold its shared memory until they notice, which takes a moment.
const STILL_HELD: &str = "shared memory block";

/// A thread that runs Postgres and starts it again when it ends by itself.
#[derive(Debug)]
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    ended: watch::Receiver<bool>,
    home: Home,
    /// How long the log was before our Postgres wrote to it.
    log_start: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    stopping: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: Option<Pid>,
    stopping: bool,
    /// How it ended last without having been told to.
    failure: Option<String>,
}

impl Supervisor {
    /// Starts the thread, and Postgres in it.
    pub(super) fn start(home: Home) -> Result<Self> {
        let log_start = put_aside_long_log(&home.log())?;
        let shared = Arc::new(Shared::default());
        let (ending, ended) = watch::channel(false);
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn({
                let (shared, home) = (shared.clone(), home.clone());
                move || {
                    supervise(&home, &shared);
                    ending.send_replace(true);
                }
            })
            .context("could not start the thread that runs Postgres")?;
        Ok(Self { shared, ended, home, log_start })
    }

    /// Fails where Postgres ended during its start for a reason that trying again doesn't remove.
    pub(super) fn check_start(&self) -> Result<()> {
        let Some(failure) = self.shared.lock().failure.clone() else {
            return Ok(());
        };
        let said = said_since(&self.home.log(), self.log_start)?;
        if said.contains(STILL_HELD) {
            return Ok(());
        }
        bail!("Postgres could not start ({failure}): {}", said.trim_end())
    }

    /// Stops Postgres: fast, and where that takes too long at once.
    pub(super) async fn stop(mut self, deadline: Deadline) {
        self.shared.tell_to_stop(Signal::INT);
        let steps = [(deadline.orderly_database(), Signal::QUIT), (deadline.database(), Signal::KILL)];
        for (until, harsher) in steps {
            if tokio::time::timeout_at(until, self.ended.wait_for(|ended| *ended)).await.is_ok() {
                return;
            }
            tracing::warn!("Postgres takes long to stop");
            self.shared.tell_to_stop(harsher);
        }
        // Nothing survives the last signal.
        let _ = self.ended.wait_for(|ended| *ended).await;
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.shared.tell_to_stop(Signal::INT);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_to_stop(&self, signal: Signal) {
        let mut state = self.lock();
        state.stopping = true;
        if let Some(pid) = state.running {
            // The process is not reaped while it is noted here, so the number is still its own.
            let _ = kill_process(pid, signal);
        }
        self.stopping.notify_all();
    }

    /// Waits, or less long where it is told to stop meanwhile.
    fn pause(&self, pause: Duration) {
        let state = self.lock();
        drop(self.stopping.wait_timeout_while(state, pause, |state| !state.stopping));
    }
}

fn supervise(home: &Home, shared: &Shared) {
    let mut pause = FIRST_PAUSE;
    while !shared.lock().stopping {
        let started = Instant::now();
        let ended = run(home, shared);
        let mut state = shared.lock();
        if state.stopping {
            return;
        }
        tracing::error!(reason = ended, log = %home.log().display(), "Postgres ended and is started again");
        state.failure = Some(ended);
        drop(state);
        if started.elapsed() > RAN_WELL {
            pause = FIRST_PAUSE;
        }
        shared.pause(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Runs Postgres once, and tells in words how it ended.
fn run(home: &Home, shared: &Shared) -> String {
    let mut child = {
        let mut state = shared.lock();
        if state.stopping {
            return "told to stop".to_owned();
        }
        match spawn(home) {
            Ok(child) => {
                state.running = Some(Pid::from_child(&child));
                child
            }
            Err(err) => return format!("{err:#}"),
        }
    };
    // Waits without reaping: see `tell_to_stop`.
    let waited = waitid(WaitId::Pid(Pid::from_child(&child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    shared.lock().running = None;
    match waited.map_err(io::Error::from).and_then(|_| child.wait()) {
        Ok(status) => status.to_string(),
        Err(err) => format!("could not wait for it: {err}"),
    }
}

fn spawn(home: &Home) -> Result<Child> {
    orphan::forget(&home.cluster())?;
    let log = open_log(&home.log())?;
    let mut command = home.command("postgres");
    command.arg("-D").arg(home.cluster()).arg("-k").arg(home.socket_dir());
    for setting in tuning::settings() {
        command.arg("-c").arg(setting);
    }
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("could not share the log")?)
        .stderr(log)
        // Ctrl-C in a terminal goes to the whole group of the server, which stops Postgres last.
        .process_group(0);
    // SAFETY: the closure makes one system call and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            // A killed server takes Postgres along. The signal comes when the *thread* that started it
            // ends, which is why this one does nothing else.
            rustix::process::set_parent_process_death_signal(Some(Signal::INT)).map_err(io::Error::from)
        });
    }
    command.spawn().context("could not run postgres")
}

fn open_log(log: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .with_context(|| format!("could not open {}", log.display()))
}

/// Renames a log that grew long; says how long the one that is written on now is.
fn put_aside_long_log(log: &Path) -> Result<u64> {
    let length = fs::metadata(log).map_or(0, |found| found.len());
    if length <= LOG_LIMIT {
        return Ok(length);
    }
    fs::rename(log, log.with_extension("log.old"))
        .with_context(|| format!("could not put {} aside", log.display()))?;
    Ok(0)
}

fn said_since(log: &Path, start: u64) -> Result<String> {
    let mut said = Vec::new();
    File::open(log)
        .and_then(|mut log| {
            log.seek(SeekFrom::Start(start))?;
            log.read_to_end(&mut said)
        })
        .with_context(|| format!("could not read {}", log.display()))?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}
