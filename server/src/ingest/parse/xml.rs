//! The little of XML that documents need, without entities of their own or anything external.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::ingest::parse::ParseError;

/// The events of one part. Names are compared without their prefix: Office's two dialects
/// (transitional and strict) differ only in namespaces.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
}

/// What a part is made of.
pub(super) enum Node<'a> {
    /// An element's start tag. An empty element is a start and an end.
    Start(BytesStart<'a>),
    End(String),
    Text(String),
}

impl<'a> Xml<'a> {
    pub(super) fn new(part: &'a str) -> Self {
        let mut reader = Reader::from_str(part);
        reader.config_mut().expand_empty_elements = true;
        Self { reader }
    }

    /// The next node, `None` at the end of the part.
    pub(super) fn next(&mut self) -> Result<Option<Node<'a>>, ParseError> {
        loop {
            let node = match self.reader.read_event() {
                Ok(Event::Start(tag)) => Node::Start(tag),
                Ok(Event::End(tag)) => Node::End(tag.local_name().as_ref().to_owned()),
                Ok(Event::Text(text)) => Node::Text(text.xml10_content().into_owned()),
                Ok(Event::CData(text)) => Node::Text(text.xml10_content().into_owned()),
                Ok(Event::GeneralRef(reference)) => Node::Text(character(&reference)),
                Ok(Event::Eof) => return Ok(None),
                // Nothing is expanded; what asks for it isn't read at all.
                Ok(Event::DocType(text)) if text.contains("<!ENTITY") => {
                    return Err(ParseError::damaged("it defines XML entities, which documents don't need"));
                }
                Ok(_) => continue,
                Err(_) => return Err(ParseError::damaged("a part of it is not well-formed XML")),
            };
            return Ok(Some(node));
        }
    }

    /// Skips to the end of the element whose start was just read.
    pub(super) fn skip(&mut self) -> Result<(), ParseError> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Some(Node::Start(_)) => depth += 1,
                Some(Node::End(_)) => depth -= 1,
                Some(Node::Text(_)) => {}
                None => return Ok(()),
            }
        }
        Ok(())
    }
}

/// An attribute's value, by its name without prefix.
pub(super) fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned))
}

/// Whether an on/off property such as `<w:vanish/>` is on.
pub(super) fn is_on(tag: &BytesStart) -> bool {
    !matches!(attribute(tag, "val").as_deref(), Some("0" | "false" | "off" | "none"))
}

/// Predefined entities and character references; others are dropped, never expanded.
fn character(reference: &BytesRef) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => resolve_predefined_entity(reference).unwrap_or_default().to_owned(),
    }
}
