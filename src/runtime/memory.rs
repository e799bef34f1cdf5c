//! Giving memory back. Reading a large book and working out its figures passes through far more
//! memory than stays in use; the allocator of GNU systems keeps what was freed between blocks that
//! are still needed until it is asked for it.
//!
//! Needs `unsafe`: the calls have no safe form. They move nothing; every block that is in use stays
//! where it is.
#![allow(unsafe_code)]

/// Bytes from which on a block stands by itself and goes back to the system once it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 128 * 1024;

/// Keeps large blocks apart from small ones for as long as the program runs. The allocator begins so, but
/// takes the size of every large block that is freed for the new limit, up to 32 MB: the lists of a large
/// book then stand among small blocks and leave holes that stay (50 MB of 290 with a million lines).
pub fn keep_large_apart() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the function may be called at any time; it sets a limit for blocks to come.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}

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

    use super::{give_back, keep_large_apart};
    use std::sync::Mutex;

    /// What one test allocates is not to be measured by the other.
    static ALONE: Mutex<()> = Mutex::new(());

    /// Kilobytes of this process that stand in memory.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.unwrap().trim_end_matches("kB").trim();
        kilobytes.parse().unwrap()
    }

    #[test]
    fn a_large_block_that_was_freed_leaves_nothing_behind() {
        let _alone = ALONE.lock().unwrap();
        keep_large_apart();
        // would raise the limit to its own size
        drop(vec![1u8; 24 << 20]);
        let large: Vec<Vec<u8>> = (0..64).map(|_| vec![1u8; 1 << 20]).collect();
        let small: Vec<Vec<u8>> = (0..64).map(|_| vec![1u8; 64]).collect();
        let before = resident();
        drop(large);
        let after = resident();
        assert!(after + 48 * 1024 < before, "{before} kB, then {after} kB");
        assert_eq!(small.len(), 64);
    }

    #[test]
    fn what_is_free_between_blocks_in_use_goes_back_and_they_stay_as_they_were() {
        let _alone = ALONE.lock().unwrap();
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
