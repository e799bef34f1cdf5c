//! Giving memory back. Reading a large book and working out its figures passes through far more
//! memory than stays in use; the allocator of GNU systems keeps what was freed between blocks that
//! are still needed until it is asked for it.
//!
//! Needs `unsafe`: the call has no safe form. It moves nothing and takes no argument but how much
//! to keep; every block that is in use stays where it is.
#![allow(unsafe_code)]

/// Hands pages that hold nothing back to the system. Elsewhere allocators do so by themselves.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the function may be called at any time from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::give_back;

    /// Kilobytes of this process that stand in memory.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.unwrap().trim_end_matches("kB").trim();
        kilobytes.parse().unwrap()
    }

    #[test]
    fn what_is_free_between_blocks_in_use_goes_back_and_they_stay_as_they_were() {
        // 128 MB in blocks of one kilobyte, of which every 32nd is kept
        let blocks: Vec<Vec<u8>> = (0..131_072_u32)
            .map(|at| at.to_le_bytes().repeat(256))
            .collect();
        let few = |(at, block)| (at % 32 == 0).then_some(block);
        let kept: Vec<Vec<u8>> = blocks.into_iter().enumerate().filter_map(few).collect();
        let before = resident();
        give_back();
        let after = resident();
        assert!(after + 64 * 1024 < before, "{before} kB, then {after} kB");
        for (at, block) in (0..).step_by(32).zip(&kept) {
            assert_eq!(*block, u32::to_le_bytes(at).repeat(256));
        }
    }
}
