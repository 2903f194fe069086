//! An archive, and what is in it.

use app::document::{ARCHIVES, BlockKind, Document, DocumentView, Member, Run, Status, ViewBlock};
use uuid::Uuid;

use super::{ARCHIVE, BROKEN, COMING, contents::document};

pub(super) fn archive() -> Document {
    Document { media_type: ARCHIVES[0].into(), pages: None, ..document(ARCHIVE, "Benefits", Status::Ready) }
}

/// One file of it is read, one isn't, and one couldn't be taken out.
pub(super) fn archive_view(document: Document) -> DocumentView {
    let lines = ["options.pdf", "run.exe", "secret.pdf (not read: The file is protected by a password.)"];
    let line = |(number, text): (u32, &&str)| ViewBlock {
        kind: BlockKind::ListItem { depth: 0 },
        anchor: format!("b{number}"),
        page_start: None,
        runs: vec![Run { text: (*text).to_owned(), marked: false }],
    };
    DocumentView {
        document,
        blocks: (0..).zip(&lines).map(line).collect(),
        part: 1,
        parts: 1,
        outline: vec![],
        passage: None,
        members: vec![
            member(COMING, "options.pdf", None),
            member(BROKEN, "run.exe", Some("Programs (.exe) can't be read.")),
        ],
    }
}

fn member(id: Uuid, path: &str, problem: Option<&str>) -> Member {
    let status = if problem.is_some() { Status::Failed } else { Status::Ready };
    Member { id, path: path.into(), status, problem: problem.map(str::to_owned) }
}
