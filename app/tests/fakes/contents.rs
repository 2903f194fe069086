//! Two collections, what they hold, and what a search finds there.

use app::{
    document::{
        BlockKind, Collection, Document, DocumentFailure, DocumentView, OutlineEntry, Run, RunningDocument,
        SimilarDocument, Status, ViewBlock, ViewPassage, Visibility,
    },
    queue::{FailureReason, QueuePause, QueuePauser, QueueReport},
    search::{ChannelScores, Facet, Facets, Passage, SearchResults, SearchTimes},
};
use uuid::Uuid;

use super::{
    BROKEN, COMING, HANDBOOK, PASSAGE,
    accounts::admin,
    at,
    messages::{quote, stretch},
};

pub(super) fn collection(id: Uuid, name: &str, about: &str, is_guide: bool) -> Collection {
    Collection {
        id,
        name: name.into(),
        description: about.into(),
        visibility: if is_guide { Visibility::Everyone } else { Visibility::Restricted },
        is_guide,
        documents: if is_guide { 6 } else { 871 },
        chunks: if is_guide { 41 } else { 6214 },
        created_at: at("2026-09-01T08:00:00Z"),
        updated_at: at("2026-11-20T08:00:00Z"),
    }
}

pub(super) fn handbook() -> Collection {
    collection(HANDBOOK, "Employee handbook", "How we work, from the first day to the last", false)
}

pub(super) fn document(id: Uuid, title: &str, status: Status) -> Document {
    Document {
        id,
        external_id: None,
        collection_id: HANDBOOK,
        collection_name: "Employee handbook".into(),
        title: title.into(),
        filename: format!("{}.pdf", title.to_lowercase().replace(' ', "_")),
        folder: "benefits/2026".into(),
        url: None,
        media_type: "application/pdf".into(),
        size_bytes: 1_572_864,
        sha256: "ab".repeat(32),
        version: 1,
        status,
        stage: (status == Status::Processing).then(|| "embedding".into()),
        progress: if status == Status::Ready { 1.0 } else { 0.4 },
        error: (status == Status::Failed).then(|| DocumentFailure {
            code: "needs_password".into(),
            detail: "The PDF is protected by a password. Upload a copy without one.".into(),
        }),
        pages: Some(24),
        chunks: 61,
        created_at: at("2026-11-02T09:30:00Z"),
        updated_at: at("2026-11-20T08:00:00Z"),
        parent_id: None,
        similar: vec![],
    }
}

/// A newer edition and an older one.
pub(super) fn editions() -> Vec<SimilarDocument> {
    let edition =
        |id, title: &str, is_newer| SimilarDocument { id, title: title.into(), similarity: 0.9, is_newer };
    vec![edition(COMING, "Employee Handbook 2027", true), edition(BROKEN, "Employee Handbook 2025", false)]
}

pub(super) fn view(document: Document, chunk: Option<Uuid>, part: Option<u32>) -> DocumentView {
    let block = |number: u32, kind, text: &str| ViewBlock {
        kind,
        anchor: format!("b{number}"),
        page_start: number.is_multiple_of(5).then(|| 7 + i32::try_from(number / 5).unwrap()),
        runs: vec![Run { text: text.into(), marked: false }],
    };
    let mut passage = block(2, BlockKind::Paragraph, "");
    passage.runs = vec![
        Run { text: quote().into(), marked: chunk == Some(PASSAGE) },
        Run { text: " Days that are not taken by then lapse.".into(), marked: false },
    ];
    let outline = ["Time off", "Paid leave", "How to book leave", "Sick days"];
    DocumentView {
        document,
        blocks: vec![
            block(0, BlockKind::Heading { level: 1 }, "Time off"),
            block(1, BlockKind::Heading { level: 2 }, "Paid leave"),
            passage,
            block(3, BlockKind::ListItem { depth: 0 }, "25 days for everybody"),
            block(4, BlockKind::ListItem { depth: 1 }, "pro rata in the first year"),
            block(5, BlockKind::TableRow, "Years | Days"),
            block(6, BlockKind::TableRow, "0–5 | 25"),
            block(7, BlockKind::Quote, "Rest is part of the work."),
            block(8, BlockKind::Code, "leave = 25 + years / 5"),
        ],
        part: part.unwrap_or(1),
        parts: 3,
        outline: (0u32..)
            .zip(outline)
            .map(|(number, text)| OutlineEntry {
                level: if number == 0 { 1 } else { 2 },
                text: text.into(),
                anchor: format!("b{number}"),
                part: 1 + number / 3,
            })
            .collect(),
        passage: chunk.filter(|chunk| *chunk == PASSAGE).map(|chunk_id| ViewPassage {
            chunk_id,
            heading_path: vec!["Time off".into(), "Paid leave".into()],
            page: Some(7),
        }),
        members: vec![],
    }
}

pub(super) fn queue_report(is_paused: bool) -> QueueReport {
    let by = QueuePauser { id: admin().id, email: admin().email };
    let reason = |code: &str, detail: &str, documents| FailureReason {
        code: code.into(),
        detail: detail.into(),
        documents,
    };
    QueueReport {
        pause: is_paused.then(|| QueuePause { since: at("2026-11-24T08:15:00Z"), by: Some(by) }),
        waiting: 1204,
        running: 1,
        failed: 7,
        cancelled: 2,
        per_minute: Some(48.5),
        seconds_left: (!is_paused).then_some(1490),
        documents: vec![running()],
        reasons: vec![
            reason("needs_password", "This file needs a password to be opened.", 5),
            reason("damaged", "This file is damaged and can't be read.", 2),
        ],
    }
}

pub(super) fn running() -> RunningDocument {
    RunningDocument {
        id: COMING,
        title: "Benefit Options".into(),
        stage: Some("embedding".into()),
        progress: 0.6,
    }
}

pub(super) fn found(q: &str) -> SearchResults {
    let passage = |ordinal: u32, document: u128, title: &str| Passage {
        document_id: Uuid::from_u128(document),
        external_id: None,
        chunk_id: Uuid::from_u128(0x300 + u128::from(ordinal)),
        collection_id: HANDBOOK,
        version_id: Uuid::nil(),
        ordinal: 3,
        title: title.into(),
        media_type: "application/pdf".into(),
        heading_path: vec!["Time off".into(), "Paid leave".into()],
        page: Some(8),
        text: quote().into(),
        char_start: 120,
        char_end: 290,
        highlights: vec![stretch("25 days"), stretch("paid leave")],
        score: 1.0 / f64::from(ordinal),
        scores: ChannelScores::default(),
        language: None,
        updated_at: at("2026-11-20T08:00:00Z"),
    };
    SearchResults {
        results: vec![
            passage(1, 0x20, "Employee Handbook"),
            passage(2, 0x23, "Benefit Options"),
            passage(3, 0x20, "Employee Handbook"),
        ],
        facets: Some(facets()),
        suggestion: (q == "leve").then(|| "leave".to_owned()),
        took_ms: SearchTimes { total: 12.3, ..SearchTimes::default() },
    }
}

/// What a search for leave could be narrowed to.
fn facets() -> Facets {
    let facet = |value: &str, documents| Facet { value: value.into(), documents };
    Facets {
        collections: vec![facet(&HANDBOOK.to_string(), 2)],
        types: vec![facet("application/pdf", 2), facet("text/markdown", 3), facet("text/plain", 1)],
        languages: vec![facet("en", 4), facet("de", 2)],
        folders: vec![facet("People/Leave", 2)],
        years: vec![facet("2026", 5), facet("2025", 1)],
    }
}
