//! A paragraph while it is read.

use super::styles::ListRef;

#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) style: String,
    pub(super) outline_level: Option<u8>,
    pub(super) list: ListRef,
    pub(super) notes: Vec<String>,
    /// Whether some of its text isn't bold.
    pub(super) has_light_text: bool,
    /// How many tables it stands in.
    pub(super) tables: usize,
    /// Paragraphs of the text boxes that hang on it, which come behind it.
    pub(super) boxes: Vec<Paragraph>,
}

impl Paragraph {
    /// Its level, if it looks like a heading: capitals stand above bold.
    pub(super) fn level_by_look(&self, text: &str) -> Option<u8> {
        /// The longest such heading, in characters.
        const LONGEST: usize = 100;
        let letters = || text.chars().filter(|c| c.is_alphabetic());
        let is_short = text.chars().count() <= LONGEST && letters().count() >= 3;
        if !is_short || text.ends_with(['.', ',', ';', ':']) {
            return None;
        }
        if letters().all(char::is_uppercase) { Some(1) } else { (!self.has_light_text).then_some(2) }
    }
}
