//! Where a right document was lost on its way to the first ten.

use serde::{Deserialize, Serialize};

/// The step that lost a right document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Neither search found it among its candidates: words, meaning or passages are to be made better.
    NoCandidate,
    /// A search found it, and among the hundred passages of both it is not.
    FusedAway,
    /// It is among them, below the tenth document.
    RankedDown,
}

impl Loss {
    /// Of a right document, given the lists of both searches and what was made of them; `None`
    /// where it is among the first ten.
    pub(super) fn of(document: &str, channels: [&[String]; 2], both: &[String]) -> Option<Self> {
        match both.iter().position(|found| found == document) {
            Some(0..10) => None,
            Some(_) => Some(Self::RankedDown),
            None if channels.iter().any(|found| found.iter().any(|id| id == document)) => {
                Some(Self::FusedAway)
            }
            None => Some(Self::NoCandidate),
        }
    }

    /// In words that go after "so many were".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::NoCandidate => "in neither search's candidates",
            Self::FusedAway => "fused away",
            Self::RankedDown => "ranked below ten",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_that_lost_a_document_is_named() {
        let list = |ids: &[u32]| ids.iter().map(u32::to_string).collect::<Vec<_>>();
        let both = list(&(0..12).collect::<Vec<_>>());
        let loss = |document| Loss::of(document, [&list(&[1, 20]), &list(&[2])], &both);
        assert_eq!(loss("9"), None);
        assert_eq!(loss("10"), Some(Loss::RankedDown));
        assert_eq!(loss("20"), Some(Loss::FusedAway));
        assert_eq!(loss("30"), Some(Loss::NoCandidate));
    }
}
