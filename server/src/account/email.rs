//! E-mail addresses, as accounts are named by them.

use app::error::AppError;

/// The longest address that mail can be sent to (RFC 5321, with the erratum on the path's length).
const LONGEST: usize = 254;

/// An e-mail address, trimmed and lower-cased, so that one address names one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Takes anything of the shape `local@domain`: whether mail arrives there, only mail can tell.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let address = text.trim().to_lowercase();
        let has_its_shape = address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@') && is_plain(&address)
        });
        if has_its_shape && address.len() <= LONGEST {
            Ok(Self(address))
        } else {
            Err(AppError::invalid("email", "This is not an e-mail address."))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(address: &str) -> bool {
    !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_surrounding_space_do_not_make_another_address() {
        assert_eq!(Email::parse(" Ada@Example.ORG ").unwrap(), Email::parse("ada@example.org").unwrap());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "ada", "@example.org", "ada@", "a@b@c", "a b@c.org", "a@b\0.org", "<a@b.org>"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.org", "a".repeat(250))).is_err());
    }
}
