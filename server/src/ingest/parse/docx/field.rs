//! Fields: what the program fills in, between marks that say where instruction and result begin.

use quick_xml::events::BytesStart;

use super::form::Form;
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
    form: Option<Form>,
    /// Whether its result stands in the text.
    is_shown: bool,
}

impl Fields {
    /// A mark at which a field begins, goes on to its result, or ends; answers what a form says that ends here.
    pub(super) fn mark(&mut self, tag: &BytesStart) -> String {
        match attribute(tag, "fldCharType").as_deref() {
            Some("begin") => self.open.push(Field::default()),
            Some("separate") => {
                if let Some(field) = self.open.last_mut() {
                    field.has_result = true;
                }
            }
            Some("end") => {
                let field = self.open.pop().unwrap_or_default();
                let form = field.form.filter(|form| form.is_box() || !field.is_shown);
                return form.map(|form| form.answer().to_owned()).unwrap_or_default();
            }
            _ => {}
        }
        String::new()
    }

    /// Takes what a form states; other elements are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        let Some(field) = self.open.last_mut().filter(|field| !field.has_result) else { return };
        match &mut field.form {
            Some(form) => form.property(name, tag),
            form => *form = Form::of(name),
        }
    }

    /// Notes that text is shown here.
    pub(super) fn show(&mut self) {
        if let Some(field) = self.open.last_mut() {
            field.is_shown = true;
        }
    }

    /// An element that is a field.
    pub(super) fn start_simple(&mut self, tag: &BytesStart) {
        let instruction = attribute(tag, "instr").unwrap_or_default();
        self.open.push(Field { instruction, has_result: true, is_simple: true, ..Field::default() });
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
