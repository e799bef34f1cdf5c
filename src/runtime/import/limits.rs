//! What the reading process may use. A workbook of a few kilobytes can ask a spreadsheet reader
//! for hundreds of gigabytes; the kernel then ends the reader, not the desk.
//!
//! Needs `unsafe`, as only `runtime::memory` does beside it: setting limits between fork and exec has no
//! safe form in the standard library. The closure calls `getrlimit` and `setrlimit` only, plain system
//! calls that touch no memory of the parent.
#![allow(unsafe_code)]

use std::process::Command;

/// Address space of the reader in bytes (512 MB), whatever the file and its size.
///
/// Text in every encoding, JSON and `.xlsx` are read piece by piece and take a small part of it.
/// `.xls`, `.xlsb` and `.ods` are held whole by what reads them; what they may ask for is looked at
/// before (`ingest::limits`), and one that needs more is refused with the advice to save it as
/// `.xlsx`, which needs less.
const MEMORY: u64 = 512 << 20;
/// Processor seconds for a file of ordinary size.
const CPU_BASE: u64 = 30;
/// Bytes of file for one more processor second.
const CPU_BYTES: u64 = 40_000_000;
/// Seconds between being told that the time is up and being ended.
const CPU_GRACE: u64 = 5;

/// What a reader may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Address space in bytes.
    pub memory: u64,
    /// Processor time in seconds.
    pub seconds: u64,
    /// Seconds that it may say nothing: one that waits for ever uses no processor.
    pub silence: u64,
}

impl Allowance {
    /// For a file of so many bytes.
    pub fn of(bytes: u64) -> Allowance {
        let seconds = CPU_BASE + bytes / CPU_BYTES;
        Allowance {
            memory: MEMORY,
            seconds,
            silence: CPU_BASE,
        }
    }
}

/// Lays the limits on a process about to be started. Only on Unix; elsewhere the caps of the
/// readers themselves are what holds.
pub fn lay_on(command: &mut Command, allowance: Allowance) {
    // Each thread would set some 64 MB of address space aside for what it may allocate one day.
    command.env("MALLOC_ARENA_MAX", "1");
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let Allowance {
            memory, seconds, ..
        } = allowance;
        // SAFETY: the closure makes system calls only and allocates nothing (see the module's words).
        unsafe {
            command.pre_exec(move || {
                set(libc::RLIMIT_AS, memory, memory)?;
                set(libc::RLIMIT_CPU, seconds, seconds + CPU_GRACE)?;
                set(libc::RLIMIT_CORE, 0, 0)
            });
        }
    }
    #[cfg(not(unix))]
    let _ = (command, allowance);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(all(unix, not(all(target_os = "linux", target_env = "gnu"))))]
type Resource = libc::c_int;

/// Lowers one limit; a limit that is tighter already (of a container, say) stays as it is.
#[cfg(unix)]
fn set(resource: Resource, soft: u64, hard: u64) -> std::io::Result<()> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid rlimit that the call fills.
    if unsafe { libc::getrlimit(resource, &mut limit) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    let lowered = |value: u64| (value as libc::rlim_t).min(limit.rlim_max);
    limit = libc::rlimit {
        rlim_cur: lowered(soft),
        rlim_max: lowered(hard),
    };
    // SAFETY: `limit` is a valid rlimit for the duration of the call.
    if unsafe { libc::setrlimit(resource, &limit) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}
