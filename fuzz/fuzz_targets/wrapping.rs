//! What Outlook wraps attachments in (winmail.dat), behind its signature.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = [&[0x78, 0x9f, 0x3e, 0x22], bytes].concat();
    footnote_fuzz::read(&file, "winmail.dat");
});
