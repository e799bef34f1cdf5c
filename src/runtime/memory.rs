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
