#![no_main]
#![allow(dead_code)]

#[path = "../bodies.rs"]
mod bodies;

// The fuzzer's hook ends the process at any panic, also at those of workbook readers that their
// caller catches. Without it, what gets out of the body still counts.
libfuzzer_sys::fuzz_target!(
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| bodies::row_mapper(bytes)
);
