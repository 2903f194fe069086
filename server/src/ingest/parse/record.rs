//! Records: nested names and values, as JSON and XML hold them, made readable.

use super::ParseError;
use super::draft::Draft;

/// A value of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    List(Vec<Value>),
    /// In the file's order; names may repeat.
    Fields(Vec<(String, Value)>),
}

/// A record up to this long (in characters) stands in one block, under no heading of its own.
const ONE_BLOCK: usize = 900;
/// The deepest heading.
const DEEPEST: u8 = 6;

/// Writes a value: small records as `name: value` lines, larger ones under headings.
pub(super) fn write(draft: &mut Draft, value: &Value) -> Result<(), ParseError> {
    write_below(draft, "", value, 1)
}

fn write_below(draft: &mut Draft, name: &str, value: &Value, level: u8) -> Result<(), ParseError> {
    let lines = lines(name, value);
    let length: usize = lines.iter().map(|line| line.chars().count() + 1).sum();
    if length <= ONE_BLOCK || level > DEEPEST {
        return draft.paragraph(&lines.join("\n"));
    }
    match value {
        Value::Text(text) => {
            if !name.is_empty() {
                draft.heading(level, name)?;
            }
            draft.paragraph(text)
        }
        Value::Fields(fields) => {
            let level = heading(draft, name, level)?;
            write_fields(draft, fields, level)
        }
        Value::List(items) => {
            let level = heading(draft, name, level)?;
            items.iter().try_for_each(|item| write_below(draft, "", item, level))
        }
    }
}

/// Neighbouring fields that are short stand in one block.
fn write_fields(draft: &mut Draft, fields: &[(String, Value)], level: u8) -> Result<(), ParseError> {
    let mut open: Vec<String> = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Text(text) if text.chars().count() <= ONE_BLOCK => open.push(format!("{name}: {text}")),
            _ => {
                draft.paragraph(&std::mem::take(&mut open).join("\n"))?;
                write_below(draft, name, value, level)?;
            }
        }
    }
    draft.paragraph(&open.join("\n"))
}

/// The level of headings below this one.
fn heading(draft: &mut Draft, name: &str, level: u8) -> Result<u8, ParseError> {
    if name.is_empty() {
        return Ok(level);
    }
    draft.heading(level, name)?;
    Ok(level + 1)
}

/// A value as lines, each with the path of names that leads to it. The walk keeps its own stack:
/// a hostile file nests deeper than the call stack reaches.
fn lines(name: &str, value: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = vec![(name.to_owned(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Text(text) if path.is_empty() => lines.push(text.clone()),
            Value::Text(text) => lines.push(format!("{path}: {text}")),
            Value::List(items) if items.iter().all(|item| matches!(item, Value::Text(_))) => {
                let all: Vec<&str> = items.iter().filter_map(Value::text).collect();
                let all = all.join(", ");
                lines.push(if path.is_empty() { all } else { format!("{path}: {all}") });
            }
            Value::List(items) => open.extend(items.iter().rev().map(|item| (path.clone(), item))),
            Value::Fields(fields) => open.extend(fields.iter().rev().map(|(name, value)| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                (path, value)
            })),
        }
    }
    lines
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The first field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Fields(fields) => fields.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}
