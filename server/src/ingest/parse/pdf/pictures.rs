//! Pictures on a page of text: those large enough to hold words of their own.

use std::ffi::c_ulong;

use crate::ingest::parse::scan::Area;

/// The smallest picture that is read, in points: a line of small print high.
const LEAST: i32 = 24;
/// The smallest share of a page that a picture with words takes.
const LEAST_SHARE: f32 = 0.02;
/// Where a letter of text stands on each so many square points, the picture is only behind the
/// text: a page of text has one on 200.
const POINTS_PER_LETTER: f32 = 2_000.0;

/// A picture as PDFium draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) area: Area,
    /// How many bytes it is packed in, which with its place tells a logo that stands on each page.
    pub(super) size: c_ulong,
}

impl Picture {
    /// Whether it may hold words that the text doesn't: `letters` of it stand over the picture.
    pub(super) fn may_hold_words(&self, page: [f32; 2], letters: i32) -> bool {
        let Area { left, bottom, right, top } = self.area;
        let (width, height) = (right - left, top - bottom);
        let area = width as f32 * height as f32;
        width >= LEAST
            && height >= LEAST
            && area >= page[0] * page[1] * LEAST_SHARE
            && letters as f32 * POINTS_PER_LETTER <= area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_read_and_a_logo_or_a_background_is_not() {
        let picture = |right, top| Picture { area: Area { left: 0, bottom: 0, right, top }, size: 1 };
        let page = [595.0, 842.0];
        assert!(picture(300, 200).may_hold_words(page, 0));
        assert!(picture(300, 200).may_hold_words(page, 12), "a caption");
        assert!(!picture(40, 40).may_hold_words(page, 0), "a logo");
        assert!(!picture(595, 4).may_hold_words(page, 0), "a rule");
        assert!(!picture(595, 842).may_hold_words(page, 2_000), "a background");
    }
}
