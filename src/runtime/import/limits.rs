//! What the reading process may use. A workbook of a few kilobytes can ask a spreadsheet reader
//! for hundreds of gigabytes; the kernel then ends the reader, not the desk.
//!
//! Needs `unsafe`, as only `runtime::memory` does beside it: setting limits between fork and exec has no
//! safe form in the standard library. The closure calls `getrlimit` and `setrlimit` only, plain system
//! calls that touch no memory of the parent.
#![allow(unsafe_code)]

use crate::ingest::container::is_archive;
use std::process::Command;

/// Address space of the reader for a small file, in bytes (512 MB).
const MEMORY_BASE: u64 = 512 << 20;
/// Further address space for each byte of a file that is held while it is read: a JSON document as
/// a tree took 13 times its size, the cells of a workbook 18 times that of the archive they are
/// packed in.
const MEMORY_PER_HELD_BYTE: u64 = 24;
/// The same for delimited text. UTF-8 is streamed and takes none; text in another encoding is held
/// as it is and as it is decoded, for which up to three bytes for each of its own are asked for.
const MEMORY_PER_TEXT_BYTE: u64 = 5;
/// Address space at most (16 GiB).
const MEMORY_MAX: u64 = 16 << 30;
/// Processor seconds for a small file.
const CPU_BASE: u64 = 30;
/// Bytes of file for one more processor second.
const CPU_BYTES: u64 = 250_000;
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
    /// For a file of so many bytes that begins with `head`.
    pub fn of(bytes: u64, head: &[u8]) -> Allowance {
        let per_byte = match is_held(head) {
            true => MEMORY_PER_HELD_BYTE,
            false => MEMORY_PER_TEXT_BYTE,
        };
        let seconds = CPU_BASE + bytes / CPU_BYTES;
        let memory = bytes.saturating_mul(per_byte).saturating_add(MEMORY_BASE);
        Allowance {
            memory: memory.min(MEMORY_MAX),
            seconds,
            silence: seconds,
        }
    }
}

/// True for what begins as an archive or, in any encoding, as JSON.
fn is_held(head: &[u8]) -> bool {
    let blank = |byte: &&u8| matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF);
    let mut letters = head
        .iter()
        .skip_while(|byte| blank(byte) || byte.is_ascii_whitespace());
    is_archive(head) || matches!(letters.next(), Some(b'{' | b'['))
}

/// Lays the limits on a process about to be started. Only on Unix; elsewhere the caps of the
/// readers themselves are what holds.
pub fn lay_on(command: &mut Command, allowance: Allowance) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_with_the_file_and_end_somewhere() {
        let small = Allowance {
            memory: 512 << 20,
            seconds: 30,
            silence: 30,
        };
        assert_eq!(Allowance::of(0, b""), small);
        let text = Allowance::of(100_000_000, b"Serial,End");
        let held = Allowance::of(100_000_000, b"PK\x03\x04");
        assert!(small.memory < text.memory && text.memory < held.memory);
        assert_eq!((text.seconds, held.seconds), (430, 430));
        assert_eq!(Allowance::of(u64::MAX / 2, b"").memory, MEMORY_MAX);
    }

    #[test]
    fn json_is_held_in_whatever_encoding() {
        let heads: [&[u8]; 4] = [
            b" \n{\"a\"",
            b"\xEF\xBB\xBF[",
            b"\xFF\xFE{\0\"\0",
            b"\xFE\xFF\0[",
        ];
        for head in heads {
            assert!(is_held(head), "{head:?}");
        }
        assert!(!is_held(b"Serial,End") && !is_held(b""));
    }
}
