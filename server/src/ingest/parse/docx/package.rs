//! The parts of the archive, found through its relationships rather than by their usual names.

use super::xml::{Node, Xml, attribute};
use crate::ingest::parse::archive::Archive;
use crate::ingest::parse::{ParseError, encoding};

pub(super) struct Package<'a> {
    archive: Archive<'a>,
    /// Folder of the main part, with a slash at its end.
    folder: String,
    /// Kind (`styles`) and path of the parts that the main part names.
    related: Vec<(String, String)>,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        Ok(Self { archive: Archive::open(bytes)?, folder: String::new(), related: Vec::new() })
    }

    /// The text of the document itself; from now on its related parts are known.
    pub(super) fn main_part(&mut self) -> Result<Option<String>, ParseError> {
        let top = self.relations("_rels/.rels", "")?;
        let main = top
            .into_iter()
            .find(|(kind, _)| kind == "officeDocument")
            .map_or_else(|| "word/document.xml".to_owned(), |(_, path)| path);
        let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let relations = format!("{}_rels/{name}.rels", self.folder);
        self.related = self.relations(&relations, &self.folder.clone())?;
        self.part(&main)
    }

    /// A part that the main part names, by the last word of the relationship's type.
    pub(super) fn related(&mut self, kind: &str) -> Result<Option<String>, ParseError> {
        let named = self.related.iter().find(|(k, _)| k == kind).map(|(_, path)| path.clone());
        let path = named.unwrap_or_else(|| format!("{}{kind}.xml", self.folder));
        self.part(&path)
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

    fn relations(&mut self, path: &str, folder: &str) -> Result<Vec<(String, String)>, ParseError> {
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
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{folder}{target}"),
            };
            relations.push((kind, path));
        }
        Ok(relations)
    }

    fn part(&mut self, path: &str) -> Result<Option<String>, ParseError> {
        Ok(self.archive.read(path)?.map(|bytes| encoding::decode(&bytes, None)))
    }
}
