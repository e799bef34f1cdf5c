//! What the reading process may use. A workbook of a few kilobytes can ask a spreadsheet reader
//! for hundreds of gigabytes; the kernel then ends the reader, not the desk.
//!
//! The one place of the program that needs `unsafe`: setting limits between fork and exec has no
//! safe form in the standard library. The closure calls `getrlimit` and `setrlimit` only, plain system
//! calls that touch no memory of the parent.
#![allow(unsafe_code)]

use std::process::Command;

/// Address space of the reader for a small file, in bytes (1 GiB).
const MEMORY_BASE: u64 = 1 << 30;
/// Further address space for each byte of the file: rows take more room than their text.
const MEMORY_PER_BYTE: u64 = 24;
/// Address space at most (16 GiB).
const MEMORY_MAX: u64 = 16 << 30;
/// Processor seconds for a small file.
const CPU_BASE: u64 = 30;
/// Bytes of file for one more processor second.
const CPU_BYTES: u64 = 250_000;

/// Address space in bytes and processor time in seconds for a file of that size.
pub fn for_size(bytes: u64) -> (u64, u64) {
    let memory = bytes
        .saturating_mul(MEMORY_PER_BYTE)
        .saturating_add(MEMORY_BASE);
    (memory.min(MEMORY_MAX), CPU_BASE + bytes / CPU_BYTES)
}

/// Lays the limits on a process about to be started. Only on Unix; elsewhere the caps of the
/// readers themselves are what holds.
pub fn lay_on(command: &mut Command, bytes: u64) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let (memory, seconds) = for_size(bytes);
        // SAFETY: the closure makes two system calls and allocates nothing (see the module's words).
        unsafe {
            command.pre_exec(move || {
                set(libc::RLIMIT_AS, memory)?;
                set(libc::RLIMIT_CPU, seconds)?;
                set(libc::RLIMIT_CORE, 0)
            });
        }
    }
    #[cfg(not(unix))]
    let _ = (command, bytes);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(all(unix, not(all(target_os = "linux", target_env = "gnu"))))]
type Resource = libc::c_int;

/// Lowers one limit; a limit that is tighter already (of a container, say) stays as it is.
#[cfg(unix)]
fn set(resource: Resource, value: u64) -> std::io::Result<()> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid rlimit that the call fills.
    if unsafe { libc::getrlimit(resource, &mut limit) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    let value = (value as libc::rlim_t).min(limit.rlim_max);
    limit = libc::rlimit {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: `limit` is a valid rlimit for the duration of the call.
    if unsafe { libc::setrlimit(resource, &limit) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_with_the_file_and_end_somewhere() {
        assert_eq!(for_size(0), (MEMORY_BASE, CPU_BASE));
        let (memory, seconds) = for_size(100_000_000);
        assert!(memory > MEMORY_BASE && seconds > CPU_BASE);
        assert_eq!(for_size(u64::MAX / 2).0, MEMORY_MAX);
    }
}
