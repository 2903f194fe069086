//! The sample files, damaged at random: no parser may panic, whatever it is given.
//!
//! A short form with a fixed seed runs with the other tests; `make torture` damages each file as often
//! as `FOOTNOTE_TORTURE_MUTATIONS` says, from `FOOTNOTE_TORTURE_SEED`. The parsers that are ours run
//! in this process, since a panic is caught and named; PDFium runs only in its child.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::{Rng, SeedableRng, rngs::StdRng};
use server::ingest::parse::parse_bytes;

use super::data;

/// Larger samples take long to parse again and again.
const LARGEST: usize = 300_000;
/// How many places of a file are damaged at most.
const MOST_WOUNDS: usize = 12;
/// What parsers look for, put where they don't expect it.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\xff\xff\xff\xff",
    b"\xf0\x9f\x98\x80",
    b"<",
    b"]]>",
    b"<!--",
    b"{\\",
    b"}",
    b"\"",
    b"\n\n",
    b"\\bin99999 ",
    b"\\u-1 ",
    b"=?utf-8?B?",
    b"--",
    b"PK\x03\x04",
    b"|",
    b"# ",
    b"- ",
    b"```",
    b"&#x110000;",
];

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn damaged_files_are_read_or_refused_and_never_crash_a_parser() {
    let Some(root) = data("formats") else { return };
    let mutations = setting("FOOTNOTE_TORTURE_MUTATIONS", 2);
    let mut chance = StdRng::seed_from_u64(setting("FOOTNOTE_TORTURE_SEED", 7));
    let mut files: Vec<_> = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let samples: Vec<(String, Vec<u8>)> = files
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .filter(|(_, bytes)| (1..=LARGEST).contains(&bytes.len()) && !bytes.starts_with(b"%PDF"))
        .collect();
    assert!(samples.len() > 60, "{}", samples.len());
    let mut parsed = 0;
    for (name, whole) in &samples {
        for _ in 0..mutations {
            let damaged = damage(whole, &samples, &mut chance);
            let outcome = catch_unwind(AssertUnwindSafe(|| parse_bytes(&damaged, name).map(drop)));
            if outcome.is_err() {
                let kept = std::env::temp_dir().join(format!("footnote-crash-{name}"));
                std::fs::write(&kept, &damaged).unwrap();
                panic!("a parser panicked on {}", kept.display());
            }
            parsed += usize::from(matches!(outcome, Ok(Ok(()))));
        }
    }
    println!("{parsed} of {} damaged files could be read", samples.len() as u64 * mutations);
    assert!(parsed > 0);
}

fn damage(whole: &[u8], samples: &[(String, Vec<u8>)], chance: &mut StdRng) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..chance.random_range(1..=MOST_WOUNDS) {
        let at = chance.random_range(0..bytes.len().max(1)).min(bytes.len());
        let to = (at + chance.random_range(0..200)).min(bytes.len());
        match chance.random_range(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = chance.random(),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let word = WORDS[chance.random_range(0..WORDS.len())];
                bytes.splice(at..to.min(at + word.len()), word.iter().copied());
            }
            5 => {
                let (_, other) = &samples[chance.random_range(0..samples.len())];
                let from = chance.random_range(0..other.len());
                let until = (from + 100).min(other.len());
                bytes.splice(at..at, other[from..until].iter().copied());
            }
            _ => bytes.truncate(to.max(1)),
        }
    }
    bytes
}
