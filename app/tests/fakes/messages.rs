//! Messages of every kind, and a review.

use app::{
    answer::{
        AnswerState, CacheUse, CheckedSentence, Contradiction, Feedback, Message, Problem, Rating, Source,
        Support,
    },
    model::{Aid, ModelRole},
    review::{HandedOver, Review, ReviewState},
};
use uuid::Uuid;

use super::{LEAVE, MESSAGE, PASSAGE, WRITING, at};

pub(super) fn quote() -> &'static str {
    "Full-time employees accrue 25 days of paid leave in a calendar year. Leave is agreed with your \
     manager two weeks ahead, and up to five days may be carried over until the end of March."
}

/// Where the words stand in the quote.
pub(super) fn stretch(words: &str) -> [u32; 2] {
    let start = u32::try_from(quote().find(words).unwrap()).unwrap();
    [start, start + u32::try_from(words.len()).unwrap()]
}

fn source(reference: u32, title: &str, heading: &str) -> Source {
    Source {
        reference,
        document_id: LEAVE,
        external_id: None,
        chunk_id: PASSAGE,
        title: title.into(),
        heading_path: vec!["Time off".into(), heading.into()],
        page: Some(7 + i32::try_from(reference).unwrap()),
        quote: quote().into(),
        char_start: 120,
        char_end: 290,
        highlights: vec![stretch("25 days of paid leave")],
        updated_at: at("2026-11-20T08:00:00Z"),
    }
}

fn mark(reference: u32) -> String {
    format!(r##"<a class="mark" href="#source-{reference}" data-ref="{reference}">{reference}</a>"##)
}

pub(crate) fn message(id: Uuid, state: AnswerState) -> Message {
    let sentence = |start, support| CheckedSentence {
        start,
        end: start + 40,
        refs: vec![1],
        support,
        score: 0.8,
        contradicted_by: None,
        second_opinion: None,
    };
    Message {
        id,
        question: "How many days of leave do I get, and can I carry them over?".into(),
        state,
        answer: "You get 25 days of paid leave a year [1]. Up to five may be carried over until March [2]."
            .into(),
        blocks: vec![
            format!(
                "<p><span class=\"sentence supported\">You get 25 days of paid leave in a calendar year.{}</span> \
                 <span class=\"sentence supported\">Leave is agreed with your manager two weeks ahead.{}{}</span></p>",
                mark(1),
                mark(1),
                mark(3)
            ),
            format!(
                "<ul><li><span class=\"sentence weak\">Up to five days may be carried over until the end of \
                 March.{}</span></li><li><span class=\"sentence unsupported\">Unused days beyond that are paid \
                 out.{}</span></li></ul>",
                mark(2),
                mark(2)
            ),
            format!(
                "<p><span class=\"sentence unsupported contradicted\"><del>Leave is agreed one week \
                 ahead.{}</del></span><span class=\"instead\"> The source says: “Leave is agreed with your manager \
                 two weeks ahead.”{}</span></p>",
                mark(1),
                mark(1)
            ),
        ],
        abstained: false,
        withheld: false,
        sources: vec![
            source(1, "Employee Handbook", "Paid leave"),
            source(2, "Benefit Options", "Carrying leave over"),
            source(3, "Employee Handbook", "Asking for leave"),
            source(4, "PerksPlus", "What is covered"),
        ],
        sentences: vec![
            sentence(0, Support::Supported),
            sentence(41, Support::Supported),
            sentence(82, Support::Weak),
            sentence(123, Support::Unsupported),
            CheckedSentence {
                contradicted_by: Some(Contradiction {
                    reference: 1,
                    quote: "Leave is agreed with your manager two weeks ahead.".into(),
                }),
                ..sentence(164, Support::Unsupported)
            },
        ],
        place: None,
        model: "extractive".into(),
        cache: CacheUse::Miss,
        answered_at: None,
        notice: None,
        read_as: vec![],
        narrowed_to: vec![],
        aided_by: vec![Aid {
            role: ModelRole::Check,
            model: "small-1".into(),
            prompt_version: "check-1".into(),
        }],
        confidence: Some(0.9),
        error: None,
        feedback: None,
        handed_over: None,
        seq: 4,
        created_at: at("2026-11-24T08:00:00Z"),
    }
}

pub(super) fn given_again_message() -> Message {
    Message {
        cache: CacheUse::Exact,
        answered_at: Some(at("2026-11-20T08:00:00Z")),
        ..message(MESSAGE, AnswerState::Done)
    }
}

pub(super) fn failed_message() -> Message {
    Message {
        handed_over: Some(HandedOver {
            at: at("2026-11-24T08:20:00Z"),
            state: ReviewState::Corrected,
            note: Some("It stands in your contract.".into()),
            correction: Some("Part-time staff get leave pro rata.".into()),
            resolved_at: Some(at("2026-11-24T09:20:00Z")),
        }),
        question: "And for part-time staff?".into(),
        blocks: vec![],
        sources: vec![],
        sentences: vec![],
        answer: String::new(),
        error: Some(Problem {
            kind: "about:blank".into(),
            title: "The model failed".into(),
            status: 502,
            detail: "The model didn't answer in time. Ask again in a moment.".into(),
            code: "model_timeout".into(),
        }),
        ..message(Uuid::from_u128(0x53), AnswerState::Failed)
    }
}

pub(super) fn abstained_message() -> Message {
    Message {
        question: "What is the speed of light in the canteen?".into(),
        blocks: vec!["<p>The documents you may read don't say.</p>".into()],
        abstained: true,
        sentences: vec![],
        narrowed_to: vec!["Canteen rules".into()],
        read_as: vec!["What is the speed of light in the canteen? (leave carry days)".into()],
        confidence: Some(0.2),
        feedback: Some(Feedback { rating: Rating::Up, reason: None, comment: None }),
        ..message(Uuid::from_u128(0x54), AnswerState::Done)
    }
}

pub(super) fn review() -> Review {
    Review {
        id: Uuid::from_u128(0x80),
        cause: "handed_over".into(),
        asked: Some("It is for a visitor's badge.".into()),
        state: ReviewState::Open,
        message: abstained_message(),
        note: None,
        correction: None,
        created_at: at("2026-11-24T08:30:00Z"),
        resolved_at: None,
    }
}

pub(crate) fn writing_message() -> Message {
    Message {
        blocks: vec!["<p>You get 25 days of paid leave in</p>".into()],
        sentences: vec![],
        seq: 2,
        ..message(WRITING, AnswerState::Writing)
    }
}
