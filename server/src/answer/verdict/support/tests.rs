//! Sentences and what a passage makes of them.

use app::answer::Support::{Supported, Unsupported};

use super::*;
use crate::{
    answer::verdict::claim::claims,
    model::llm::{Markup, OfferedSource},
};

const PASSAGE: &str = "Full-time employees receive 20 days of paid vacation a year. Unused days do not carry \
    over. Requests go to the Manager at least two weeks before. Parking costs $45.00 a month in Seattle.";

fn judge(sentence: &str) -> answer::Support {
    let source = OfferedSource {
        title: "Employee handbook".into(),
        heading_path: vec!["Time off".into()],
        text: PASSAGE.into(),
        after: "Contractors are not eligible for reimbursements.".into(),
        ..OfferedSource::default()
    };
    let evidence = Evidence::new(1, &source);
    let claim = claims(&format!("{sentence} [1]"), Markup::Markdown).remove(0);
    support(&claim, &[&evidence], None).support()
}

#[test]
fn a_quotation_is_supported() {
    assert_eq!(judge("Unused days do not carry over."), Supported);
    assert_eq!(judge("Full-time employees receive **20 days** of paid vacation a year."), Supported);
}

#[test]
fn a_rewording_with_the_same_facts_is_supported() {
    assert_eq!(judge("Employees who work full-time get twenty days of paid vacation every year."), Supported);
    assert_eq!(judge("Parking in Seattle costs 45 dollars a month."), Supported);
}

#[test]
fn a_number_that_the_passage_does_not_have_is_unsupported() {
    assert_eq!(judge("Full-time employees receive 25 days of paid vacation a year."), Unsupported);
    assert_eq!(judge("Parking costs $450 a month in Seattle."), Unsupported);
}

#[test]
fn a_number_of_another_sentence_is_not_fully_supported() {
    assert_ne!(judge("Parking costs $20 a month in Seattle."), Supported);
}

#[test]
fn another_name_is_not_fully_supported() {
    assert_ne!(judge("Parking costs $45.00 a month in Tokyo."), Supported);
}

#[test]
fn a_denial_of_what_stands_there_is_not_fully_supported() {
    assert_ne!(judge("Unused days carry over."), Supported);
    assert_ne!(judge("Full-time employees do not receive 20 days of paid vacation a year."), Supported);
}

#[test]
fn what_only_the_surroundings_say_is_not_fully_supported() {
    assert_ne!(judge("Contractors are not eligible for reimbursements."), Supported);
}

#[test]
fn another_matter_is_unsupported() {
    assert_eq!(judge("The cafeteria serves lunch until three."), Unsupported);
    assert_eq!(judge("Bananas are rich in potassium."), Unsupported);
}

#[test]
fn a_close_meaning_lifts_other_words_and_a_far_one_does_not() {
    let source = OfferedSource { text: PASSAGE.into(), ..OfferedSource::default() };
    let evidence = Evidence::new(1, &source);
    let claim =
        claims("Staff working full hours enjoy 20 days of annual leave [1].", Markup::Markdown).remove(0);
    let with = |similarity: f64| support(&claim, &[&evidence], Some(&[similarity; 4]));
    assert!(with(0.75).score() > with(0.2).score());
    assert_ne!(with(0.2).support(), Supported);
}

#[test]
fn a_sentence_without_a_mark_is_unsupported() {
    let claim = claims("Full-time employees receive 20 days.", Markup::Markdown).remove(0);
    assert_eq!(support(&claim, &[], None).support(), Unsupported);
}
