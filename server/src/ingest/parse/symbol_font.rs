//! Fonts of signs: their characters are numbers within the font, which say nothing without it.
//!
//! Word processors write them as U+F020 to U+F0FF, in Unicode's private area, or as bytes of the font's own
//! encoding. The signs of Symbol are those of Adobe's encoding for it (Unicode's mapping table
//! VENDORS/ADOBE/symbol.txt); of Wingdings, which has mostly ornaments, the ticks, boxes, arrows, digits and
//! bullets are read (Unicode document L2/12-368 maps them).

/// Symbol's characters from 0x20; a blank where there is none, and where a sign is only a piece of a larger one.
const SYMBOL_LOW: &str =
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
/// The same from 0xA0.
const SYMBOL_HIGH: &str =
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑           〉∫⌠ ⌡          ";

/// Fonts whose signs are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SymbolFont {
    Symbol,
    Wingdings,
}

impl SymbolFont {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "symbol" => Some(Self::Symbol),
            "wingdings" => Some(Self::Wingdings),
            _ => None,
        }
    }

    /// What a text set in this font shows. Only characters of the private area are the font's: programs leave
    /// words in the font when a sign was changed to one.
    pub(super) fn reads(self, text: &str) -> String {
        let sign = |c: char| match u32::from(c) {
            code @ 0xf020..=0xf0ff => self.sign((code - 0xf000) as u8),
            _ => c,
        };
        text.chars().map(sign).collect()
    }

    /// The sign that a byte stands for; a blank where there is none.
    pub(super) fn sign(self, byte: u8) -> char {
        match self {
            Self::Symbol => {
                let (table, first) = if byte < 0xa0 { (SYMBOL_LOW, 0x20) } else { (SYMBOL_HIGH, 0xa0) };
                byte.checked_sub(first).and_then(|at| table.chars().nth(at.into())).unwrap_or(' ')
            }
            Self::Wingdings => wingding(byte),
        }
    }
}

fn wingding(byte: u8) -> char {
    match byte {
        0x21 => '✏',
        0x28 => '☎',
        0x2a => '✉',
        0x4a => '☺',
        0x4c => '☹',
        // Circled figures, hollow and filled.
        0x80 => '⓪',
        0x81..=0x8a => char::from_u32(0x2460 + u32::from(byte - 0x81)).unwrap_or(' '),
        0x8b => '⓿',
        0x8c..=0x95 => char::from_u32(0x2776 + u32::from(byte - 0x8c)).unwrap_or(' '),
        0x6c | 0x6e | 0x73..=0x75 | 0x77 | 0x9e | 0x9f | 0xa7 | 0xd8 | 0x76 => '•',
        0x6f | 0x71 | 0x72 | 0xa8 => '☐',
        0x78 | 0xfd => '☒',
        0xdf | 0xe7 => '←',
        0xe0 | 0xe8 => '→',
        0xe1 | 0xe9 => '↑',
        0xe2 | 0xea => '↓',
        0xfb => '✗',
        0xfc => '✓',
        0xfe => '☑',
        _ => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_at_their_places_in_their_fonts() {
        assert_eq!(SYMBOL_LOW.chars().count(), 0x7f - 0x20);
        assert_eq!(SYMBOL_HIGH.chars().count(), 0x100 - 0xa0);
        let symbol = [0x61, 0x6d, 0x57, 0x7e, 0xa3, 0xb1, 0xb3, 0xb4, 0xb9, 0xd7, 0xe5, 0xf2, 0xf5]
            .map(|b| SymbolFont::Symbol.sign(b));
        assert_eq!(symbol.iter().collect::<String>(), "αμΩ∼≤±≥×≠⋅∑∫⌡");
        let boxes = [0xa8, 0xfe, 0xfd, 0xfc, 0xfb, 0xe0].map(|byte| SymbolFont::Wingdings.sign(byte));
        assert_eq!(boxes.iter().collect::<String>(), "☐☑☒✓✗→");
        assert_eq!(SymbolFont::Symbol.reads("g \u{f06d}\u{f020}\u{f000}"), "g μ \u{f000}");
    }
}
