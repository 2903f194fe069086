//! Charts and diagrams, by the relation that the text refers to them with.

use std::collections::HashMap;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::chart::Chart;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::drawn::paragraphs;
use crate::ingest::parse::package::Package;

#[derive(Default)]
pub(super) struct Graphics {
    by_id: HashMap<String, Graphic>,
}

enum Graphic {
    Chart(Chart),
    /// The texts of its shapes.
    Diagram(Vec<String>),
}

impl Graphics {
    pub(super) fn read(package: &mut Package) -> Result<Self, ParseError> {
        let mut by_id = HashMap::new();
        for relation in package.all_related("chart") {
            if let Some(part) = package.part(&relation.path)? {
                by_id.insert(relation.id, Graphic::Chart(Chart::read(&part)?));
            }
        }
        for relation in package.all_related("diagramData") {
            if let Some(part) = package.part(&relation.path)? {
                by_id.insert(relation.id, Graphic::Diagram(paragraphs(&part)?));
            }
        }
        Ok(Self { by_id })
    }

    /// Writes what is called `id`, if that is one of them.
    pub(super) fn write(&self, id: &str, draft: &mut Draft) -> Result<(), ParseError> {
        match self.by_id.get(id) {
            Some(Graphic::Chart(chart)) => chart.write(draft),
            Some(Graphic::Diagram(texts)) => {
                draft.end_group();
                texts.iter().try_for_each(|text| draft.list_item(0, text))?;
                draft.end_group();
                Ok(())
            }
            None => Ok(()),
        }
    }
}
