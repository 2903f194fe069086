//! PDFium's side: a document's glyphs with their places, sizes and weights.
//!
//! The raw functions are called because the wrapper's objects cost an allocation and several
//! calls for each glyph; a page takes about two milliseconds this way.

mod directions;

use std::collections::HashMap;
use std::ffi::{c_int, c_ulong};
use std::path::Path;
use std::sync::OnceLock;

use anyhow::Context;
use pdfium_render::prelude::{Pdfium, PdfiumLibraryBindings};

use self::directions::{Directions, Look, quarter_turns};
use super::pictures::Picture;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::scan::Area;

/// A document as PDFium sees it.
pub(super) struct Document {
    pub(super) pages: Vec<Page>,
    /// The title in the document's properties, as it stands there.
    pub(super) title: Option<String>,
}

pub(super) struct Page {
    /// In points.
    pub(super) height: f32,
    /// Whether anything at all is drawn on it.
    pub(super) is_blank: bool,
    /// Whether a picture fills most of it, as on a scanned page.
    pub(super) is_picture: bool,
    /// Pictures that may hold words of their own.
    pub(super) pictures: Vec<Picture>,
    /// The page's glyphs by the direction they run in, the main one first, each turned so that
    /// its text runs from left to right.
    pub(super) directions: Vec<Vec<Glyph>>,
}

/// What matters of a font.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Font {
    pub(super) bold: bool,
    /// All letters are equally wide, as in code.
    pub(super) fixed_pitch: bool,
}

/// One character on a page. Lengths are in points, y grows upward.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) char: char,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
    pub(super) font: Font,
    /// Put in by PDFium where it saw a gap or the end of a line.
    pub(super) generated: bool,
}

static LIBRARY: OnceLock<Box<dyn PdfiumLibraryBindings>> = OnceLock::new();

/// Loads PDFium's library, once a process.
pub fn load_library(path: &Path) -> anyhow::Result<()> {
    if LIBRARY.get().is_some() {
        return Ok(());
    }
    let library = Pdfium::bind_to_library(path).context("could not load PDFium")?;
    LIBRARY.get_or_init(|| {
        // SAFETY: called once, before any other function of the library.
        unsafe { library.FPDF_InitLibrary() };
        library
    });
    Ok(())
}

/// The loaded library.
pub(super) fn library() -> Result<&'static dyn PdfiumLibraryBindings, ParseError> {
    LIBRARY.get().map(|library| &**library).ok_or(ParseError::ParserUnavailable)
}

/// PDFium's type of objects that are pictures (`FPDF_PAGEOBJ_IMAGE`).
const IMAGE: c_int = 3;
/// PDFium's type of groups of objects (`FPDF_PAGEOBJ_FORM`).
const FORM: c_int = 5;
/// A scanned page has few objects, and its picture is among the first.
const OBJECTS_OF_A_SCAN: usize = 20;
/// How many objects of a page, and of a group, are looked at for pictures.
const OBJECTS_LOOKED_AT: c_int = 2_000;
const OBJECTS_OF_A_GROUP: c_int = 20;

/// Annotations as the screen shows them, not as paper does (`FLAT_NORMALDISPLAY`).
const AS_SHOWN: c_int = 0;
/// PDFium's answer where a page has taken its annotations in (`FLATTEN_SUCCESS`).
const FLATTENED: c_int = 1;

/// PDFium's code for a missing or wrong password (`FPDF_ERR_PASSWORD`).
const ERR_PASSWORD: c_ulong = 4;

