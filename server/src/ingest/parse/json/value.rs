//! Reading JSON with its names in the file's order.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::ingest::parse::ParseError;
use crate::ingest::parse::record::Value;

pub(super) fn read(text: &str) -> Result<Value, ParseError> {
    let read: Result<Json, _> = serde_json::from_str(text);
    let read = read.or_else(|err| serde_json::from_str(&mended(text)).map_err(|_| err)).map_err(|err| {
        let why = format!("it is not valid JSON from line {}, column {} on", err.line(), err.column());
        ParseError::Damaged { why }
    })?;
    Ok(read.0.unwrap_or(Value::List(Vec::new())))
}

/// What programs write although JSON has it not, made into what it has: numbers that are none (`NaN`), and
/// halves of characters (`\ud83d` alone).
fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => {
                in_string = !in_string;
                1
            }
            '\\' if in_string => {
                let (escape, length) = escape(rest);
                mended.push_str(escape);
                rest = &rest[length..];
                continue;
            }
            _ if in_string => first.len_utf8(),
            _ => {
                if let Some(word) = NO_NUMBERS.iter().find(|word| rest.starts_with(**word)) {
                    mended.push_str("null");
                    rest = &rest[word.len()..];
                    continue;
                }
                first.len_utf8()
            }
        };
        mended.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    mended
}

const NO_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];

/// The escape that a text begins with, a half of a character replaced, and how many bytes of it were that.
fn escape(text: &str) -> (&str, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match unit(0) {
        Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (&text[..12], 12),
        Some(0xd800..=0xdfff) => ("\\ufffd", 6),
        _ => {
            let length = text.chars().take(2).map(char::len_utf8).sum();
            (&text[..length], length)
        }
    }
}

/// A value; `None` is JSON's `null`, which says nothing.
struct Json(Option<Value>);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

fn text<E>(value: impl ToString) -> Result<Json, E> {
    Ok(Json(Some(Value::Text(value.to_string()))))
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        text(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        text(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        text(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        text(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        text(value)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            list.extend(item);
        }
        Ok(Json(Some(Value::List(list))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, Json(value))) = entries.next_entry::<String, Json>()? {
            fields.extend(value.map(|value| (name, value)));
        }
        Ok(Json(Some(Value::Fields(fields))))
    }
}
