//! What a parser may do to the server: nothing.

use std::time::Duration;

use server::ingest::parse::{Extracted, Fault, Limits, ParseError, parse_file};

use super::{data, file, parse_bytes, request};

async fn parse_with_fault(fault: Fault, limits: Limits) -> Result<Extracted, ParseError> {
    let file = file(b"Harmless words.");
    let mut request = request(file.path(), "harmless.txt").with_fault(fault);
    request.limits = limits;
    parse_file(request).await
}

#[tokio::test]
async fn a_parser_that_crashes_fails_alone() {
    for fault in [Fault::Panic, Fault::Abort] {
        let outcome = parse_with_fault(fault, Limits::default()).await;
        assert_eq!(outcome, Err(ParseError::ParserCrashed));
    }
}

#[tokio::test]
async fn a_parser_that_never_ends_is_stopped() {
    let busy = Limits { cpu_seconds: 1, ..Limits::default() };
    assert_eq!(parse_with_fault(Fault::Loop, busy).await, Err(ParseError::TookTooLong));
    let idle = Limits { wall: Duration::from_millis(300), ..Limits::default() };
    assert_eq!(parse_with_fault(Fault::Sleep, idle).await, Err(ParseError::TookTooLong));
}

#[tokio::test]
async fn a_parser_that_eats_memory_is_stopped() {
    let limits = Limits { memory_bytes: 1 << 30, ..Limits::default() };
    let outcome = parse_with_fault(Fault::EatMemory, limits).await;
    assert_eq!(outcome, Err(ParseError::UsedTooMuchMemory));
}

#[tokio::test]
async fn a_parser_that_talks_without_end_is_stopped() {
    let limits = Limits { output_bytes: 1 << 20, ..Limits::default() };
    let outcome = parse_with_fault(Fault::Flood, limits).await;
    assert_eq!(outcome.unwrap_err().code(), "too_large");
}

/// Each of these faults gives up where it is refused, and goes on unharmed where it isn't.
#[tokio::test]
async fn a_parser_reaches_no_file_no_network_and_no_other_program() {
    for fault in
        [Fault::WriteFile, Fault::ReadFile, Fault::OpenSocket, Fault::StartProgram, Fault::StartThread]
    {
        let outcome = parse_with_fault(fault, Limits::default()).await;
        assert_eq!(outcome, Err(ParseError::ParserCrashed), "{fault:?}");
    }
}

#[tokio::test]
async fn a_missing_program_is_the_servers_fault() {
    let file = file(b"words");
    let mut request = request(file.path(), "x.txt");
    request.program = Some("/nowhere/footnote".into());
    assert_eq!(parse_file(request).await, Err(ParseError::ParserUnavailable));
}

#[tokio::test]
async fn a_pdf_cut_anywhere_never_takes_the_server_along() {
    let Some(path) = data("northwind/files/PerksPlus.pdf") else { return };
    let whole = std::fs::read(path).unwrap();
    for tenth in 1..10 {
        let cut = &whole[..whole.len() * tenth / 10];
        let err = parse_bytes(cut, "cut.pdf").await.unwrap_err();
        assert!(matches!(err.code(), "damaged" | "needs_ocr"), "{tenth}0 %: {err}");
    }
}
