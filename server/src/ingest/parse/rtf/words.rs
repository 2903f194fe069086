//! What control words stand for.

/// What the text of the open group is for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Place {
    #[default]
    Body,
    Footnote,
    /// The bullet or number in front of an item.
    Label,
    Title,
    FontTable,
    StyleSheet,
    Nowhere,
}

/// The place that a group's first word names.
pub(super) fn destination(word: &str) -> Option<Place> {
    Some(match word {
        "fonttbl" => Place::FontTable,
        "stylesheet" => Place::StyleSheet,
        "title" => Place::Title,
        "footnote" => Place::Footnote,
        "listtext" | "pntext" => Place::Label,
        "colortbl" | "pict" | "object" | "header" | "headerl" | "headerr" | "headerf" | "footer"
        | "footerl" | "footerr" | "footerf" | "fldinst" | "author" | "operator" | "subject" | "keywords"
        | "comment" | "doccomm" | "company" | "manager" | "category" | "hlinkbase" | "creatim" | "revtim"
        | "printim" | "buptim" | "annotation" | "atnid" | "atnauthor" | "filetbl" | "revtbl"
        | "listtable" | "listoverridetable" | "rsidtbl" | "nonshppict" | "bkmkstart" | "bkmkend" | "xe"
        | "tc" | "template" | "shprslt" | "sn" | "sv" | "themedata" | "datastore" | "latentstyles"
        | "objdata" | "nonesttables" | "falt" | "panose" | "generator" | "htmltag" | "mhtmltag"
        | "ftnsep" | "ftnsepc" | "aftnsep" => Place::Nowhere,
        _ => return None,
    })
}

/// The character that a word stands for.
pub(super) fn character(word: &str) -> &'static str {
    match word {
        "tab" => "\t",
        "line" | "lbr" => "\n",
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        "emspace" | "enspace" | "qmspace" => " ",
        _ => "",
    }
}
