//! E-books (.epub): web pages in a zip archive, in the order of the book's spine.

use super::archive::Archive;
use super::draft::Draft;
use super::package::{folder_of, resolve};
use super::xml::{Node, Xml, attribute};
use super::{Found, ParseError, encoding, html};

pub(super) fn parse(bytes: &[u8]) -> Result<Found, ParseError> {
    let mut archive = Archive::open(bytes)?;
    let container = part(&mut archive, "META-INF/container.xml")?
        .ok_or_else(|| ParseError::damaged("its list of contents is missing from the archive"))?;
    let book_path =
        root_file(&container)?.ok_or_else(|| ParseError::damaged("it names no list of contents"))?;
    let book = part(&mut archive, &book_path)?
        .ok_or_else(|| ParseError::damaged("its list of contents is missing from the archive"))?;
    let book = Book::read(&book)?;
    let folder = folder_of(&book_path);
    let encrypted = part(&mut archive, "META-INF/encryption.xml")?.unwrap_or_default();

    let mut draft = Draft::default();
    for page in book.pages() {
        let path = resolve(folder, page);
        if encrypted.contains(&path) {
            return Err(ParseError::Encrypted);
        }
        if let Some(page) = archive.read(&path)? {
            let page = html::parse_chapter(&page)?;
            let folder = folder_of(&path);
            draft.append_with_pictures(&page, |name| resolve(folder, &unescaped(name)))?;
        }
    }
    let title = Some(book.title).filter(|title| !title.is_empty()).or_else(|| draft.first_title());
    Ok(draft.finish_with_scans(title, None))
}

fn part(archive: &mut Archive, name: &str) -> Result<Option<String>, ParseError> {
    Ok(archive.read(name)?.map(|bytes| encoding::decode_xml(&bytes)))
}

fn root_file(container: &str) -> Result<Option<String>, ParseError> {
    let mut xml = Xml::new(container);
    while let Some(node) = xml.next()? {
        if let Node::Start(tag) = node
            && tag.local_name().as_ref() == "rootfile"
        {
            return Ok(attribute(&tag, "full-path"));
        }
    }
    Ok(None)
}

/// What the package document says.
#[derive(Default)]
struct Book {
    title: String,
    items: Vec<Item>,
    /// Ids of items in reading order.
    spine: Vec<String>,
}

struct Item {
    id: String,
    path: String,
    is_contents: bool,
}

impl Book {
    fn read(package: &str) -> Result<Self, ParseError> {
        let mut xml = Xml::new(package);
        let mut book = Self::default();
        let mut in_title = false;
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => {
                    in_title = tag.local_name().as_ref() == "title" && book.title.is_empty();
                    match tag.local_name().as_ref() {
                        "item" => book.items.push(Item {
                            id: attribute(&tag, "id").unwrap_or_default(),
                            path: unescaped(&attribute(&tag, "href").unwrap_or_default()),
                            is_contents: attribute(&tag, "properties")
                                .is_some_and(|p| p.split(' ').any(|p| p == "nav")),
                        }),
                        "itemref" => book.spine.extend(attribute(&tag, "idref")),
                        _ => {}
                    }
                }
                Node::End(_) => in_title = false,
                Node::Text(text) if in_title => book.title.push_str(text.trim()),
                Node::Text(_) => {}
            }
        }
        Ok(book)
    }

    fn pages(&self) -> impl Iterator<Item = &str> {
        let item = |id: &String| self.items.iter().find(|item| item.id == *id && !item.is_contents);
        self.spine.iter().filter_map(item).map(|item| item.path.as_str())
    }
}

/// References are addresses, in which a blank is `%20`.
fn unescaped(href: &str) -> String {
    let bytes = href.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| href.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn book(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, part) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const CONTAINER: &str =
        "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>";
    const PACKAGE: &str = "<package><metadata><dc:title>On Skis</dc:title></metadata><manifest>\
        <item id='n' href='nav.xhtml' properties='nav'/><item id='b' href='text/two.xhtml'/>\
        <item id='a' href='text/part%20one.xhtml'/></manifest>\
        <spine><itemref idref='n'/><itemref idref='a'/><itemref idref='b'/></spine></package>";

    #[test]
    fn chapters_come_in_the_order_of_the_spine_without_the_contents() {
        let file = book(&[
            ("META-INF/container.xml", CONTAINER),
            ("OPS/book.opf", PACKAGE),
            ("OPS/nav.xhtml", "<html><body><a>One</a></body></html>"),
            ("OPS/text/two.xhtml", "<html><body><h1>Two</h1><p>Turn.</p></body></html>"),
            ("OPS/text/part one.xhtml", "<html><body><h1>One</h1><p>Stand.</p></body></html>"),
        ]);
        let extracted = parse(&file).unwrap().extracted;
        assert_eq!(extracted.text, "One\n\nStand.\n\nTwo\n\nTurn.");
        assert_eq!(extracted.title.as_deref(), Some("On Skis"));
    }

    #[test]
    fn a_book_under_copy_protection_says_so() {
        let file = book(&[
            ("META-INF/container.xml", CONTAINER),
            ("META-INF/encryption.xml", "<CipherReference URI='OPS/text/part one.xhtml'/>"),
            ("OPS/book.opf", PACKAGE),
            ("OPS/text/part one.xhtml", "\u{1}\u{2}"),
        ]);
        assert_eq!(parse(&file), Err(ParseError::Encrypted));
    }
}
