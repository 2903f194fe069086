//! Example questions, drawn from what is really there: the headings of the documents.

use crate::{
    account::User,
    document::{Collection, DocumentFilter, Status},
    list::PageRequest,
    ports::{Library, Result},
};

const SHOWN: usize = 4;
/// Documents of a collection that are looked into for questions.
const LOOKED_INTO: u32 = 6;
/// In characters: shorter headings say too little, longer ones are sentences of the text.
const HEADING_LENGTH: std::ops::RangeInclusive<usize> = 8..=80;

/// Words that a heading begins with which tells how something is done.
const IMPERATIVES: [&str; 32] = [
    "Add", "Ask", "Book", "Cancel", "Change", "Check", "Choose", "Claim", "Copy", "Create", "Delete",
    "Download", "Enrol", "Enroll", "Find", "Import", "Install", "Invite", "Join", "Make", "Order", "Rate",
    "Read", "Report", "Request", "Reset", "Search", "Stop", "Submit", "Suspend", "Upload", "Watch",
];

/// Headings that many documents have and that are about none of them, in lower case.
const FURNITURE: [&str; 10] = [
    "abstract",
    "acknowledgements",
    "appendix",
    "bibliography",
    "contents",
    "introduction",
    "list of figures",
    "references",
    "revision history",
    "table of contents",
];

/// A few questions from each collection in turn, the guide's last: it is there to start with,
/// not to crowd the rest out.
pub(super) async fn drawn_from(
    library: &dyn Library,
    reader: &User,
    collections: &[Collection],
) -> Result<Vec<String>> {
    let mut by_collection = Vec::new();
    let (guides, others): (Vec<_>, Vec<_>) = collections.iter().partition(|collection| collection.is_guide);
    for collection in others.into_iter().chain(guides) {
        by_collection.push(questions_in(library, reader, collection).await?);
    }

    let mut examples = Vec::new();
    for place in 0..SHOWN {
        examples.extend(by_collection.iter().filter_map(|questions| questions.get(place)).cloned());
    }
    examples.truncate(SHOWN);
    Ok(examples)
}

/// One question a document, so that the examples tell how much there is.
async fn questions_in(library: &dyn Library, reader: &User, collection: &Collection) -> Result<Vec<String>> {
    let ready =
        DocumentFilter { collection: Some(collection.id), status: Some(Status::Ready), ..Default::default() };
    let first = PageRequest { limit: Some(LOOKED_INTO), cursor: None };
    let mut questions = Vec::new();
    for document in library.documents(reader, ready, first).await?.items {
        let outline = library.view_document(reader, document.id, None, None).await?.outline;
        let headings = || outline.iter().map(|entry| entry.text.trim());
        let question = headings()
            .find_map(as_question)
            .or_else(|| headings().find_map(|heading| asked_about(&document.title, heading)));
        questions.extend(question);
        if questions.len() >= SHOWN {
            break;
        }
    }
    Ok(questions)
}

/// The question that a heading answers, where it says so: "How to book leave" and "Book leave"
/// answer "How do I book leave?".
fn as_question(heading: &str) -> Option<String> {
    if !HEADING_LENGTH.contains(&heading.chars().count()) {
        return None;
    }
    if heading.ends_with('?') {
        return Some(heading.to_owned());
    }
    let deed = match heading.strip_prefix("How to ") {
        Some(deed) => deed.to_owned(),
        None => {
            let (first, rest) = heading.split_once(' ')?;
            IMPERATIVES.contains(&first).then(|| format!("{} {rest}", first.to_lowercase()))?
        }
    };
    let deed = deed.replace(" your ", " my ").replace(" you ", " I ");
    Some(format!("How do I {deed}?"))
}

/// Asks for what a document says under a heading, unless that only repeats its title or, like a table of
/// contents, is about nothing.
fn asked_about(title: &str, heading: &str) -> Option<String> {
    let lower = heading.to_lowercase();
    if lower == title.to_lowercase() || FURNITURE.contains(&lower.as_str()) {
        return None;
    }
    let is_telling = HEADING_LENGTH.contains(&heading.chars().count())
        && heading.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '&' | '\''));
    is_telling.then(|| format!("What does “{title}” say about “{heading}”?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_tell_how_become_questions() {
        assert_eq!(as_question("Change your password").as_deref(), Some("How do I change my password?"));
        assert_eq!(as_question("How to book leave").as_deref(), Some("How do I book leave?"));
        assert_eq!(as_question("Who may see this?").as_deref(), Some("Who may see this?"));
        assert_eq!(as_question("Overview of benefits"), None);
    }

    #[test]
    fn a_heading_that_tells_nothing_is_not_asked_about() {
        assert_eq!(asked_about("Handbook", "1.2.3 ......... 7"), None);
        assert_eq!(asked_about("Winter Sports", "WINTER SPORTS"), None);
        assert_eq!(asked_about("Handbook", "Table of Contents"), None);
        assert!(asked_about("Handbook", "Parental leave").is_some());
    }
}
