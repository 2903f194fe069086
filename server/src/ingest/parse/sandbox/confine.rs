//! What a child may still ask of the kernel: next to nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// What a child does once its rights are gone.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work<'a> {
    /// Computes on what it has in memory.
    Compute,
    /// Becomes this program, which reads its own data.
    Become { program: &'a Path, data: Option<&'a Path> },
}

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

/// Where programs, their libraries and their data lie.
const SYSTEM: &[&str] = &["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/opt", "/nix/store"];

/// From here on: no new rights, no other user's files, no new processes, no network, nothing
/// written to disk, bounded memory and CPU time; and no files at all but those of the program
/// that the child becomes. A child whose parent dies ends with its CPU time at the latest, or
/// when it answers into a closed pipe. (The kernel's signal for that case is sent when the
/// *thread* that started the child ends, which in a pool of threads means nothing.)
pub(super) fn confine(work: Work, memory_bytes: u64, cpu_seconds: u64) -> anyhow::Result<()> {
    become_nobody()?;
    let limits = [
        (Resource::As, memory_bytes, memory_bytes),
        // At the first the kernel sends SIGXCPU, which says why; at the second SIGKILL.
        (Resource::Cpu, cpu_seconds, cpu_seconds + 5),
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
    see_only(&visible(work)).context("could not hide the file system")?;
    refuse(work).context("could not filter system calls")
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

fn visible(work: Work) -> Vec<PathBuf> {
    match work {
        Work::Compute => Vec::new(),
        Work::Become { program, data } => {
            let own = program.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
            SYSTEM.iter().map(PathBuf::from).chain(own).chain(data.map(Path::to_owned)).collect()
        }
    }
}

/// Landlock: what lies beneath `visible` may be read and run, nothing else be touched. A kernel
/// without it is no error: user, limits and filter still stand.
fn see_only(visible: &[PathBuf]) -> anyhow::Result<()> {
    // The newest set of rights that the crate knows; the kernel takes those that it knows.
    let abi = ABI::V5;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .create()?;
    for path in visible {
        // A folder that this system doesn't have.
        let Ok(opened) = PathFd::new(path) else { continue };
        let rights =
            if path.is_dir() { AccessFs::from_read(abi) } else { AccessFs::Execute | AccessFs::ReadFile };
        rules = rules.add_rule(PathBeneath::new(opened, rights))?;
    }
    rules.restrict_self()?;
    Ok(())
}

/// Refused whatever the child does: network, other processes, kernel interfaces.
const NEVER: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_open_by_handle_at,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_memfd_create,
    libc::SYS_execveat,
];

/// Refused where the child only computes: files, programs, threads.
const NOT_WHILE_COMPUTING: &[libc::c_long] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_execve,
    libc::SYS_clone,
    libc::SYS_clone3,
];

/// seccomp: refused calls fail as if there were no permission, so that a library which looks for
/// a font, say, goes on without. Where the kernel or the machine has no filter, what else is
/// refused still stands.
fn refuse(work: Work) -> anyhow::Result<()> {
    let Ok(machine) = TargetArch::try_from(std::env::consts::ARCH) else { return Ok(()) };
    let computing = match work {
        Work::Compute => NOT_WHILE_COMPUTING,
        Work::Become { .. } => &[],
    };
    let calls: BTreeMap<i64, Vec<_>> =
        NEVER.iter().chain(computing).map(|call| (*call, Vec::new())).collect();
    let refusal = SeccompAction::Errno(libc::EPERM as u32);
    let filter: BpfProgram = SeccompFilter::new(calls, SeccompAction::Allow, refusal, machine)?.try_into()?;
    match seccompiler::apply_filter(&filter) {
        Err(seccompiler::Error::Seccomp(err)) if err.raw_os_error() == Some(libc::EINVAL) => Ok(()),
        applied => Ok(applied?),
    }
}
