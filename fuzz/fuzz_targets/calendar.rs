//! Calendars and invitations.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| footnote_fuzz::read(bytes, "invitation.ics"));
