//! E-mail messages (.eml), and web pages saved as one (.mht), through mail-parser.

mod part;

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use self::part::{bodies, ending_of, is_of_a_page, is_pgp, is_shown_by_text, is_signature};
use super::draft::Draft;
use super::member::Allowance;
use super::message::{Attachment, Letter};
use super::outlook::tnef;
use super::{Found, ParseError, encoding};

pub(super) fn parse(bytes: &[u8], allowance: &mut Allowance) -> Result<Found, ParseError> {
    // Some programs save the whole message in two or four bytes a letter.
    let text = encoding::is_wide(bytes).then(|| encoding::decode(bytes, None));
    let bytes = text.as_ref().map_or(bytes, String::as_bytes);
    let message = MessageParser::default().parse(without_separator(bytes));
    let message =
        message.ok_or_else(|| ParseError::damaged("it has no header that a message begins with"))?;
    if is_encrypted(&message) || bodies(&message).iter().any(is_pgp) {
        return Err(ParseError::Encrypted);
    }
    let mut draft = Draft::default();
    let letter = letter(&message);
    letter.write(&mut draft, allowance)?;
    Ok(draft.finish_with_scans(letter.subject, None))
}

/// A message that was taken out of a mail folder may have kept that one's line before it.
fn without_separator(bytes: &[u8]) -> &[u8] {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) if bytes.starts_with(b"From ") => &bytes[end + 1..],
        _ => bytes,
    }
}

fn letter<'m>(message: &'m Message<'m>) -> Letter<'m> {
    let mut letter = Letter {
        subject: message.subject().map(str::to_owned),
        from: message.from().map(people),
        to: message.to().map(people),
        cc: message.cc().map(people),
        date: message.date().map(|date| {
            let (year, month, day) = (date.year, date.month, date.day);
            format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", date.hour, date.minute)
        }),
        bodies: bodies(message),
        ..Letter::default()
    };
    message.attachments().for_each(|part| add(&mut letter, part));
    letter
}

/// Adds a part beside the text.
fn add<'m>(letter: &mut Letter<'m>, part: &'m MessagePart<'m>) {
    match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) if is_shown_by_text(part) => {
            letter.pictures.push(bytes.as_ref().into());
        }
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) if bytes.starts_with(&tnef::SIGNATURE) => {
            match tnef::letter(bytes) {
                Ok(wrapped) => letter.take_in(wrapped),
                // Refused where it is attached.
                Err(_) => letter.attachments.extend(attachment(part)),
            }
        }
        _ => letter.attachments.extend(attachment(part)),
    }
}

/// Signatures that only programs read are no attachments.
fn attachment<'m>(part: &'m MessagePart<'m>) -> Option<Attachment<'m>> {
    let name = part.attachment_name().map(str::to_owned);
    match &part.body {
        PartType::Message(inner) => Some(Attachment {
            name: name.or_else(|| inner.subject().map(|subject| format!("{subject}.eml"))),
            media_ending: "eml",
            bytes: inner.raw_message().into(),
        }),
        PartType::Binary(_) if is_signature(part) || is_of_a_page(part) => None,
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            Some(Attachment { name, media_ending: ending_of(part), bytes: bytes.as_ref().into() })
        }
        PartType::Text(_) | PartType::Html(_) if is_of_a_page(part) => None,
        PartType::Text(text) | PartType::Html(text) => {
            Some(Attachment { name, media_ending: ending_of(part), bytes: text.as_bytes().into() })
        }
        PartType::Multipart(_) => None,
    }
}

fn is_encrypted(message: &Message) -> bool {
    let kind = message.content_type();
    let is = |ctype: &str, subtype: &str| {
        kind.is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case(ctype)
                && kind.subtype().is_some_and(|own| own.eq_ignore_ascii_case(subtype))
        })
    };
    let is_only_signed = kind
        .and_then(|kind| kind.attribute("smime-type"))
        .is_some_and(|smime| smime.eq_ignore_ascii_case("signed-data"));
    is("multipart", "encrypted")
        || (is("application", "pkcs7-mime") || is("application", "x-pkcs7-mime")) && !is_only_signed
}

