//! Charts of Office files: their title, and their values as a table.
//!
//! A chart holds a copy of the values that it draws, so that it can be read without the workbook that they
//! come from.

use std::collections::BTreeMap;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::ParseError;
use super::draft::Draft;
use super::spreadsheet::{date_shown, decimal};
use super::xml::{Node, Xml, attribute};

/// The most lines and columns of values that anybody reads.
const MOST_POINTS: u32 = 1_000;
const MOST_SERIES: usize = 50;

/// A chart, or a sheet's worth of them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chart {
    title: String,
    /// What the values' axes are called.
    axes: Vec<String>,
    series: Vec<Series>,
}

/// Values by the number of their place.
#[derive(Debug, Default, PartialEq)]
struct Series {
    name: String,
    categories: BTreeMap<u32, String>,
    values: BTreeMap<u32, String>,
}

impl Chart {
    pub(super) fn read(part: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::default();
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) if tag.local_name().as_ref() == "Fallback" => xml.skip()?,
                Node::Start(tag) => reader.start(tag.local_name().as_ref(), attribute(&tag, "idx")),
                Node::Text(text) => reader.text.push_str(&text),
                Node::End(name) => reader.end(&name),
            }
        }
        Ok(reader.chart)
    }

    pub(super) fn title(self) -> Option<String> {
        Some(self.title).filter(|title| !title.trim().is_empty())
    }

    /// The title as a paragraph, and a row for each place.
    pub(super) fn write(&self, draft: &mut Draft) -> Result<(), ParseError> {
        for text in self.texts() {
            draft.paragraph(&text)?;
        }
        draft.end_group();
        self.rows().iter().try_for_each(|row| draft.table_row(row))?;
        draft.end_group();
        Ok(())
    }

    /// The title and what the axes are called.
    pub(super) fn texts(&self) -> Vec<String> {
        let texts = std::iter::once(&self.title).chain(&self.axes);
        texts.filter(|text| !text.trim().is_empty()).cloned().collect()
    }

    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let names = self.series.iter().map(|series| series.name.clone());
        let mut rows = vec![std::iter::once(String::new()).chain(names).collect::<Vec<_>>()];
        let mut places: Vec<u32> =
            self.series.iter().flat_map(|s| s.values.keys().chain(s.categories.keys())).copied().collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let category = self.series.iter().find_map(|series| series.categories.get(&place));
            let values = self.series.iter().map(|s| s.values.get(&place).cloned().unwrap_or_default());
            rows.push(std::iter::once(category.cloned().unwrap_or_default()).chain(values).collect());
        }
        rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        rows
    }
}

/// What is read at the moment.
#[derive(Default)]
struct Reader {
    chart: Chart,
    open: Vec<String>,
    text: String,
    place: u32,
    format: String,
}

impl Reader {
    fn start(&mut self, name: &str, place: Option<String>) {
        match name {
            "ser" if self.chart.series.len() < MOST_SERIES => self.chart.series.push(Series::default()),
            "pt" => self.place = place.and_then(|place| place.parse().ok()).unwrap_or(MOST_POINTS),
            "numCache" | "strCache" | "numLit" | "strLit" => self.format.clear(),
            _ => {}
        }
        self.open.push(name.to_owned());
        self.text.clear();
    }

    fn end(&mut self, name: &str) {
        let text = std::mem::take(&mut self.text);
        match name {
            "t" if self.is_in("title") => {
                let axis = ["catAx", "valAx", "dateAx", "serAx"].iter().any(|axis| self.is_in(axis));
                if axis { self.chart.axes.push(text) } else { self.chart.title.push_str(&text) }
            }
            "formatCode" => self.format = text,
            "v" => self.value(&text),
            _ => {}
        }
        self.open.pop();
    }

    fn value(&mut self, text: &str) {
        let is_series = self.is_in("ser");
        let (in_name, in_category) = (self.is_in("tx"), self.is_in("cat") || self.is_in("xVal"));
        let in_value = self.is_in("val") || self.is_in("yVal");
        let shown = shown(text, &self.format);
        let place = self.place;
        let Some(series) = self.chart.series.last_mut().filter(|_| is_series) else { return };
        if in_name {
            series.name = text.to_owned();
        } else if place < MOST_POINTS && in_category {
            let category = series.categories.entry(place).or_default();
            // Categories may have levels, the inner one first.
            *category = if category.is_empty() { shown } else { format!("{shown} {category}") };
        } else if place < MOST_POINTS && in_value {
            series.values.insert(place, shown);
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.open.iter().any(|open| open == name)
    }
}

/// A number as its format shows it, as far as that changes what it says.
fn shown(text: &str, format: &str) -> String {
    let Ok(number) = text.parse::<f64>() else { return text.to_owned() };
    if format.contains('%') {
        format!("{}%", decimal(number * 100.0))
    } else if format.contains("yy") || format.contains("mmm") {
        date_shown(&ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false))
    } else {
        decimal(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_its_title_and_a_table_of_its_values() {
        let cache = |kind: &str, format: &str, values: &[&str]| {
            let points: String = values
                .iter()
                .enumerate()
                .map(|(at, value)| format!("<c:pt idx='{at}'><c:v>{value}</c:v></c:pt>"))
                .collect();
            format!("<c:{kind}><c:formatCode>{format}</c:formatCode>{points}</c:{kind}>")
        };
        let part = format!(
            "<c:chartSpace><c:chart><c:title><c:tx><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:tx></c:title>\
             <c:ser><c:tx>{}</c:tx><c:cat>{}</c:cat><c:val>{}</c:val></c:ser>\
             <c:ser><c:tx>{}</c:tx><c:val>{}</c:val></c:ser>\
             <c:valAx><c:title><a:t>in thousands</a:t></c:title></c:valAx></c:chart></c:chartSpace>",
            cache("strCache", "", &["2025"]),
            cache("strCache", "", &["East", "West"]),
            cache("numCache", "General", &["19.2", "4.4000000000000004"]),
            cache("strCache", "", &["Share"]),
            cache("numCache", "0%", &["0.25"]),
        );
        let mut draft = Draft::default();
        Chart::read(&part).unwrap().write(&mut draft).unwrap();
        let text = draft.finish(None, None).text;
        assert_eq!(text, "Sales\n\nin thousands\n\n| 2025 | Share\nEast | 19.2 | 25%\nWest | 4.4");
    }
}
