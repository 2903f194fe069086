//! What differs between a folder and what was taken in of it.

use std::collections::HashMap;

use uuid::Uuid;

use super::walk::{File, Stamp};

/// A file as it was last taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) path: String,
    pub(super) stamp: Stamp,
    /// `None` where the document has been deleted since.
    pub(super) document: Option<Uuid>,
    /// Of the document's newest version.
    pub(super) hash: Option<Vec<u8>>,
}

/// What is to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Files that are new or not as they were, with what they were.
    pub(super) differing: Vec<(File, Option<Known>)>,
    /// What was taken in of files that aren't there any more.
    pub(super) gone: Vec<Known>,
    /// The path of a file that is as it was, by its document.
    pub(super) staying: HashMap<Uuid, String>,
}

impl Plan {
    pub(super) fn compare(files: Vec<File>, known: Vec<Known>) -> Self {
        let mut known: HashMap<String, Known> =
            known.into_iter().map(|known| (known.path.clone(), known)).collect();
        let mut plan = Self::default();
        for file in files {
            match known.remove(&file.path) {
                Some(same) if same.stamp == file.stamp => {
                    plan.staying.extend(same.document.map(|document| (document, file.path)));
                }
                earlier => plan.differing.push((file, earlier)),
            }
        }
        plan.gone = known.into_values().collect();
        plan.gone.sort_by(|one, other| one.path.cmp(&other.path));
        plan
    }

    /// Takes out what was taken in of a file of this content that is gone: it was renamed.
    pub(super) fn take_renamed(&mut self, hash: &[u8], path: &str) -> Option<Known> {
        let place = self.gone.iter().position(|gone| {
            let is_only_there = gone.document.is_some_and(|document| !self.staying.contains_key(&document));
            // What a file is depends on its ending too.
            is_only_there && gone.hash.as_deref() == Some(hash) && ending(&gone.path) == ending(path)
        })?;
        Some(self.gone.remove(place))
    }

    /// Takes out what was taken in of files of this content that are gone, under whatever ending.
    pub(super) fn take_replaced(&mut self, hash: &[u8]) -> Vec<Known> {
        let staying = &self.staying;
        let is_replaced = |gone: &mut Known| {
            gone.hash.as_deref() == Some(hash)
                && gone.document.is_some_and(|document| !staying.contains_key(&document))
        };
        self.gone.extract_if(.., is_replaced).collect()
    }
}

fn ending(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, modified_ns: i64) -> File {
        File { on_disk: path.into(), path: path.into(), stamp: Stamp { size: 1, modified_ns } }
    }

    fn known(path: &str, hash: u8, document: u128) -> Known {
        let stamp = Stamp { size: 1, modified_ns: 0 };
        let document = Some(Uuid::from_u128(document));
        Known { path: path.into(), stamp, document, hash: Some(vec![hash]) }
    }

    #[test]
    fn only_what_differs_is_read() {
        let files = vec![file("changed.md", 1), file("new.md", 0), file("same.md", 0)];
        let before = vec![known("changed.md", 1, 1), known("gone.md", 2, 2), known("same.md", 3, 3)];
        let plan = Plan::compare(files, before);
        let differing: Vec<_> =
            plan.differing.iter().map(|(file, known)| (file.path.as_str(), known.is_some())).collect();
        assert_eq!(differing, [("changed.md", true), ("new.md", false)]);
        assert_eq!(plan.gone, [known("gone.md", 2, 2)]);
        assert_eq!(plan.staying.len(), 1);
    }

    #[test]
    fn a_renamed_file_is_known_by_its_content_and_ending() {
        let plan = || Plan::compare(vec![], vec![known("a/old.md", 1, 1)]);
        assert!(plan().take_renamed(&[1], "b/new.MD").is_some());
        assert!(plan().take_renamed(&[2], "b/new.md").is_none());
        assert!(plan().take_renamed(&[1], "b/new.txt").is_none());
        assert_eq!(plan().take_replaced(&[1]).len(), 1);
    }

    #[test]
    fn a_copy_that_goes_is_no_rename_while_the_other_stays() {
        let mut plan = Plan::compare(vec![file("a.md", 0)], vec![known("a.md", 1, 1), known("b.md", 1, 1)]);
        assert!(plan.take_renamed(&[1], "c.md").is_none());
        assert!(plan.take_replaced(&[1]).is_empty());
    }
}
