//! Kinds of documents, as people call them.

/// A group of kinds that a search can be narrowed to.
pub struct Group {
    /// How the address says it.
    pub word: &'static str,
    pub name: &'static str,
    /// Its media types, each with the name of a document of it.
    kinds: &'static [(&'static str, &'static str)],
}

impl Group {
    /// The group that the address names.
    pub(crate) fn named(word: &str) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.word == word)
    }

    pub(crate) fn media_types(&self) -> impl Iterator<Item = String> {
        self.kinds.iter().map(|(media_type, _)| (*media_type).to_owned())
    }
}

/// What people call a document of this media type.
pub(crate) fn name_of(media_type: &str) -> &str {
    // What can't be told what it is.
    if media_type == "application/octet-stream" {
        return "File";
    }
    let mut kinds = GROUPS.iter().flat_map(|group| group.kinds);
    kinds.find(|(known, _)| *known == media_type).map_or(media_type, |(_, name)| *name)
}

/// All that is read, the commonest first.
pub(crate) const GROUPS: [Group; 10] = [
    Group { word: "pdf", name: "PDF", kinds: &[("application/pdf", "PDF")] },
    Group {
        word: "document",
        name: "Word and the like",
        kinds: &[
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
            ("application/msword", "Word"),
            ("application/vnd.oasis.opendocument.text", "OpenDocument text"),
            ("application/rtf", "Rich text"),
            ("application/epub+zip", "E-book"),
        ],
    },
    Group {
        word: "sheet",
        name: "Spreadsheets",
        kinds: &[
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
            ("application/vnd.ms-excel", "Excel"),
            ("application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet"),
            ("text/csv", "CSV"),
        ],
    },
    Group {
        word: "slides",
        name: "Slides",
        kinds: &[
            ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"),
            ("application/vnd.ms-powerpoint", "PowerPoint"),
            ("application/vnd.oasis.opendocument.presentation", "OpenDocument slides"),
        ],
    },
    Group { word: "web", name: "Web pages", kinds: &[("text/html", "Web page")] },
    Group {
        word: "text",
        name: "Text and Markdown",
        kinds: &[("text/markdown", "Markdown"), ("text/plain", "Plain text")],
    },
    Group {
        word: "mail",
        name: "E-mail",
        kinds: &[
            ("message/rfc822", "E-mail"),
            ("application/vnd.ms-outlook", "E-mail"),
            ("application/vnd.ms-tnef", "E-mail"),
            ("text/calendar", "Calendar"),
        ],
    },
    Group {
        word: "data",
        name: "JSON and XML",
        kinds: &[
            ("application/json", "JSON"),
            ("application/x-ndjson", "JSON lines"),
            ("application/xml", "XML"),
        ],
    },
    Group {
        word: "archive",
        name: "Archives",
        kinds: &[("application/zip", "ZIP"), ("application/mbox", "Mail folder")],
    },
    Group {
        word: "picture",
        name: "Pictures",
        kinds: &[
            ("image/png", "Picture"),
            ("image/jpeg", "Picture"),
            ("image/tiff", "Picture"),
            ("image/gif", "Picture"),
            ("image/bmp", "Picture"),
            ("image/webp", "Picture"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_media_type_has_a_name_and_stands_in_one_group() {
        let mut all: Vec<_> = GROUPS.iter().flat_map(Group::media_types).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|media_type| name_of(media_type) != media_type));
        assert_eq!(name_of("application/x-tar"), "application/x-tar");
    }
}
