//! Text of a .doc file that its readers don't see: deleted under tracked changes, or hidden.
//!
//! undoc takes no note of it, so it is taken out of the file before undoc reads it. Structures are named as in
//! Microsoft's [MS-DOC].

use std::{
    io::{Cursor, Read, Seek, SeekFrom, Write},
    ops::Range,
};

/// A page of formatting (`ChpxFkp`) has so many bytes; the last one tells how many runs it describes.
const PAGE: usize = 512;
/// The text was deleted (`sprmCFRMarkDel`), or is hidden (`sprmCFVanish`).
const DELETED: u16 = 0x0800;
const HIDDEN: u16 = 0x083c;
/// In the header: which of two streams holds the tables, and where in it the pages of formatting are listed
/// (`fcPlcfBteChpx`, `lcbPlcfBteChpx`).
const FLAGS: usize = 10;
const TABLE_IS_SECOND: u16 = 0x0200;
const PAGES_AT: usize = 250;
const PAGES_LENGTH: usize = 254;

/// The file with nothing in the place of such text. One that can't be followed stays as it is.
pub(super) fn without_unseen(file: &[u8]) -> Vec<u8> {
    blanked(file).unwrap_or_else(|| file.to_vec())
}

fn blanked(file: &[u8]) -> Option<Vec<u8>> {
    let mut storage = cfb::CompoundFile::open(Cursor::new(file.to_vec())).ok()?;
    let mut text = stream(&mut storage, "/WordDocument")?;
    let is_second = number(&text, FLAGS, 2)? as u16 & TABLE_IS_SECOND != 0;
    let table = stream(&mut storage, if is_second { "/1Table" } else { "/0Table" })?;
    let runs = unseen_runs(&text, &table)?;
    if runs.is_empty() {
        return None;
    }
    for run in runs {
        text.get_mut(run)?.iter_mut().filter(|byte| !matches!(byte, b'\r' | 0x07)).for_each(|byte| *byte = 0);
    }
    let mut place = storage.open_stream("/WordDocument").ok()?;
    place.seek(SeekFrom::Start(0)).ok()?;
    place.write_all(&text).ok()?;
    drop(place);
    storage.flush().ok()?;
    Some(storage.into_inner().into_inner())
}

fn stream(storage: &mut cfb::CompoundFile<Cursor<Vec<u8>>>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    storage.open_stream(name).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Where in the stream of the text such runs stand, in bytes.
fn unseen_runs(text: &[u8], table: &[u8]) -> Option<Vec<Range<usize>>> {
    let (at, length) = (number(text, PAGES_AT, 4)?, number(text, PAGES_LENGTH, 4)?);
    let list = table.get(at..at.checked_add(length)?)?;
    // One more offset than there are pages, then the pages' numbers: four bytes each.
    let pages = list.len().checked_sub(4)? / 8;
    let mut runs = Vec::new();
    for page in 0..pages {
        let page = number(list, 4 * (pages + 1 + page), 4)? & 0x003f_ffff;
        let page = text.get(page * PAGE..)?.get(..PAGE)?;
        runs.extend(unseen_runs_of(page)?);
    }
    Some(runs)
}

fn unseen_runs_of(page: &[u8]) -> Option<Vec<Range<usize>>> {
    let count = usize::from(page[PAGE - 1]);
    let mut runs = Vec::new();
    for run in 0..count {
        let place = 2 * usize::from(*page.get(4 * (count + 1) + run)?);
        if place == 0 {
            continue;
        }
        let length = usize::from(*page.get(place)?);
        if is_unseen(page.get(place + 1..place + 1 + length)?) {
            runs.push(number(page, 4 * run, 4)?..number(page, 4 * (run + 1), 4)?);
        }
    }
    Some(runs)
}

/// Whether the properties of a run, one after the other, make it so.
fn is_unseen(properties: &[u8]) -> bool {
    let (mut at, mut is_unseen) = (0, false);
    while let Some(property) = number(properties, at, 2) {
        at += 2;
        let length = match property >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            7 => 3,
            3 => 4,
            _ => 1 + properties.get(at).copied().map_or(0, usize::from),
        };
        if matches!(property as u16, DELETED | HIDDEN) {
            is_unseen |= properties.get(at) == Some(&1);
        }
        at += length;
    }
    is_unseen
}

