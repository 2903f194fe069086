//! Where passages say otherwise than each other.

use super::{Passages, claim::Claim, contradiction::contradiction};

/// A sentence of another passage that says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Otherwise {
    /// By which its passage is cited.
    pub(crate) number: u32,
    pub(crate) quote: String,
}

impl Passages {
    /// What other passages say otherwise than `sentence` of the passage `number`: of the same thing
    /// another amount, another date or the opposite.
    pub(crate) fn otherwise(&self, sentence: &str, number: u32) -> Vec<Otherwise> {
        let claim = Claim::of(sentence.to_owned(), vec![number]);
        let own = self.evidence.iter().find(|own| own.number == number);
        let others = self.evidence.iter().filter(|other| other.number != number);
        let against = others.filter_map(|other| {
            let (_, against) = contradiction(&claim, &[other])?;
            let back = Claim::of(against.text.clone(), vec![other.number]);
            // What says less than the other, and therefore something else, isn't contradicted by it.
            contradiction(&back, &[own?])?;
            Some(Otherwise { number: other.number, quote: against.text.clone() })
        });
        let mut otherwise: Vec<Otherwise> = Vec::new();
        for it in against {
            if otherwise.iter().all(|other| other.quote != it.quote) {
                otherwise.push(it);
            }
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::{Markup, OfferedSource};

    fn passages(texts: &[&str]) -> Passages {
        let source = |text: &&str| OfferedSource { text: (*text).to_owned(), ..OfferedSource::default() };
        Passages::new(&texts.iter().map(source).collect::<Vec<_>>(), Markup::Plain)
    }

    #[test]
    fn another_amount_for_the_same_thing_is_found() {
        let passages = passages(&[
            "Hotels are paid up to 150 euros a night.",
            "Hotels are paid up to 120 euros a night. Trains are free.",
            "Hostels cost 120 euros a night.",
        ]);
        let found = passages.otherwise("Hotels are paid up to 150 euros a night.", 1);
        let expected = Otherwise { number: 2, quote: "Hotels are paid up to 120 euros a night.".to_owned() };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn editions_of_a_long_document_are_told_apart() {
        let policy = |euros: u32| {
            let rules: String = (0..15)
                .map(|rule| format!("Rule {rule} says that ticket class {} is paid.\n\n", rule * 7))
                .collect();
            format!("Hotels are paid up to {euros} euros a night.\n\n{rules}")
        };
        let source = |euros| OfferedSource {
            title: "Travel policy".into(),
            date: "24 Nov 2026".into(),
            text: policy(euros),
            ..OfferedSource::default()
        };
        let passages = Passages::new(&[source(150), source(120)], Markup::Plain);
        assert_eq!(passages.otherwise("Hotels are paid up to 150 euros a night.", 1).len(), 1);
    }

    #[test]
    fn another_amount_for_another_thing_is_none() {
        let passages = passages(&[
            "Full-time employees receive 20 days of vacation.",
            "Part-time employees receive 10 days of vacation. Vacation of 30 days is given after ten years.",
        ]);
        assert_eq!(passages.otherwise("Full-time employees receive 20 days of vacation.", 1), []);
    }
}
