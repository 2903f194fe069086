//! Reading JSON with its names in the file's order.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::mended::mended;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::record::Value;

pub(super) fn read(text: &str) -> Result<Value, ParseError> {
    let read: Result<Json, _> = serde_json::from_str(text);
    let read = read.or_else(|err| serde_json::from_str(&mended(text)).map_err(|again| later(err, again)));
    let read = read.map_err(|err| {
        let why = format!("it is not valid JSON from line {}, column {} on", err.line(), err.column());
        ParseError::Damaged { why }
    })?;
    Ok(read.0.unwrap_or(Value::List(Vec::new())))
}

/// Mending keeps the lines: who got further says what is wrong.
fn later(one: serde_json::Error, other: serde_json::Error) -> serde_json::Error {
    let place = |err: &serde_json::Error| (err.line(), err.column());
    if place(&one) < place(&other) { other } else { one }
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
