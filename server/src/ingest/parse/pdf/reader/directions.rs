//! The glyphs of a page, by the direction that they run in.

use super::{Font, Glyph};

/// Glyphs whose sides differ by less than so many points are one.
const SAME: f32 = 0.05;

/// How the glyphs of one text object look.
#[derive(Default, Clone, Copy)]
pub(super) struct Look {
    pub(super) size: f32,
    /// Quarter turns counterclockwise that the text is turned by.
    pub(super) turn: usize,
    pub(super) font: Font,
}

/// A page's glyphs, sorted by the direction they run in.
#[derive(Default)]
pub(super) struct Directions {
    glyphs: [Vec<Glyph>; 4],
    last_turn: usize,
}

impl Directions {
    pub(super) fn push(&mut self, char: char, look: Look, corners: [f32; 4], origin: [f32; 2]) {
        self.last_turn = look.turn;
        let [x0, y0] = turned_back([corners[0], corners[1]], look.turn);
        let [x1, y1] = turned_back([corners[2], corners[3]], look.turn);
        let [_, baseline] = turned_back(origin, look.turn);
        let tall = (y1 - y0).abs();
        // Some fonts are scaled in ways their size doesn't tell.
        let size = if look.size > 0.1 { look.size } else { tall.max(1.0) };
        self.glyphs[look.turn].push(Glyph {
            char,
            left: x0.min(x1),
            right: x0.max(x1),
            baseline,
            size,
            font: look.font,
            generated: false,
        });
        self.read_ligature(look.turn);
    }

    /// PDFium tells the letters of a lam with an alef, which are one glyph, from left to right.
    fn read_ligature(&mut self, turn: usize) {
        if let [.., first, second] = self.glyphs[turn].as_mut_slice()
            && matches!(first.char, 'ا' | 'أ' | 'إ' | 'آ')
            && second.char == 'ل'
            && (first.left - second.left).abs() < SAME
            && (first.right - second.right).abs() < SAME
        {
            std::mem::swap(&mut first.char, &mut second.char);
        }
    }

    pub(super) fn push_generated(&mut self, char: char) {
        let glyphs = &mut self.glyphs[self.last_turn];
        if let Some(last) = glyphs.last().copied() {
            glyphs.push(Glyph { char, left: last.right, generated: true, ..last });
        }
    }

    pub(super) fn main_first(self) -> Vec<Vec<Glyph>> {
        let mut directions: Vec<_> = self.glyphs.into_iter().filter(|g| !g.is_empty()).collect();
        directions.sort_by_key(|glyphs| std::cmp::Reverse(glyphs.len()));
        directions
    }
}

pub(super) fn quarter_turns(a: f32, b: f32) -> usize {
    let quarters = (b.atan2(a) / std::f32::consts::FRAC_PI_2).round() as i32;
    quarters.rem_euclid(4) as usize
}

fn turned_back([x, y]: [f32; 2], turns: usize) -> [f32; 2] {
    match turns {
        1 => [y, -x],
        2 => [-x, -y],
        3 => [-y, x],
        _ => [x, y],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lam_and_an_alef_that_are_one_glyph_stand_in_the_order_that_they_are_read_in() {
        let read = |sides: [[f32; 2]; 2]| {
            let mut directions = Directions::default();
            for (char, [left, right]) in ['إ', 'ل'].into_iter().zip(sides) {
                directions.push(char, Look::default(), [left, 0.0, right, 9.0], [left, 0.0]);
            }
            directions.main_first().remove(0).iter().map(|glyph| glyph.char).collect::<String>()
        };
        assert_eq!(read([[10.0, 16.0], [10.0, 16.0]]), "لإ");
        assert_eq!(read([[10.0, 16.0], [4.0, 10.0]]), "إل");
    }
}
