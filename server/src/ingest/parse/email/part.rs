//! What a part of a message is, and the texts that are its own.

use std::borrow::Cow;

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use crate::ingest::parse::message::Body;

/// Of a body in two forms, the plain one is what its writer sees to; a page saved as a message
/// has only the other.
pub(super) fn bodies<'m>(message: &'m Message<'m>) -> Vec<Body<'m>> {
    let form = |part: &'m MessagePart<'m>| match &part.body {
        PartType::Text(text) if ending_of(part) == "ics" => Some(Body::Calendar(words(message, part, text))),
        PartType::Text(text) => Some(Body::Plain(words(message, part, text))),
        PartType::Html(html) => Some(Body::Html(words(message, part, html))),
        _ => None,
    };
    message.text_bodies().filter_map(form).collect()
}

/// The bytes of a text: as they were sent, where they aren't in the encoding that the part names or leaves out.
fn words<'m>(message: &'m Message<'m>, part: &MessagePart<'m>, text: &'m str) -> Cow<'m, [u8]> {
    let sent = || {
        let sent = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
        match part.encoding {
            Encoding::None => Some(Cow::Borrowed(sent)),
            Encoding::QuotedPrintable => quoted_printable_decode(sent).map(Cow::Owned),
            Encoding::Base64 => base64_decode(sent).map(Cow::Owned),
        }
    };
    let was_lost = text.contains(char::REPLACEMENT_CHARACTER);
    was_lost.then(sent).flatten().unwrap_or_else(|| text.as_bytes().into())
}

/// Whether it is a text encrypted by PGP, without a word of that in the header.
pub(super) fn is_pgp(body: &Body) -> bool {
    let Body::Plain(text) = body else { return false };
    text.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----")
}

/// Whether it is a style sheet or a script of a page that was saved as a message.
pub(super) fn is_of_a_page(part: &MessagePart) -> bool {
    let is_attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    let subtype =
        part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default().to_ascii_lowercase();
    !is_attached && matches!(subtype.as_str(), "css" | "javascript" | "x-javascript" | "ecmascript")
}

/// Whether the text shows the picture that the part is.
pub(super) fn is_shown_by_text(part: &MessagePart) -> bool {
    let is_picture = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
    let is_attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    is_picture && (part.content_id().is_some() || part.content_location().is_some()) && !is_attached
}

pub(super) fn is_signature(part: &MessagePart) -> bool {
    part.content_type().and_then(|kind| kind.subtype()).is_some_and(|subtype| {
        let subtype = subtype.to_ascii_lowercase();
        subtype.ends_with("pkcs7-signature") || subtype == "pgp-signature"
    })
}

/// The ending of files of a part's media type, for those without a name.
pub(super) fn ending_of(part: &MessagePart) -> &'static str {
    let media_type = part.content_type().map(|kind| (kind.ctype(), kind.subtype().unwrap_or_default()));
    match media_type {
        Some(("text", "html")) => "html",
        Some(("text", "csv")) => "csv",
        Some(("text", "calendar")) => "ics",
        Some(("text", _)) => "txt",
        Some(("message", _)) => "eml",
        _ => "",
    }
}
