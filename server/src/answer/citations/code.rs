//! Where an answer's code begins and ends: brackets in it are no marks.

use crate::model::llm::Markup;

/// Where Markdown's code begins and ends, as far as it can be told on the way: inline code ends
/// at the latest with its line.
#[derive(Debug)]
pub(super) struct CodeSpans {
    markup: Markup,
    /// How many backticks opened the code that we are in.
    open: usize,
    /// How many backticks were just read.
    run: usize,
}

/// So many backticks fence a block of code.
const FENCE: usize = 3;

impl CodeSpans {
    pub(super) fn new(markup: Markup) -> Self {
        Self { markup, open: 0, run: 0 }
    }

    pub(super) fn is_inside(&self) -> bool {
        if self.open == 0 { self.run > 0 } else { self.run < self.open }
    }

    pub(super) fn step(&mut self, c: char) {
        if self.markup == Markup::Plain {
            return;
        }
        if c == '`' {
            self.run += 1;
            return;
        }
        let run = std::mem::take(&mut self.run);
        if self.open == 0 {
            self.open = run;
        } else if run == self.open || self.open >= FENCE && run >= FENCE {
            self.open = 0;
        }
        if c == '\n' && self.open < FENCE {
            self.open = 0;
        }
    }
}
