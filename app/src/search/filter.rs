//! What a search is narrowed to.

use time::{Date, macros::format_description};
use uuid::Uuid;

use crate::error::AppError;

/// The part of the library that is looked at. What is empty narrows nothing; all that is not must
/// hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Empty for all collections that the reader may read.
    pub collections: Vec<Uuid>,
    pub media_types: Vec<String>,
    /// ISO 639-1.
    pub languages: Vec<String>,
    /// The first day, in UTC, on which documents were brought in or changed last.
    pub from: Option<Date>,
    /// The last such day.
    pub to: Option<Date>,
    /// A folder as it was brought in, such as `Handbook/People`: what lies in it, and below it.
    pub folder: Option<String>,
}

impl Filter {
    /// Reads a day as forms and addresses carry it, `2026-11-24`; nothing is none.
    ///
    /// # Errors
    /// [`AppError::Invalid`] of `field` where it is no day.
    pub fn day(field: &str, text: &str) -> Result<Option<Date>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        let day = Date::parse(text, format_description!("[year]-[month]-[day]"));
        let wrong = |_| AppError::invalid(field, "A day is written as in 2026-11-24.");
        day.map(Some).map_err(wrong)
    }

    /// Reads the path of a folder; nothing, as a bare `/`, is none.
    pub fn folder(text: &str) -> Option<String> {
        let steps: Vec<_> = text.split('/').map(str::trim).filter(|step| !step.is_empty()).collect();
        (!steps.is_empty()).then(|| steps.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_a_form_sends_it_and_nothing_else_is_one() {
        assert_eq!(Filter::day("from", ""), Ok(None));
        assert_eq!(Filter::day("from", "2024-02-29").unwrap().unwrap().to_string(), "2024-02-29");
        for wrong in ["2023-02-29", "24.11.2026", "yesterday", "2026-11-24T00:00"] {
            assert!(Filter::day("from", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_folder_is_its_steps() {
        assert_eq!(Filter::folder("/People/ Leave//"), Some("People/Leave".into()));
        assert_eq!(Filter::folder(" / "), None);
    }
}