/// `Ada Lovelace <ada@example.org>, …`
fn people(address: &Address) -> String {
    let people = address.iter().map(|person| match (&person.name, &person.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(name), None) => name.to_string(),
        (None, address) => address.as_deref().unwrap_or_default().to_owned(),
    });
    people.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::Extracted;

    fn parse(message: &str) -> Result<Extracted, ParseError> {
        let found = super::parse(message.replace('\n', "\r\n").as_bytes(), &mut Allowance::default());
        found.map(|found| found.extracted)
    }

    #[test]
    fn a_message_has_its_subject_its_people_its_text_and_its_attachments() {
        let message = "From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\nTo: ada@example.org\n\
            Subject: =?utf-8?b?4pi4?= Travel\nDate: Mon, 2 Mar 2026 09:30:00 +0100\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\
            Content-Type: multipart/alternative; boundary=inner\n\n--inner\nContent-Type: text/plain\n\n\
            Book early.\n--inner\nContent-Type: text/html\n\n<p>Book early, in HTML.</p>\n--inner--\n--outer\n\
            Content-Type: text/csv; name=\"costs.csv\"\nContent-Disposition: attachment; filename=\"costs.csv\"\n\
            Content-Transfer-Encoding: base64\n\ndG93bixjb3N0CkJvbm4sOTAK\n--outer--\n";
        let extracted = parse(message).unwrap();
        assert_eq!(
            extracted.text,
            "☸ Travel\n\nFrom: Jürgen <j@example.org>\nTo: ada@example.org\nDate: 2026-03-02 09:30\n\nBook early.\n\n\
             Attachment costs.csv\n\nRows 1–2\n\ntown | cost\nBonn | 90"
        );
        assert_eq!(extracted.title.as_deref(), Some("☸ Travel"));
    }

    #[test]
    fn an_invitation_is_read_as_one() {
        let message = "From: a@example.org\nSubject: Drill\nContent-Type: text/calendar; method=REQUEST\n\n\
            BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fire drill\nLOCATION:Yard\nEND:VEVENT\nEND:VCALENDAR\n";
        assert!(parse(message).unwrap().text.ends_with("Fire drill\n\nPlace: Yard"));
    }

    #[test]
    fn a_body_in_html_alone_is_read_as_a_page() {
        let message = "From: a@example.org\nSubject: Menu\nContent-Type: text/html\n\n\
            <table><tr><td>Mon<td>Soup<tr><td>Tue<td>Rice</table><script>x</script>";
        assert!(parse(message).unwrap().text.ends_with("Mon | Soup\nTue | Rice"));
    }

    #[test]
    fn a_saved_page_is_its_text_without_styles_scripts_and_drawings() {
        let part = |media_type: &str, name: &str, content: &str| {
            format!(
                "--b\nContent-Type: {media_type}\nContent-Location: https://example.org/{name}\n\n{content}\n"
            )
        };
        let parts = [
            part("text/html", "", "<h1>Menu</h1><p>Soup.</p>"),
            part("text/css", "a.css", "body { color: red }"),
            part("application/javascript", "a.js", "alert(1)"),
            part("image/svg+xml", "logo.svg", "<svg></svg>"),
        ];
        let page = format!(
            "From: <Saved by Blink>\nSubject: Menu\nContent-Type: multipart/related; type=\"text/html\"; boundary=b\n\n\
             {}--b--\n",
            parts.concat()
        );
        assert!(parse(&page).unwrap().text.ends_with("Menu\n\nSoup."), "{}", parse(&page).unwrap().text);
    }

    #[test]
    fn a_text_in_another_encoding_than_it_says_is_read() {
        for (encoding, sent) in [
            ("8bit", b"Die K\xfcndigung betr\xe4gt f\xfcnf Monate.".as_slice()),
            ("quoted-printable", b"Die K=FCndigung betr=E4gt f=FCnf Monate."),
            ("base64", b"RGllIEv8bmRpZ3VuZyBiZXRy5Gd0IGb8bmYgTW9uYXRlLg=="),
        ] {
            let header =
                format!("From: a@example.org\r\nSubject: x\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
            let message = [header.as_bytes(), sent].concat();
            let text = super::parse(&message, &mut Allowance::default()).unwrap().extracted.text;
            assert!(text.ends_with("Die Kündigung beträgt fünf Monate."), "{encoding}: {text}");
        }
    }

    #[test]
    fn what_is_no_attachment_to_a_reader_is_none() {
        let message = "From: a@example.org\nSubject: Signed\nContent-Type: multipart/signed; boundary=b\n\n--b\n\
            Content-Type: text/plain\n\nTen days.\n--b\nContent-Type: image/png\nContent-ID: <logo>\n\
            Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b\n\
            Content-Type: application/pkcs7-signature; name=smime.p7s\n\
            Content-Disposition: attachment; filename=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n--b--\n";
        assert!(parse(message).unwrap().text.ends_with("Ten days."));
    }

    #[test]
    fn attachments_that_outlook_wrapped_are_the_messages_own() {
        // A subject, a text, and the file a.txt with the words "Ten days.".
        let wrapped = "eJ8+IgEAAQSAAQACAAAAeAB4AAEMgAIABgAAAElubmVyAPwBAgKQBgAOAAAAAQAAAAAAAAAAAAAAAAABAAIQgAEABg\
            AAAGEudHh0AO8BAg+ABgAJAAAAVGVuIGRheXMuJgM=";
        let message = |text: &str| {
            format!(
                "From: a@example.org\nSubject: Leave\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
                 Content-Type: text/plain\n\n{text}\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\
                 Content-Disposition: attachment; filename=winmail.dat\nContent-Transfer-Encoding: base64\n\n{wrapped}\n--b--\n"
            )
        };
        let text = parse(&message("See below.")).unwrap().text;
        assert!(text.ends_with("See below.\n\nAttachment a.txt\n\nTen days."), "{text}");
        let text = parse(&message(" ")).unwrap().text;
        assert!(text.ends_with("Inner\n\nAttachment a.txt\n\nTen days."), "{text}");
        let cut_off = message("See below.").replace("AAAAVGVuIGRheXMuJgM=", "");
        let text = parse(&cut_off).unwrap().text;
        assert!(text.contains("Attachment winmail.dat\n\nNot read: The file is damaged"), "{text}");
    }

    #[test]
    fn an_encrypted_message_says_so() {
        let message = "From: a@example.org\nSubject: x\n\
            Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n\
            --b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n";
        assert_eq!(parse(message), Err(ParseError::Encrypted));
        let inline = "From: a@example.org\nSubject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA5\n";
        assert_eq!(parse(inline), Err(ParseError::Encrypted));
    }
}
