//! Ways to misbehave, for the tests of the parent.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Panic,
    Abort,
    Loop,
    Sleep,
    EatMemory,
    Flood,
    /// These succeed only if the sandbox leaks; the parse then goes on as if nothing were wrong.
    WriteFile,
    ReadFile,
    OpenSocket,
    StartProgram,
    StartThread,
}

impl Fault {
    #[expect(clippy::panic, reason = "this is what the fault is")]
    pub(super) fn commit(self) {
        let leaks = match self {
            Self::Panic => panic!("asked to panic"),
            Self::Abort => false,
            Self::Loop => loop {
                std::hint::spin_loop();
            },
            Self::Sleep => {
                std::thread::sleep(std::time::Duration::from_secs(3_600));
                false
            }
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
                false
            }
            Self::WriteFile => std::fs::write("/tmp/footnote-sandbox-leak", "x").is_ok(),
            Self::ReadFile => std::fs::read("/etc/passwd").is_ok(),
            Self::OpenSocket => std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
            Self::StartProgram => std::process::Command::new("/bin/true").status().is_ok(),
            Self::StartThread => std::thread::Builder::new().spawn(|| {}).is_ok(),
        };
        if !leaks {
            std::process::abort();
        }
    }
}
