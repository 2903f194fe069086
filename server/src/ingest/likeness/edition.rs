//! Which of two documents that are alike is the newer edition.

use time::OffsetDateTime;

/// What tells how new a document is.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct Edition<'a> {
    pub(in crate::ingest) title: &'a str,
    pub(in crate::ingest) filename: &'a str,
    /// When its bytes were last taken in.
    pub(in crate::ingest) taken_in: OffsetDateTime,
}

/// Whether `other` is newer than `this`: by the last year that each names in its file name or title,
/// and where these don't tell, by when they were taken in.
pub(in crate::ingest) fn is_newer(other: Edition<'_>, this: Edition<'_>) -> bool {
    match (named_year(other), named_year(this)) {
        (Some(others), Some(own)) if others != own => others > own,
        _ => other.taken_in > this.taken_in,
    }
}

fn named_year(edition: Edition<'_>) -> Option<u16> {
    last_year(edition.filename).or_else(|| last_year(edition.title))
}

/// The last number from 1900 to 2099 that stands by itself.
fn last_year(name: &str) -> Option<u16> {
    name.rsplit(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1900..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(filename: &str, day: i64) -> Edition<'_> {
        let taken_in = OffsetDateTime::UNIX_EPOCH + time::Duration::days(day);
        Edition { title: "Travel policy", filename, taken_in }
    }

    #[test]
    fn a_year_in_the_name_counts_more_than_when_it_came() {
        assert!(is_newer(edition("policy-2024.pdf", 1), edition("policy-2023 (20991).pdf", 9)));
        assert!(!is_newer(edition("policy-2023.pdf", 9), edition("policy-2024.pdf", 1)));
        assert!(is_newer(edition("policy.pdf", 9), edition("policy-2024.pdf", 1)));
        assert!(is_newer(edition("policy-2024b.pdf", 9), edition("policy-2024a.pdf", 1)));
    }
}
