//! Words that turn a statement into its opposite.

use crate::text::term::Term;

/// Whether `a` says the opposite of `b` by a single word.
pub(crate) fn has_opposite(a: &[Term], b: &[Term]) -> bool {
    opposed(a, b).is_some()
}

/// The word of `a` that is missing in `b`, while the word for its opposite stands there alone.
pub(crate) fn opposed<'a>(a: &'a [Term], b: &[Term]) -> Option<&'a Term> {
    let missing = |term: &Term, terms: &[Term]| terms.iter().all(|other| term.likeness(other) == 0.0);
    a.iter().filter(|term| missing(term, b)).find(|term| {
        b.iter().filter(|other| missing(other, a)).any(|other| are_opposed(&term.stem, &other.stem))
    })
}

/// Of stems.
fn are_opposed(a: &str, b: &str) -> bool {
    let listed = |(x, y): &(&str, &str)| (a, b) == (*x, *y) || (b, a) == (*x, *y);
    OPPOSITES.iter().any(listed) || is_prefixed(a, b) || is_prefixed(b, a)
}

/// "unpaid" and "paid".
fn is_prefixed(long: &str, short: &str) -> bool {
    ["un", "in", "im", "dis", "non", "ir", "mis"]
        .iter()
        .any(|prefix| long.strip_prefix(prefix) == Some(short))
}

/// Stems.
const OPPOSITES: &[(&str, &str)] = &[
    ("first", "last"),
    ("early", "late"),
    ("earliest", "latest"),
    ("before", "after"),
    ("larg", "small"),
    ("largest", "smallest"),
    ("increas", "decreas"),
    ("increas", "reduc"),
    ("high", "low"),
    ("higher", "lower"),
    ("highest", "lowest"),
    ("rich", "poor"),
    ("north", "south"),
    ("northern", "southern"),
    ("east", "west"),
    ("eastern", "western"),
    ("win", "los"),
    ("begin", "end"),
    ("began", "end"),
    ("start", "end"),
    ("start", "stop"),
    ("strong", "weak"),
    ("support", "oppos"),
    ("allow", "forbid"),
    ("allow", "prohibit"),
    ("accept", "reject"),
    ("best", "worst"),
    ("more", "less"),
    ("most", "least"),
    ("major", "minor"),
    ("majority", "minority"),
    ("public", "privat"),
    ("male", "femal"),
    ("old", "new"),
    ("young", "old"),
    ("upper", "lower"),
    ("internal", "external"),
    ("activ", "inactiv"),
    ("activ", "passiv"),
    ("import", "export"),
    ("add", "remov"),
    ("upload", "delet"),
    ("upload", "remov"),
    ("upload", "download"),
    ("creat", "delet"),
    ("enabl", "disabl"),
    ("install", "uninstall"),
    ("open", "clos"),
    ("subscrib", "unsubscrib"),
    ("approv", "reject"),
    ("birth", "death"),
    ("born", "die"),
    ("includ", "exclud"),
    ("hot", "cold"),
    ("fast", "slow"),
    ("gain", "los"),
    ("join", "leav"),
    ("encourag", "discourag"),
    ("advantag", "disadvantag"),
    ("positiv", "negativ"),
    ("maximum", "minimum"),
    ("inhibit", "activat"),
    ("inhibit", "promot"),
    ("inhibit", "enhanc"),
    ("promot", "prevent"),
    ("promot", "suppres"),
    ("upregulat", "downregulat"),
    ("up", "down"),
    ("induc", "inhibit"),
    ("induc", "suppres"),
    ("rapid", "slow"),
    ("benefit", "harm"),
    ("improv", "worsen"),
    ("mandatory", "optional"),
    ("required", "optional"),
    ("full", "part"),
    ("daily", "weekly"),
    ("weekly", "monthly"),
    ("monthly", "annual"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::term::content_terms;

    #[test]
    fn opposites_are_known_by_their_words_and_their_prefixes() {
        for (a, b) in [
            ("The leave is paid.", "The leave is unpaid."),
            ("Inhibiting it increases growth.", "Inhibiting it decreases growth."),
        ] {
            assert!(has_opposite(&content_terms(a), &content_terms(b)), "{a} {b}");
        }
        let both = content_terms("Some leave is paid, some unpaid.");
        assert!(!has_opposite(&both, &content_terms("The leave is paid.")));
    }
}
