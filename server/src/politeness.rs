//! How much of the processor work takes that others could use.

/// How much a thread, or a process of one thread, gives way to the rest of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Politeness {
    /// It goes on where nothing else wants to.
    Idle,
    /// It has a tenth of what urgent work has where there isn't enough for both: others wait for it in
    /// the end, though not for each piece of it.
    Behind,
}

impl Politeness {
    /// Makes the calling thread give way, and those that it starts from now on. It can't take that back.
    pub(crate) fn give_way(self) {
        // Where the system refuses, it is only less polite.
        let _ = rustix::process::nice(self.niceness());
        if matches!(self, Self::Idle) {
            run_when_idle();
        }
    }

    /// What is added to the usual niceness (nice(2)).
    fn niceness(self) -> i32 {
        match self {
            Self::Idle => 19,
            Self::Behind => 10,
        }
    }
}

/// Niceness is a share of the time alone: a thread that wakes may have to wait until a nicer one has used up
/// its slice. Of this policy (`SCHED_IDLE`, sched(7)) every other thread that wakes takes the processor at once.
fn run_when_idle() {
    let parameters = libc::sched_param { sched_priority: 0 };
    // SAFETY: the call reads `parameters` and changes the calling thread alone, which 0 stands for.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const parameters) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_gives_way_to_all_runs_when_idle_and_leaves_other_threads_as_they_are() {
        // SAFETY: the call changes nothing.
        let policy = || unsafe { libc::sched_getscheduler(0) };
        let niceness = || rustix::process::nice(0).unwrap();
        let before = (policy(), niceness());
        let polite = std::thread::spawn(move || {
            Politeness::Idle.give_way();
            (policy(), niceness())
        });
        assert_eq!(polite.join().unwrap(), (libc::SCHED_IDLE, 19));
        assert_eq!((policy(), niceness()), before);
    }
}