pub(super) fn read(bytes: &[u8], max_pages: u32) -> Result<Document, ParseError> {
    let pdfium = library()?;
    // SAFETY: the bytes outlive the document, which is closed below.
    let document = unsafe { pdfium.FPDF_LoadMemDocument64(bytes, None) };
    if document.is_null() {
        // SAFETY: takes nothing.
        let code = unsafe { pdfium.FPDF_GetLastError() };
        return Err(match code {
            ERR_PASSWORD => ParseError::NeedsPassword,
            _ => ParseError::damaged("it can't be opened as a PDF, perhaps it was cut off"),
        });
    }
    let _close = OnDrop(|| {
        // SAFETY: the document is open, and nothing of it is used after this.
        unsafe { pdfium.FPDF_CloseDocument(document) }
    });
    // SAFETY: the document is open.
    let count = unsafe { pdfium.FPDF_GetPageCount(document) };
    if count <= 0 {
        return Err(ParseError::damaged("it has no pages"));
    }
    if count as u32 > max_pages {
        return Err(ParseError::TooLarge { why: format!("it has {count} pages") });
    }
    // SAFETY: the document is open; the buffer is as long as the length passed with it.
    let title =
        utf16(|buffer, length| unsafe { pdfium.FPDF_GetMetaText(document, "Title", buffer.cast(), length) });
    // The handles' types have no public names, so what takes them is a closure.
    let look_of = |text, at, object, fonts: &mut HashMap<usize, Font>| {
        // SAFETY: the text is open and has a character `at`, which belongs to `object`. The
        // matrix is six numbers, for which zero is a value.
        unsafe {
            let mut matrix = std::mem::zeroed();
            pdfium.FPDFText_GetMatrix(text, at, &mut matrix);
            let handle = pdfium.FPDFTextObj_GetFont(object);
            let font = *fonts.entry(handle as usize).or_insert_with(|| {
                let name =
                    utf8(|buffer, length| pdfium.FPDFFont_GetBaseFontName(handle, buffer.cast(), length));
                let flags = if handle.is_null() { 0 } else { pdfium.FPDFFont_GetFlags(handle) };
                Font::of(flags, &name)
            });
            let size = pdfium.FPDFText_GetFontSize(text, at) as f32;
            let size = size * matrix.c.hypot(matrix.d);
            Look { size, turn: quarter_turns(matrix.a, matrix.b), font }
        }
    };
    let glyphs_of = |text| {
        let mut glyphs = Directions::default();
        let mut fonts = HashMap::new();
        let mut last_object = std::ptr::null_mut();
        let mut look = Look::default();
        // SAFETY: the text is open, and indexes stay below its count of characters.
        unsafe {
            for at in 0..pdfium.FPDFText_CountChars(text) {
                let Some(char) = char::from_u32(pdfium.FPDFText_GetUnicode(text, at)) else {
                    continue;
                };
                if is_white(char) && pdfium.FPDFText_IsGenerated(text, at) == 1 {
                    glyphs.push_generated(char);
                    continue;
                }
                let object = pdfium.FPDFText_GetTextObject(text, at);
                if object.is_null() || object != last_object {
                    last_object = object;
                    look = look_of(text, at, object, &mut fonts);
                }
                let (mut left, mut right, mut bottom, mut top) = (0.0, 0.0, 0.0, 0.0);
                pdfium.FPDFText_GetCharBox(text, at, &mut left, &mut right, &mut bottom, &mut top);
                let (mut x, mut y) = (0.0, 0.0);
                pdfium.FPDFText_GetCharOrigin(text, at, &mut x, &mut y);
                let corners = [left as f32, bottom as f32, right as f32, top as f32];
                glyphs.push(char, look, corners, [x as f32, y as f32]);
            }
        }
        glyphs.main_first()
    };
    let page_of = |index| {
        // SAFETY: the document is open and has this page; one that can't be loaded is null. What is filled
        // in and written on it becomes a part of it, in memory, when it is loaded again.
        let page = unsafe {
            let page = pdfium.FPDF_LoadPage(document, index);
            if !page.is_null()
                && pdfium.FPDFPage_GetAnnotCount(page) > 0
                && pdfium.FPDFPage_Flatten(page, AS_SHOWN) == FLATTENED
            {
                pdfium.FPDF_ClosePage(page);
                pdfium.FPDF_LoadPage(document, index)
            } else {
                page
            }
        };
        if page.is_null() {
            return Page {
                height: 0.0,
                is_blank: true,
                is_picture: false,
                pictures: Vec::new(),
                directions: Vec::new(),
            };
        }
        // SAFETY: the page is open, and nothing of it is used after this.
        let _close_page = OnDrop(|| unsafe { pdfium.FPDF_ClosePage(page) });
        // SAFETY: the page is open.
        let (width, height, objects, text) = unsafe {
            let (width, height) = (pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page));
            (width, height, pdfium.FPDFPage_CountObjects(page), pdfium.FPDFText_LoadPage(page))
        };
        // Of each object, its area and the size of the picture that it is.
        let drawn = |index| {
            let (mut left, mut bottom, mut right, mut top) = (0.0, 0.0, 0.0, 0.0);
            // SAFETY: the page is open and has this object, which has those that it counts; the
            // numbers are ours, and no buffer goes with a length of 0.
            let size = unsafe {
                let object = pdfium.FPDFPage_GetObject(page, index);
                let inner = match pdfium.FPDFPageObj_GetType(object) {
                    IMAGE => object,
                    FORM => (0..pdfium.FPDFFormObj_CountObjects(object).min(OBJECTS_OF_A_GROUP))
                        .map(|at| pdfium.FPDFFormObj_GetObject(object, at as c_ulong))
                        .find(|inner| pdfium.FPDFPageObj_GetType(*inner) == IMAGE)?,
                    _ => return None,
                };
                pdfium.FPDFPageObj_GetBounds(object, &mut left, &mut bottom, &mut right, &mut top);
                pdfium.FPDFImageObj_GetImageDataRaw(inner, std::ptr::null_mut(), 0)
            };
            let [left, bottom, right, top] = [left, bottom, right, top].map(|side| side as i32);
            Some(Picture { area: Area { left, bottom, right, top }, size })
        };
        let drawn: Vec<Option<Picture>> = (0..objects.min(OBJECTS_LOOKED_AT)).map(drawn).collect();
        let is_picture = drawn.iter().take(OBJECTS_OF_A_SCAN).flatten().any(|picture| {
            let Area { left, bottom, right, top } = picture.area;
            (right - left) as f32 * (top - bottom) as f32 > width * height / 2.0
        });
        let is_blank = objects == 0;
        if text.is_null() {
            return Page { height, is_blank, is_picture, pictures: Vec::new(), directions: Vec::new() };
        }
        // SAFETY: the text is open, and nothing of it is used after this.
        let _close_text = OnDrop(|| unsafe { pdfium.FPDFText_ClosePage(text) });
        let letters_over = |Area { left, bottom, right, top }: Area| {
            let [left, bottom, right, top] = [left, bottom, right, top].map(f64::from);
            // SAFETY: the text is open, and no buffer goes with a length of 0.
            unsafe { pdfium.FPDFText_GetBoundedText(text, left, top, right, bottom, std::ptr::null_mut(), 0) }
        };
        let may_hold_words =
            |picture: &Picture| picture.may_hold_words([width, height], letters_over(picture.area));
        let pictures = drawn.into_iter().flatten().filter(may_hold_words).collect();
        Page { height, is_blank, is_picture, pictures, directions: glyphs_of(text) }
    };
    Ok(Document { pages: (0..count).map(page_of).collect(), title })
}

