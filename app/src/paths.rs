//! The addresses that pages and server agree on, in one place.

use uuid::Uuid;

/// Signs in: a form with `email`, `password` and `next`.
pub const SIGN_IN: &str = "/session";
/// Signs out: a form without fields.
pub const SIGN_OUT: &str = "/session/end";
/// Makes the first account, or sets an invited person's password: `token`, `email`, `password`.
pub const SET_UP: &str = "/set-up";
/// The server functions stand below it.
pub const SERVER_FUNCTIONS: &str = "/fn";

/// A conversation's page.
pub fn conversation(id: Uuid) -> String {
    format!("/c/{id}")
}

/// A conversation's page, at one of its messages.
pub fn message(conversation: Uuid, message: Uuid) -> String {
    format!("/c/{conversation}#message-{message}")
}

/// The events of an answer being written, from after the one numbered `seq`.
pub fn answer_events(message: Uuid, seq: i32) -> String {
    format!("/answers/{message}/events?after={seq}")
}

/// A collection's page.
pub fn collection(id: Uuid) -> String {
    format!("/library/{id}")
}

/// Where a collection's upload form, with one or more `file` parts, is sent.
pub fn upload(collection: Uuid) -> String {
    format!("/library/{collection}/upload")
}

/// Where the page sends files one by one.
pub fn upload_api(collection: Uuid) -> String {
    format!("/api/v1/collections/{collection}/documents")
}

/// How the ingestion of a collection goes on, as server-sent events.
pub fn progress(collection: Uuid) -> String {
    format!("/library/{collection}/progress")
}

/// How the queue of all collections stands, as server-sent events for admins: a
/// [`crate::queue::QueueReport`] now and whenever it changes. The stream goes on when the queue is
/// empty.
pub const QUEUE_EVENTS: &str = "/queue/events";

/// What answers cost, each as a line, between two days.
pub fn cost_entries(from: &str, to: &str) -> String {
    format!("/api/v1/costs/entries.csv?from={}&to={}", encode(from), encode(to))
}

/// A document's page.
pub fn document(id: Uuid) -> String {
    format!("/documents/{id}")
}

/// A document's page, at a passage.
pub fn passage(document: Uuid, chunk: Uuid) -> String {
    format!("/documents/{document}?passage={chunk}#passage")
}

/// A document's text, where its pages are shown otherwise.
pub fn document_text(document: Uuid) -> String {
    format!("/documents/{document}?view=text")
}

/// A part of a long document.
pub fn document_part(document: Uuid, part: u32) -> String {
    format!("/documents/{document}?view=text&part={part}")
}

/// The file as it was uploaded; for a PDF, shown by the browser at a page.
pub fn original(document: Uuid, page: Option<i32>) -> String {
    match page {
        Some(page) => format!("/api/v1/documents/{document}/original?inline=1#page={page}"),
        None => format!("/api/v1/documents/{document}/original"),
    }
}

/// The sign-in page, which leads on to `next`.
pub fn sign_in(next: &str) -> String {
    format!("/sign-in?next={}", encode(next))
}

/// A value as it may stand in a query.
pub fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_follows_sign_in_cannot_break_out_of_its_query() {
        assert_eq!(super::sign_in("/search?q=a&b=ä"), "/sign-in?next=/search%3Fq%3Da%26b%3D%C3%A4");
    }
}
