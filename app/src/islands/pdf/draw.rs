//! Drawing pages as they come into sight.

use std::{cell::RefCell, collections::HashMap, ops::Range};

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

use super::{
    find::{PageText, Stretch},
    js::{Page, Pdf, Piece},
};

/// How many drawn pages are kept; a canvas takes megabytes.
const KEPT: usize = 12;

/// An open PDF with the pages drawn so far, and where each piece of their text stands.
pub(super) struct Pages {
    pdf: Pdf,
    frames: Vec<HtmlElement>,
    texts: RefCell<HashMap<u32, (PageText, Vec<Piece>)>>,
    /// The pages with a canvas, the one drawn last at the end, each with the width it was drawn for.
    drawn: RefCell<Vec<(u32, i32)>>,
}

impl Pages {
    /// `frames` are the elements that the pages are drawn in, from page 1 on.
    pub(super) fn new(pdf: Pdf, frames: Vec<HtmlElement>) -> Self {
        Self { pdf, frames, texts: RefCell::default(), drawn: RefCell::default() }
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.frames.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn frame(&self, number: u32) -> Option<&HtmlElement> {
        self.frames.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Draws a page as wide as its frame is, where that isn't done already.
    pub(super) async fn draw(&self, number: u32) -> Result<(), JsValue> {
        let Some(frame) = self.frame(number) else { return Ok(()) };
        let width = frame.client_width();
        if width == 0 || self.drawn.borrow().contains(&(number, width)) {
            return Ok(());
        }
        let page = self.pdf.page(number).await?;
        let points = page.viewport(1.0);
        let scale = f64::from(width) / points.width();
        let sharpness = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let viewport = page.viewport(scale * sharpness);

        let (canvas, layer) =
            (part::<HtmlCanvasElement>(frame, "canvas")?, part::<HtmlElement>(frame, ".pdf-text")?);
        frame.style().set_property("aspect-ratio", &format!("{} / {}", points.width(), points.height()))?;
        layer.style().set_property("--total-scale-factor", &scale.to_string())?;
        canvas.set_width(viewport.width() as u32);
        canvas.set_height(viewport.height() as u32);
        self.keep_in_mind(number, width);
        page.draw(&canvas, &viewport).await?;
        layer.set_text_content(None);
        self.pdf.lay_text(&page.text().await?, &layer, &page.viewport(scale)).await
    }

    /// Everywhere on a page that the words stand.
    pub(super) async fn find(&self, number: u32, words: &str) -> Result<Vec<Range<usize>>, JsValue> {
        self.read(number).await?;
        let texts = self.texts.borrow();
        Ok(texts.get(&number).map(|(text, _)| text.find_all(words)).unwrap_or_default())
    }

    /// Where a passage stands on a page, if some of it does.
    pub(super) async fn passage(&self, number: u32, passage: &str) -> Result<Option<Range<usize>>, JsValue> {
        self.read(number).await?;
        Ok(self.texts.borrow().get(&number).and_then(|(text, _)| text.passage(passage)))
    }

    /// Marks a range of a page's text, in place of what was marked by this `class` on it before.
    pub(super) fn mark(
        &self,
        number: u32,
        range: Range<usize>,
        class: &str,
    ) -> Result<Option<Element>, JsValue> {
        let Some(frame) = self.frame(number) else { return Ok(None) };
        let marks = part::<HtmlElement>(frame, ".pdf-marks")?;
        let before = marks.query_selector_all(&format!(".{class}"))?;
        for at in 0..before.length() {
            if let Some(mark) = before.get(at).and_then(|mark| mark.dyn_into::<Element>().ok()) {
                mark.remove();
            }
        }
        let texts = self.texts.borrow();
        let Some((text, pieces)) = texts.get(&number) else { return Ok(None) };
        let mut first = None;
        for Stretch { piece, part } in text.stretches(range) {
            let Some(Piece { bounds: [left, top, right, bottom], .. }) = pieces.get(piece) else { continue };
            let mark = web_sys::window().and_then(|window| window.document());
            let mark = mark.ok_or(JsValue::NULL)?.create_element("span")?.unchecked_into::<HtmlElement>();
            mark.set_class_name(class);
            let (from, to) = (left + (right - left) * part.start, left + (right - left) * part.end);
            for (property, value) in
                [("left", from), ("top", *top), ("width", to - from), ("height", bottom - top)]
            {
                mark.style().set_property(property, &format!("{:.3}%", value * 100.0))?;
            }
            marks.append_child(&mark)?;
            first.get_or_insert(mark.unchecked_into());
        }
        Ok(first)
    }

    async fn read(&self, number: u32) -> Result<(), JsValue> {
        if self.texts.borrow().contains_key(&number) {
            return Ok(());
        }
        let page: Page = self.pdf.page(number).await?;
        let pieces = page.text().await?.pieces(&page.viewport(1.0));
        let strings: Vec<_> = pieces.iter().map(|piece| piece.text.clone()).collect();
        self.texts.borrow_mut().insert(number, (PageText::new(&strings), pieces));
        Ok(())
    }

    /// Takes the canvases of pages drawn long ago away.
    fn keep_in_mind(&self, number: u32, width: i32) {
        let mut drawn = self.drawn.borrow_mut();
        drawn.retain(|(other, _)| *other != number);
        drawn.push((number, width));
        while drawn.len() > KEPT {
            let (old, _) = drawn.remove(0);
            if let Some(Ok(canvas)) = self.frame(old).map(|frame| part::<HtmlCanvasElement>(frame, "canvas"))
            {
                canvas.set_width(0);
                canvas.set_height(0);
            }
        }
    }
}

fn part<T: JsCast>(frame: &Element, selector: &str) -> Result<T, JsValue> {
    frame.query_selector(selector)?.and_then(|part| part.dyn_into().ok()).ok_or(JsValue::NULL)
}
