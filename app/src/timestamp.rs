//! Points in time, as both sides of the wire carry them.

use serde::{Deserialize, Serialize};

/// A point in time in UTC, kept as its RFC 3339 text: the browser shows times and never computes
/// with them, and so needs no calendar library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
#[serde(transparent)]
pub struct Timestamp(String);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// The RFC 3339 text, for a `datetime` attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, as in "24 Nov 2026".
    pub fn day(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        let month = part(5, 7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
        match month {
            Some(month) => format!("{} {month} {}", part(8, 10).trim_start_matches('0'), part(0, 4)),
            None => self.0.clone(),
        }
    }

    /// The day and the minute in UTC, as in "24 Nov 2026, 08:15 UTC".
    pub fn minute(&self) -> String {
        match self.0.get(11..16) {
            Some(minute) => format!("{}, {minute} UTC", self.day()),
            None => self.day(),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<time::OffsetDateTime> for Timestamp {
    fn from(at: time::OffsetDateTime) -> Self {
        use time::format_description::well_known::Rfc3339;
        // Whole milliseconds: more digits help nobody and make pages differ.
        let at = at.to_offset(time::UtcOffset::UTC);
        let at = at.replace_millisecond(at.millisecond()).unwrap_or(at);
        Self(at.format(&Rfc3339).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_people_write_it() {
        let at = Timestamp("2026-11-04T08:15:30.5Z".into());
        assert_eq!(at.day(), "4 Nov 2026");
        assert_eq!(at.minute(), "4 Nov 2026, 08:15 UTC");
    }
}
