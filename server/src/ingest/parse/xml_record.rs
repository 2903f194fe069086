//! XML of any vocabulary: elements as names, what they hold as values.

use super::draft::Draft;
use super::record::{self, Value};
use super::xml::{Node, Xml};
use super::{Extracted, ParseError, encoding};

/// Elements nested deeper than this are data that nobody reads.
const DEEPEST: usize = 200;

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode_xml(bytes);
    let root = read(&text)?;
    let mut draft = Draft::default();
    record::write(&mut draft, &root)?;
    Ok(draft.finish(None, None))
}

/// An element being read.
#[derive(Default)]
struct Open {
    name: String,
    fields: Vec<(String, Value)>,
    /// All text in it, that of the elements within it included.
    text: String,
    /// Whether it has text of its own beside elements, as running text with markup has.
    is_mixed: bool,
}

fn read(text: &str) -> Result<Value, ParseError> {
    let mut xml = Xml::new(text);
    let mut open = vec![Open::default()];
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => {
                if open.len() > DEEPEST {
                    return Err(ParseError::damaged("its elements are nested too deeply"));
                }
                let mut attributes = tag.attributes();
                let fields = attributes
                    .with_checks(false)
                    .filter_map(Result::ok)
                    .filter(|a| !a.key.as_ref().starts_with("xmlns"))
                    .filter_map(|a| {
                        let value = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
                        Some((a.key.local_name().as_ref().to_owned(), Value::Text(value.into_owned())))
                    })
                    .collect();
                let name = tag.local_name().as_ref().to_owned();
                open.push(Open { name, fields, ..Open::default() });
            }
            Node::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.is_mixed |= !text.trim().is_empty();
                    element.text.push_str(&text);
                }
            }
            Node::End(_) => close(&mut open),
        }
    }
    if open.len() > 1 {
        return Err(ParseError::damaged("it ends in the middle of an element"));
    }
    let fields = open.pop().map(|document| document.fields).unwrap_or_default();
    if fields.is_empty() {
        return Err(ParseError::damaged("it holds no XML element"));
    }
    Ok(Value::Fields(fields))
}

fn close(open: &mut Vec<Open>) {
    let (Some(element), Some(outer)) = (open.pop(), open.last_mut()) else { return };
    outer.text.push_str(&element.text);
    let mut fields = element.fields;
    let value = if fields.is_empty() || element.is_mixed && !element.text.trim().is_empty() {
        let text = Value::Text(element.text.trim().to_owned());
        // Attributes stand beside the text; the elements within it are part of it.
        fields
            .retain(|(_, value)| element.is_mixed && value.text().is_some_and(|v| !element.text.contains(v)));
        if fields.is_empty() {
            text
        } else {
            fields.push(("text".to_owned(), text));
            Value::Fields(fields)
        }
    } else {
        Value::Fields(fields)
    };
    if value.text() != Some("") {
        outer.fields.push((element.name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(xml: &str) -> String {
        parse(xml.as_bytes()).unwrap().text
    }

    #[test]
    fn elements_and_attributes_become_names_and_values() {
        let xml = "<?xml version='1.0'?><lands><land code='CA'><capital>Ottawa</capital></land></lands>";
        assert_eq!(text(xml), "lands.land.code: CA\nlands.land.capital: Ottawa");
    }

    #[test]
    fn running_text_with_markup_stays_in_one_piece() {
        assert_eq!(text("<doc><para>Read <b>this</b> first.</para></doc>"), "doc.para: Read this first.");
    }

    #[test]
    fn entities_of_its_own_are_refused_and_a_plain_doctype_is_not() {
        let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\">]><x>&a;</x>";
        assert_eq!(parse(laughs.as_bytes()).unwrap_err().code(), "damaged");
        assert_eq!(text("<!DOCTYPE x SYSTEM 'x.dtd'><x>ha</x>"), "x: ha");
    }

    #[test]
    fn a_file_that_ends_too_early_is_damaged() {
        assert_eq!(parse(b"<a><b>text</b>").unwrap_err().code(), "damaged");
    }
}
