//! Outlook messages (.msg): a compound file with a stream for each property [MS-OXMSG].

mod compressed;
mod storage;
pub(super) mod tnef;

use std::borrow::Cow;

use self::storage::{Storage, Tag};
use super::draft::Draft;
use super::member::Allowance;
use super::message::{Body, Letter};
use super::{Found, ParseError};

/// Properties by their number [MS-OXPROPS].
const MESSAGE_CLASS: Tag = Tag(0x001a);
const SUBJECT: Tag = Tag(0x0037);
const SUBMITTED: Tag = Tag(0x0039);
const SENDER_NAME: Tag = Tag(0x0c1a);
const SENDER_ADDRESS: Tag = Tag(0x0c1f);
const SENDER_SMTP: Tag = Tag(0x5d01);
const SHOWN_CC: Tag = Tag(0x0e03);
const SHOWN_TO: Tag = Tag(0x0e04);
const BODY: Tag = Tag(0x1000);
const RTF: Tag = Tag(0x1009);
const HTML: Tag = Tag(0x1013);
const ATTACHED: Tag = Tag(0x3701);
const SHORT_NAME: Tag = Tag(0x3704);
const LONG_NAME: Tag = Tag(0x3707);
const MEDIA_TYPE: Tag = Tag(0x370e);
const CONTENT_ID: Tag = Tag(0x3712);

/// The deepest message within a message.
const DEEPEST: usize = 3;

pub(super) fn parse(bytes: &[u8], allowance: &mut Allowance) -> Result<Found, ParseError> {
    let mut storage = Storage::open(bytes)?;
    let mut draft = Draft::default();
    let subject = write(&mut storage, "/", &mut draft, allowance, 0)?;
    Ok(draft.finish_with_scans(subject, None))
}

/// Writes the message in the folder `at` of the file; answers its subject.
fn write(
    storage: &mut Storage,
    at: &str,
    draft: &mut Draft,
    allowance: &mut Allowance,
    depth: usize,
) -> Result<Option<String>, ParseError> {
    if is_encrypted(storage, at) {
        return Err(ParseError::Encrypted);
    }
    let mut letter = Letter {
        subject: storage.text(at, SUBJECT),
        from: sender(storage, at),
        to: storage.text(at, SHOWN_TO),
        cc: storage.text(at, SHOWN_CC),
        date: storage.time(at, SUBMITTED),
        bodies: body(storage, at)?.into_iter().collect(),
        ..Letter::default()
    };
    let mut inner = Vec::new();
    for folder in storage.attachments(at) {
        let name = storage.text(&folder, LONG_NAME).or_else(|| storage.text(&folder, SHORT_NAME));
        match storage.bytes(&folder, ATTACHED) {
            Some(bytes) => {
                let has_id = storage.text(&folder, CONTENT_ID).is_some();
                letter.add(name, bytes.into(), has_id);
            }
            None => inner.extend(storage.message(&folder, ATTACHED)),
        }
    }
    letter.write(draft, allowance)?;
    for folder in inner.iter().take_while(|_| depth < DEEPEST) {
        draft.heading(1, "Attached message")?;
        write(storage, folder, draft, allowance, depth + 1)?;
    }
    Ok(letter.subject)
}

/// The plain text where there is one, else the page, else the rich text.
fn body(storage: &mut Storage, at: &str) -> Result<Option<Body<'static>>, ParseError> {
    if let Some(text) = storage.text(at, BODY).filter(|text| !text.trim().is_empty()) {
        return Ok(Some(Body::Plain(Cow::Owned(text.into_bytes()))));
    }
    if let Some(page) = storage.bytes(at, HTML) {
        return Ok(Some(Body::Html(Cow::Owned(page))));
    }
    match storage.bytes(at, RTF) {
        Some(packed) => Ok(Some(Body::Rtf(compressed::unpack(&packed)?))),
        None => Ok(None),
    }
}

fn sender(storage: &mut Storage, at: &str) -> Option<String> {
    let name = storage.text(at, SENDER_NAME);
    let address = storage.text(at, SENDER_SMTP).or_else(|| storage.text(at, SENDER_ADDRESS));
    person(name, address)
}

/// `Ada Lovelace <ada@example.org>`
fn person(name: Option<String>, address: Option<String>) -> Option<String> {
    match (name, address.filter(|address| address.contains('@'))) {
        (Some(name), Some(address)) if name != address => Some(format!("{name} <{address}>")),
        (name, address) => name.or(address),
    }
}

/// Rights management, S/MIME and PGP put the whole message into an attachment.
fn is_encrypted(storage: &mut Storage, at: &str) -> bool {
    let class = storage.text(at, MESSAGE_CLASS).unwrap_or_default().to_lowercase();
    let is_signed = class.ends_with("multipartsigned");
    let is_wrapped = storage.attachments(at).iter().any(|folder| {
        let name = storage.text(folder, LONG_NAME).unwrap_or_default().to_lowercase();
        let media_type = storage.text(folder, MEDIA_TYPE).unwrap_or_default().to_lowercase();
        name == "message.rpmsg" || media_type == "application/pgp-encrypted"
    });
    is_wrapped || class.contains("smime") && !is_signed || class.contains("rpmsg")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn message(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        for (path, bytes) in streams {
            let folder = &path[..path.rfind('/').unwrap()];
            file.create_storage_all(if folder.is_empty() { "/" } else { folder }).unwrap();
            file.create_stream(path).unwrap().write_all(bytes).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn properties(entries: &[(u32, u64)]) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        for (tag, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend([0; 4]);
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_message_has_its_subject_its_people_its_text_and_its_attachments() {
        // 2 March 2026, 09:30 UTC in steps of 100 ns since 1601.
        let time = (1_772_443_800 + 11_644_473_600_u64) * 10_000_000;
        let file = message(&[
            ("/__properties_version1.0", &properties(&[(0x0039_0040, time)])),
            ("/__substg1.0_0037001F", &utf16("Travel")),
            ("/__substg1.0_0C1A001F", &utf16("Jürgen")),
            ("/__substg1.0_5D01001F", &utf16("j@example.org")),
            ("/__substg1.0_0E04001E", b"Ada"),
            ("/__substg1.0_1000001F", &utf16("Book early.")),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", &utf16("costs.csv")),
            ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"town,cost\nBonn,90\n"),
        ]);
        let found = parse(&file, &mut Allowance::default()).unwrap();
        assert_eq!(
            found.extracted.text,
            "Travel\n\nFrom: Jürgen <j@example.org>\nTo: Ada\nDate: 2026-03-02 09:30\n\nBook early.\n\n\
             Attachment costs.csv\n\nRows 1–2\n\ntown | cost\nBonn | 90"
        );
    }

    #[test]
    fn a_protected_message_says_so() {
        let file = message(&[
            ("/__properties_version1.0", &properties(&[])),
            ("/__substg1.0_0037001F", &utf16("Secret")),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", &utf16("message.rpmsg")),
        ]);
        assert_eq!(parse(&file, &mut Allowance::default()), Err(ParseError::Encrypted));
    }
}