fn is_white(char: char) -> bool {
    matches!(char, ' ' | '\r' | '\n')
}

impl Font {
    /// By the font's name and flags (PDF 1.7, table 123); the weight that PDFium derives from
    /// stem widths says little.
    fn of(flags: c_int, name: &str) -> Self {
        const FIXED_PITCH: c_int = 1;
        const FORCE_BOLD: c_int = 1 << 18;
        let name = name.to_ascii_lowercase();
        let is_called = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let heavy = ["bold", "black", "heavy", "-bd", ",bd", "cmbx", "sfbx", "-medi"];
        let even = ["courier", "mono", "consolas", "menlo", "cmtt", "sftt", "lucidaconsole"];
        Self {
            bold: flags & FORCE_BOLD != 0 || is_called(&heavy),
            fixed_pitch: flags & FIXED_PITCH != 0 || is_called(&even),
        }
    }
}

/// Calls a function of PDFium's that fills a buffer with UTF-16 and answers its length in bytes.
fn utf16(fill: impl Fn(*mut u16, c_ulong) -> c_ulong) -> Option<String> {
    const MOST: usize = 1_024;
    let mut buffer = [0_u16; MOST];
    let bytes = fill(buffer.as_mut_ptr(), (MOST * 2) as c_ulong) as usize;
    if !(4..=MOST * 2).contains(&bytes) {
        return None;
    }
    // The last unit is the terminating zero.
    Some(String::from_utf16_lossy(&buffer[..bytes / 2 - 1]))
}

/// The same for UTF-8.
fn utf8(fill: impl Fn(*mut u8, usize) -> usize) -> String {
    let mut buffer = [0_u8; 256];
    let bytes = fill(buffer.as_mut_ptr(), buffer.len());
    if !(2..=buffer.len()).contains(&bytes) {
        return String::new();
    }
    String::from_utf8_lossy(&buffer[..bytes - 1]).into_owned()
}

/// Closes what was opened, however its scope ends.
pub(super) struct OnDrop<F: Fn()>(pub(super) F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
