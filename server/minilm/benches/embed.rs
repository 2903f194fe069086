//! Texts embedded per CPU-second by one worker, for each numeric mode and instruction set.
//!
//! The baseline that the others are compared with is fp32 in plain Rust.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

#[path = "../tests/it/model.rs"]
mod model;

use std::{path::Path, time::Instant};

use minilm::{InstructionSet, Model, Precision, Scratch};

/// Long enough for the clock, short enough for the whole table to take half a minute.
const SECONDS_PER_CELL: f64 = 1.0;

fn main() {
    let passage = passage();
    let query = "How many days of leave am I entitled to when I work part time this year?";

    println!("Texts embedded per CPU-second, one worker (ratio to fp32 plain)\n");
    println!("{:<6} {:<13} {:>8} {:>18} {:>18}", "mode", "instructions", "load ms", "passage", "query");
    let mut baseline = None;
    for precision in [Precision::Fp32, Precision::Int8] {
        for set in InstructionSet::available().into_iter().rev() {
            let start = Instant::now();
            let model = model::load(precision, Some(set));
            let load_ms = start.elapsed().as_secs_f64() * 1e3;
            let speed = [rate(&model, &passage), rate(&model, query)];
            let baseline = baseline.get_or_insert(speed);
            let cell = |i: usize| format!("{:.1} ({:.1}x)", speed[i], speed[i] / baseline[i]);
            println!("{precision:<6} {set:<13} {load_ms:>8.0} {:>18} {:>18}", cell(0), cell(1));
        }
    }
    let tokenizer = minilm::Tokenizer::load(&model::folder()).expect("loaded before");
    println!(
        "\npassage: {} tokens, query: {} tokens",
        tokenizer.ids(&passage).len(),
        tokenizer.ids(query).len()
    );
    if let Some(folder) = std::env::var_os("FOOTNOTE_BENCH_EXPORT") {
        export(Path::new(&folder), [("passage", &passage), ("query", query)]);
    }
}

/// Writes tokens and exact vectors of the texts, as JSON, for the same work to be timed elsewhere.
fn export(folder: &Path, texts: [(&str, &str); 2]) {
    let model = model::load(Precision::Fp32, None);
    let tokenizer = minilm::Tokenizer::load(&model::folder()).expect("loaded before");
    let mut scratch = Scratch::default();
    let texts = texts.map(|(name, text)| {
        let (tokens, vector) = (tokenizer.ids(text), model.embed(text, &mut scratch));
        format!("\"{name}\": {{\"tokens\": {tokens:?}, \"vector\": {vector:?}}}")
    });
    std::fs::write(folder.join("embed.json"), format!("{{{}}}", texts.join(", ")))
        .expect("a folder to write to");
}

/// English prose of 119 tokens.
fn passage() -> String {
    let sentences = "Employees who have worked for the company for more than six months are entitled to \
        twenty-five days of paid leave in each calendar year. Leave that has not been taken by the end of March \
        of the following year expires unless it was refused for operational reasons. Requests are made in the \
        portal at least two weeks ahead and are answered by the manager within three working days. During \
        probation, leave accrues at two days for each completed month. Part-time employees receive leave in \
        proportion to the days they work in a week, rounded up to the next half day.";
    sentences.into()
}

/// How often a text can be embedded in a second of this thread's CPU time.
fn rate(model: &Model, text: &str) -> f64 {
    let mut scratch = Scratch::default();
    model.embed(text, &mut scratch);
    let start = cpu_seconds();
    let mut texts = 0;
    loop {
        model.embed(text, &mut scratch);
        texts += 1;
        let seconds = cpu_seconds() - start;
        if seconds >= SECONDS_PER_CELL {
            return f64::from(texts) / seconds;
        }
    }
}

/// CPU time of the main thread so far, which does all the embedding.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let nanoseconds: f64 = stat.split(' ').next().and_then(|field| field.parse().ok()).expect("a number");
    nanoseconds / 1e9
}
