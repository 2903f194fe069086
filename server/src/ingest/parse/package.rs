//! Office files (.docx, .pptx): a zip archive of parts, found through its relationships rather
//! than by their usual names.

use super::archive::Archive;
use super::xml::{Node, Xml, attribute};
use super::{ParseError, encoding};

pub(super) struct Package<'a> {
    archive: Archive<'a>,
    /// Folder of the main part, with a slash at its end.
    folder: String,
    /// The parts that the main part names.
    related: Vec<Relation>,
}

/// One part's reference to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of the relationship's type: `styles`, `slide`.
    pub(super) kind: String,
    /// The part's name in the archive.
    pub(super) path: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        Ok(Self { archive: Archive::open(bytes)?, folder: String::new(), related: Vec::new() })
    }

    /// The text of the document itself, `usual` where nothing names it; from now on its related
    /// parts are known.
    pub(super) fn main_part(&mut self, usual: &str) -> Result<Option<String>, ParseError> {
        let top = self.relations_in("_rels/.rels", "")?;
        let main = top
            .into_iter()
            .find(|relation| relation.kind == "officeDocument")
            .map_or_else(|| usual.to_owned(), |relation| relation.path);
        self.folder = folder_of(&main).to_owned();
        self.related = self.relations_of(&main)?;
        self.part(&main)
    }

    /// A part that the main part names, by the last word of the relationship's type.
    pub(super) fn related(&mut self, kind: &str) -> Result<Option<String>, ParseError> {
        let named = self.related.iter().find(|relation| relation.kind == kind);
        let path =
            named.map_or_else(|| format!("{}{kind}.xml", self.folder), |relation| relation.path.clone());
        self.part(&path)
    }

    /// All parts of a kind that the main part names.
    pub(super) fn all_related(&self, kind: &str) -> Vec<Relation> {
        self.related.iter().filter(|relation| relation.kind == kind).cloned().collect()
    }

    /// The path of the part that the main part calls `id`.
    pub(super) fn path_of(&self, id: &str) -> Option<String> {
        self.related.iter().find(|relation| relation.id == id).map(|relation| relation.path.clone())
    }

    /// The parts that a part names.
    pub(super) fn relations_of(&mut self, path: &str) -> Result<Vec<Relation>, ParseError> {
        let folder = folder_of(path);
        let name = &path[folder.len()..];
        self.relations_in(&format!("{folder}_rels/{name}.rels"), folder)
    }

    /// The title in the document's properties, unless a program put it there.
    pub(super) fn title(&mut self) -> Result<Option<String>, ParseError> {
        let Some(part) = self.part("docProps/core.xml")? else { return Ok(None) };
        let mut xml = Xml::new(&part);
        let mut title = String::new();
        let mut inside = false;
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => inside = tag.local_name().as_ref() == "title",
                Node::End(_) => inside = false,
                Node::Text(text) if inside => title.push_str(&text),
                Node::Text(_) => {}
            }
        }
        let title = title.trim().to_owned();
        let generic = ["", "word document", "document", "untitled", "title", "powerpoint presentation"];
        let by_program =
            generic.contains(&title.to_lowercase().as_str()) || title.starts_with("Microsoft Word - ");
        Ok((!by_program).then_some(title))
    }

    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, ParseError> {
        Ok(self.archive.read(path)?.map(|bytes| encoding::decode_xml(&bytes)))
    }

    fn relations_in(&mut self, path: &str, folder: &str) -> Result<Vec<Relation>, ParseError> {
        let Some(part) = self.part(path)? else { return Ok(Vec::new()) };
        let mut xml = Xml::new(&part);
        let mut relations = Vec::new();
        while let Some(node) = xml.next()? {
            let Node::Start(tag) = node else { continue };
            let (Some(kind), Some(target)) = (attribute(&tag, "Type"), attribute(&tag, "Target")) else {
                continue;
            };
            if attribute(&tag, "TargetMode").as_deref() == Some("External") {
                continue;
            }
            relations.push(Relation {
                id: attribute(&tag, "Id").unwrap_or_default(),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                path: resolve(folder, &target),
            });
        }
        Ok(relations)
    }
}

/// The folder of a part, with a slash at its end.
pub(super) fn folder_of(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |at| at + 1)]
}

/// A name in the archive, from a reference that starts at `folder`.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_followed_from_the_folder_they_stand_in() {
        assert_eq!(resolve("ppt/slides/", "../media/a.png"), "ppt/media/a.png");
        assert_eq!(resolve("word/", "styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word/", "/docProps/core.xml"), "docProps/core.xml");
        assert_eq!(resolve("", "../../etc/passwd"), "etc/passwd");
    }
}
