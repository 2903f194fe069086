//! Calendars and invitations (.ics): what happens when, where and with whom (RFC 5545).

use super::draft::Draft;
use super::{Extracted, ParseError, encoding};

/// What every calendar begins with.
const BEGINNING: &[u8] = b"BEGIN:VCALENDAR";

/// What is read of a calendar. Time zones and alarms are for programs.
const ENTRIES: &[&str] = &["VEVENT", "VTODO", "VJOURNAL"];

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode(bytes, None).replace("\r\n", "\n");
    // A line that begins with a blank goes on with the one before.
    let unfolded = text.replace("\n ", "").replace("\n\t", "");
    let (mut draft, mut title) = (Draft::default(), None);
    let mut open: Vec<String> = Vec::new();
    let mut entry = Entry::default();
    for line in unfolded.lines().filter_map(Line::read) {
        match line.name.as_str() {
            "BEGIN" => open.push(line.value.to_ascii_uppercase()),
            "END" => {
                let ended = open.pop().unwrap_or_default();
                if ENTRIES.contains(&ended.as_str()) {
                    std::mem::take(&mut entry).write(&mut draft)?;
                }
            }
            "X-WR-CALNAME" => title = Some(line.text()),
            _ if open.last().is_some_and(|open| ENTRIES.contains(&open.as_str())) => entry.add(&line),
            _ => {}
        }
    }
    let title = title.or_else(|| draft.first_title());
    Ok(draft.finish(title, None))
}

/// Whether the bytes begin a calendar.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    start.get(..BEGINNING.len()).is_some_and(|start| start.eq_ignore_ascii_case(BEGINNING))
}

/// `DTSTART;TZID=Europe/Berlin:20260302T093000`
struct Line<'t> {
    /// In capitals.
    name: String,
    parameters: Vec<(&'t str, &'t str)>,
    value: &'t str,
}

impl<'t> Line<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = line.find(|c| {
            is_quoted ^= c == '"';
            c == ':' && !is_quoted
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?.trim().to_ascii_uppercase();
        let parameters = parts.filter_map(|part| part.split_once('=')).collect();
        Some(Self { name, parameters, value })
    }

    fn parameter(&self, name: &str) -> Option<&'t str> {
        let parameter = self.parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        parameter.map(|(_, value)| value.trim_matches('"')).filter(|value| !value.is_empty())
    }

    /// The value as a text, in which signs stand behind a backslash.
    fn text(&self) -> String {
        let mut text = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => text.push('\n'),
                    other => text.extend(other),
                },
                c => text.push(c),
            }
        }
        text.trim().to_owned()
    }

    /// `2026-03-02 09:30 (Europe/Berlin)`; as it stands where it is no time.
    fn time(&self) -> String {
        let value = self.value.trim();
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        let date = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
        let zone = match self.parameter("TZID") {
            _ if value.ends_with('Z') => " (UTC)".to_owned(),
            Some(zone) => format!(" ({zone})"),
            None => String::new(),
        };
        match digits.len() {
            8 => date,
            14 => format!("{date} {}:{}{zone}", part(8, 10), part(10, 12)),
            _ => value.to_owned(),
        }
    }

    /// `Ada Lovelace <ada@example.org>`
    fn person(&self) -> String {
        let address = self.value.trim();
        let is_mail = address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        let address = if is_mail { &address[7..] } else { address };
        match self.parameter("CN") {
            Some(name) if name != address => format!("{name} <{address}>"),
            _ => address.to_owned(),
        }
    }
}

/// An event or a task.
#[derive(Default)]
struct Entry {
    summary: String,
    facts: Vec<String>,
    attendees: Vec<String>,
    description: String,
}

impl Entry {
    fn add(&mut self, line: &Line<'_>) {
        let mut fact = |name: &str, value: String| {
            if !value.is_empty() {
                self.facts.push(format!("{name}: {value}"));
            }
        };
        match line.name.as_str() {
            "SUMMARY" => self.summary = line.text(),
            "DESCRIPTION" => self.description = line.text(),
            "DTSTART" => fact("Start", line.time()),
            "DTEND" => fact("End", line.time()),
            "DUE" => fact("Due", line.time()),
            "RRULE" => fact("Repeats", line.text()),
            "LOCATION" => fact("Place", line.text()),
            "STATUS" => fact("Status", line.text().to_lowercase()),
            "ORGANIZER" => fact("Organizer", line.person()),
            "ATTENDEE" => self.attendees.push(line.person()),
            _ => {}
        }
    }

    fn write(self, draft: &mut Draft) -> Result<(), ParseError> {
        draft.heading(1, &self.summary)?;
        let mut facts = self.facts;
        if !self.attendees.is_empty() {
            facts.push(format!("Attendees: {}", self.attendees.join(", ")));
        }
        draft.paragraph(&facts.join("\n"))?;
        self.description.split("\n\n").try_for_each(|paragraph| draft.paragraph(paragraph))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_says_what_when_where_and_with_whom() {
        let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n\
            BEGIN:VEVENT\r\nUID:1@example.org\r\nSUMMARY:Fire drill\r\nDTSTART;TZID=Europe/Berlin:20260302T093000\r\n\
            DTEND:20260302T090000Z\r\nLOCATION:Room 5\\, 2nd flo\r\n or\r\n\
            ORGANIZER;CN=\"Lovelace: Ada\":mailto:ada@example.org\r\nATTENDEE:MAILTO:ben@example.org\r\n\
            DESCRIPTION:Meet in the yard.\\n\\nBring no bags\\; walk.\r\n\
            BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\n\
            BEGIN:VTODO\r\nSUMMARY:Report\r\nDUE;VALUE=DATE:20260401\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        assert!(begins(calendar.as_bytes()));
        let extracted = parse(calendar.as_bytes()).unwrap();
        assert_eq!(
            extracted.text,
            "Fire drill\n\nStart: 2026-03-02 09:30 (Europe/Berlin)\nEnd: 2026-03-02 09:00 (UTC)\n\
             Place: Room 5, 2nd floor\nOrganizer: Lovelace: Ada <ada@example.org>\nAttendees: ben@example.org\n\n\
             Meet in the yard.\n\nBring no bags; walk.\n\nReport\n\nDue: 2026-04-01"
        );
    }

    #[test]
    fn what_is_cut_off_or_odd_is_read_as_far_as_it_goes() {
        let text = |calendar: &str| parse(calendar.as_bytes()).unwrap().text;
        assert_eq!(
            text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Ünder\nDTSTART:soon\nEND:VEVENT"),
            "Ünder\n\nStart: soon"
        );
        assert_eq!(text("BEGIN:VCALENDAR\nEND:VEVENT\nÄ:ö\n:\n\\"), "");
    }
}
