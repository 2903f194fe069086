//! The whole model against an independent implementation, and its modes and instruction sets against each other.

use std::path::Path;

use minilm::{InstructionSet, LoadError, Model, Options, Precision, Scratch};
use serde::Deserialize;

use crate::model::{folder, load};

/// What `reference/make.py` computed.
#[derive(Deserialize)]
struct Reference {
    text: String,
    embedding: Vec<f32>,
}

fn references() -> Vec<Reference> {
    serde_json::from_str(include_str!("reference/embeddings.json")).expect("what make.py wrote")
}

/// Texts of every length that tiles treat differently, and some that are longer than the model reads.
fn texts() -> Vec<String> {
    let words = "the supplier confirms receipt of each written order within two working days unless the order \
                 says otherwise; Änderungen bedürfen der Schriftform and are numbered §3.1 to §3.14";
    let words: Vec<_> = words.split(' ').collect();
    let lengths = [0, 1, 2, 3, 5, 8, 9, 10, 11, 12, 13, 21, 22, 23, 24, 30, 34, 70, 119, 200, 400];
    lengths.map(|length| words.iter().cycle().take(length).copied().collect::<Vec<_>>().join(" ")).to_vec()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn fp32_is_what_the_reference_computes_on_every_instruction_set() {
    for set in InstructionSet::available() {
        let (model, mut scratch) = (load(Precision::Fp32, Some(set)), Scratch::default());
        for Reference { text, embedding } in references() {
            let similarity = cosine(&model.embed(&text, &mut scratch), &embedding);
            assert!(similarity > 0.99999, "{set}: {similarity} for {text:?}");
        }
    }
}

#[test]
fn int8_stays_within_one_percent_of_fp32() {
    let mut scratch = Scratch::default();
    let exact = load(Precision::Fp32, None);
    let references = references().into_iter().map(|reference| reference.text);
    let texts: Vec<_> = texts().into_iter().chain(references).collect();
    for set in InstructionSet::available() {
        let quantised = load(Precision::Int8, Some(set));
        for text in &texts {
            let similarity = cosine(&quantised.embed(text, &mut scratch), &exact.embed(text, &mut scratch));
            assert!(similarity > 0.99, "{set}: {similarity} for {text:?}");
        }
    }
}

/// On passages of papers, a handbook and Wikipedia in German and Chinese, which lie beside the project.
#[test]
fn int8_stays_within_one_percent_of_fp32_on_real_passages() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: there are no passages at {}", data.display());
        return;
    }
    let mut scratch = Scratch::default();
    let (exact, quantised) = (load(Precision::Fp32, None), load(Precision::Int8, None));
    for corpus in ["scifact", "handbook_sourcegraph", "xquad/de", "xquad/zh"] {
        let lines = std::fs::read_to_string(data.join(corpus).join("corpus.jsonl")).expect("a corpus");
        let passages = lines.lines().step_by(11).take(20).map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("a passage a line");
            line["text"].as_str().expect("its text").to_owned()
        });
        let similarities = passages.map(|text| {
            let similarity = cosine(&quantised.embed(&text, &mut scratch), &exact.embed(&text, &mut scratch));
            assert!(similarity > 0.99, "{corpus}: {similarity} for {text:?}");
            similarity
        });
        let similarities: Vec<_> = similarities.collect();
        let mean = similarities.iter().sum::<f32>() / similarities.len() as f32;
        let least = similarities.iter().copied().fold(1.0, f32::min);
        eprintln!("{corpus}: cosine to fp32 {mean:.5} on average, {least:.5} at least");
    }
}

#[test]
fn embeddings_have_length_one() {
    let (model, mut scratch) = (load(Precision::Int8, None), Scratch::default());
    for text in texts() {
        let embedding = model.embed(&text, &mut scratch);
        assert!((cosine(&embedding, &embedding) - 1.0).abs() < 1e-5, "{text:?}");
    }
}

#[test]
fn what_a_scratch_was_used_for_before_does_not_matter() {
    for precision in [Precision::Int8, Precision::Fp32] {
        let model = load(precision, None);
        let mut used = Scratch::default();
        for text in texts().iter().rev().chain(&texts()) {
            assert_eq!(model.embed(text, &mut used), model.embed(text, &mut Scratch::default()), "{text:?}");
        }
    }
}

#[test]
fn related_texts_are_closer_than_unrelated_ones() {
    let (model, mut scratch) = (load(Precision::Int8, None), Scratch::default());
    let mut embed = |text| model.embed(text, &mut scratch);
    let question = embed("How do I get my travel costs back?");
    let related = embed("Expenses for business trips are reimbursed within ten days of filing the form.");
    let unrelated = embed("The cafeteria serves a vegetarian dish on every day of the week.");
    assert!(cosine(&question, &related) > cosine(&question, &unrelated) + 0.2);
}

#[test]
fn instructions_the_processor_lacks_are_refused() {
    let missing = if cfg!(target_arch = "x86_64") { InstructionSet::Neon } else { InstructionSet::Avx2 };
    let options = Options { instructions: Some(missing), ..Options::default() };
    assert!(matches!(Model::load(&folder(), options), Err(LoadError::Instructions(_))));
}

#[test]
fn a_folder_without_the_model_says_which_file_is_missing() {
    let Err(error) = Model::load("/nowhere".as_ref(), Options::default()) else { panic!("loaded nothing") };
    assert!(error.to_string().starts_with("could not read /nowhere/"), "{error}");
}
