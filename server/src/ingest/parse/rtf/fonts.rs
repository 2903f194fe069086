//! The font table: how the bytes of each font are to be read.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::charset;
use crate::ingest::parse::symbol_font::SymbolFont;

/// The number of the charset of fonts whose bytes are signs.
const SIGNS: i32 = 2;

#[derive(Default)]
pub(super) struct Fonts {
    encodings: HashMap<i32, &'static Encoding>,
    /// Fonts whose signs are known, and whether their bytes are signs too.
    signs: HashMap<i32, (Option<SymbolFont>, bool)>,
}

impl Fonts {
    pub(super) fn set_charset(&mut self, font: Option<i32>, number: Option<i32>) {
        let (Some(font), Some(number)) = (font, number) else { return };
        if let Some(encoding) = charset::of_font(number) {
            self.encodings.insert(font, encoding);
        }
        self.signs.entry(font).or_default().1 = number == SIGNS;
    }

    pub(super) fn set_name(&mut self, font: Option<i32>, name: &str) {
        let name = name.trim().trim_end_matches(';');
        if let Some(font) = font.filter(|_| !name.is_empty()) {
            self.signs.entry(font).or_default().0 = SymbolFont::named(name);
        }
    }

    /// The text of bytes in a font; `usual` is the document's own code page.
    pub(super) fn decode(&self, font: Option<i32>, bytes: &[u8], usual: &'static Encoding) -> String {
        if let Some((Some(signs), true)) = font.and_then(|font| self.signs.get(&font)) {
            return bytes.iter().map(|byte| signs.sign(*byte)).collect();
        }
        let encoding = font.and_then(|font| self.encodings.get(&font).copied()).unwrap_or(usual);
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }

    /// The signs of a font, where it is one of signs.
    pub(super) fn signs(&self, font: Option<i32>) -> Option<SymbolFont> {
        self.signs.get(&font?)?.0
    }
}