/// A number of so many bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().rev().fold(0, |number, digit| number << 8 | usize::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file whose text begins at byte 1024, with a page of formatting behind it that gives each run, by its
    /// end, these properties.
    fn document(text: &[u8], runs: &[(usize, &[u8])]) -> Vec<u8> {
        const TEXT: usize = 2 * PAGE;
        let mut stream = vec![0; TEXT];
        stream[FLAGS..FLAGS + 2].copy_from_slice(&TABLE_IS_SECOND.to_le_bytes());
        stream[PAGES_AT..PAGES_AT + 4].copy_from_slice(&4_u32.to_le_bytes());
        stream[PAGES_LENGTH..PAGES_LENGTH + 4].copy_from_slice(&12_u32.to_le_bytes());
        stream.extend(text);
        stream.resize(3 * PAGE, 0);
        let mut page = vec![0; PAGE];
        page[PAGE - 1] = runs.len() as u8;
        page[..4].copy_from_slice(&(TEXT as u32).to_le_bytes());
        for (number, (end, properties)) in runs.iter().enumerate() {
            page[4 * (number + 1)..][..4].copy_from_slice(&((TEXT + end) as u32).to_le_bytes());
            let place = 256 + 32 * number;
            page[4 * (runs.len() + 1) + number] = (place / 2) as u8;
            page[place] = properties.len() as u8;
            page[place + 1..][..properties.len()].copy_from_slice(properties);
        }
        stream.extend(page);
        // Behind four bytes of something else: two offsets, and the number of the one page.
        let table: Vec<u8> =
            [0, TEXT as u32, 3 * PAGE as u32, 3].iter().flat_map(|n| n.to_le_bytes()).collect();

        let mut storage = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (name, bytes) in [("/WordDocument", &stream), ("/1Table", &table)] {
            storage.create_stream(name).unwrap().write_all(bytes).unwrap();
        }
        storage.flush().unwrap();
        storage.into_inner().into_inner()
    }

    fn text_of(file: &[u8], length: usize) -> Vec<u8> {
        let mut storage = cfb::CompoundFile::open(Cursor::new(file.to_vec())).unwrap();
        stream(&mut storage, "/WordDocument").unwrap()[2 * PAGE..][..length].to_vec()
    }

    #[test]
    fn what_was_deleted_or_is_hidden_is_blanked_and_ends_of_paragraphs_stay() {
        let text = b"Kept. Gone.\rHidden. Bold.\r";
        // Behind a colour (of four bytes), a font's size (two) and a property of its own length.
        let gone = [0x70, 0x68, 1, 2, 3, 4, 0x43, 0x4a, 24, 0, 0x59, 0xca, 2, 0, 8, 0x00, 0x08, 1];
        let runs: [(usize, &[u8]); 4] =
            [(6, &[]), (12, &gone), (20, &[0x3c, 0x08, 1]), (26, &[0x35, 0x08, 1, 0x00, 0x08, 0])];
        let blanked = text_of(&without_unseen(&document(text, &runs)), text.len());
        assert_eq!(blanked, b"Kept. \0\0\0\0\0\r\0\0\0\0\0\0\0\0Bold.\r");
    }

    #[test]
    fn a_file_that_cannot_be_followed_stays_as_it_is() {
        let mut file = document(b"Words.", &[(6, &[0x00, 0x08, 1])]);
        assert_ne!(without_unseen(&file), file);
        let at = file.windows(4).position(|window| window == 12_u32.to_le_bytes()).unwrap();
        file[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(without_unseen(&file), file);
        assert_eq!(without_unseen(b"no storage"), b"no storage");
    }
}
