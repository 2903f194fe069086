//! Telling what a file is by its content.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(footnote_fuzz::kind::detect(bytes, "file")));
