//! A model's text, its marks told from its words.

use std::fmt::{self, Display, Formatter};

/// A piece of a normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Text(String),
    Mark {
        /// The blank before it, which goes where the mark goes.
        gap: String,
        /// One that was offered.
        number: u32,
    },
}

/// Pieces in order; written out they are the text.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Vec<Token>);

impl Tokens {
    pub(super) fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn push_str(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Token::Text(text)) => text.push_str(more),
            _ if more.is_empty() => {}
            _ => self.0.push(Token::Text(more.to_owned())),
        }
    }

    pub(super) fn mark(&mut self, gap: String, number: u32) {
        self.0.push(Token::Mark { gap, number });
    }
}

impl IntoIterator for Tokens {
    type Item = Token;
    type IntoIter = std::vec::IntoIter<Token>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Display for Tokens {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| match token {
            Token::Text(text) => f.write_str(text),
            Token::Mark { gap, number } => write!(f, "{gap}[{number}]"),
        })
    }
}
