//! Fields: what the program fills in, between marks that say where instruction and result begin.

use quick_xml::events::BytesStart;

use crate::ingest::parse::xml::attribute;

/// Open fields, one within another.
#[derive(Default)]
pub(super) struct Fields {
    open: Vec<Field>,
}

#[derive(Default)]
struct Field {
    instruction: String,
    has_result: bool,
    /// Whether an element holds it, instead of marks.
    is_simple: bool,
}

impl Fields {
    /// A mark at which a field begins, goes on to its result, or ends.
    pub(super) fn mark(&mut self, tag: &BytesStart) {
        match attribute(tag, "fldCharType").as_deref() {
            Some("begin") => self.open.push(Field::default()),
            Some("separate") => {
                if let Some(field) = self.open.last_mut() {
                    field.has_result = true;
                }
            }
            Some("end") => {
                self.open.pop();
            }
            _ => {}
        }
    }

    /// An element that is a field.
    pub(super) fn start_simple(&mut self, tag: &BytesStart) {
        let instruction = attribute(tag, "instr").unwrap_or_default();
        self.open.push(Field { instruction, has_result: true, is_simple: true });
    }

    pub(super) fn end_simple(&mut self) {
        self.open.pop_if(|field| field.is_simple);
    }

    pub(super) fn instruction(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut().filter(|field| !field.has_result) {
            field.instruction.push_str(text);
        }
    }

    /// Whether text that comes now is the number of a page, or how many there are.
    pub(super) fn counts_pages(&self) -> bool {
        self.open.iter().any(|field| {
            let name = field.instruction.split_whitespace().next().unwrap_or_default();
            ["PAGE", "NUMPAGES", "SECTIONPAGES"].iter().any(|it| name.eq_ignore_ascii_case(it))
        })
    }
}
