//! A page as a picture, for text recognition.

use std::ffi::c_int;

use super::reader::{OnDrop, library};
use crate::ingest::parse::ParseError;
use crate::ingest::parse::scan::Area;

/// What text recognition reads best, in dots per inch.
const RESOLUTION: f32 = 300.0;
/// A point is the 72nd part of an inch.
const POINTS: f32 = 72.0;
/// Larger pages are drawn less finely.
const MOST_PIXELS: f32 = 40_000_000.0;
/// PDFium's format of one byte a pixel (`FPDFBitmap_Gray`).
const GRAY: c_int = 1;
const WHITE: u64 = 0xffff_ffff;
/// Draws annotations, such as stamps, too (`FPDF_ANNOT`).
const WITH_ANNOTATIONS: c_int = 1;

/// Draws a page, counted from 1, or an area of it in shades of grey; a PGM file.
pub(in crate::ingest::parse) fn draw(
    bytes: &[u8],
    page: u32,
    area: Option<Area>,
) -> Result<Vec<u8>, ParseError> {
    let damaged = || ParseError::damaged("one of its pages can't be drawn");
    let pdfium = library()?;
    // SAFETY: the bytes outlive the document, which is closed below.
    let document = unsafe { pdfium.FPDF_LoadMemDocument64(bytes, None) };
    if document.is_null() {
        return Err(damaged());
    }
    // SAFETY: the document is open, and nothing of it is used after this.
    let _close = OnDrop(|| unsafe { pdfium.FPDF_CloseDocument(document) });
    let index = c_int::try_from(page).map_err(|_| damaged())? - 1;
    // SAFETY: the document is open; a page that can't be loaded is null.
    let page = unsafe { pdfium.FPDF_LoadPage(document, index) };
    if page.is_null() {
        return Err(damaged());
    }
    // SAFETY: the page is open, and nothing of it is used after this.
    let _close_page = OnDrop(|| unsafe { pdfium.FPDF_ClosePage(page) });
    // SAFETY: the page is open.
    let size = unsafe { [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)] };
    let whole = pixels(size).ok_or_else(damaged)?;
    let corner = |[x, y]: [i32; 2]| {
        let (mut across, mut down) = (0, 0);
        // SAFETY: the page is open, and the numbers are ours.
        unsafe {
            let (x, y) = (x.into(), y.into());
            pdfium.FPDF_PageToDevice(page, 0, 0, whole[0], whole[1], 0, x, y, &mut across, &mut down);
        }
        [across, down]
    };
    let corners = area.map(|area| [corner([area.left, area.top]), corner([area.right, area.bottom])]);
    let [[left, top], [width, height]] = cut_out(corners, whole).ok_or_else(damaged)?;
    let mut shades = vec![u8::MAX; width as usize * height as usize];
    // SAFETY: the buffer has a byte for each pixel and outlives the bitmap, which is destroyed
    // here; document and page are open.
    unsafe {
        let bitmap = pdfium.FPDFBitmap_CreateEx(width, height, GRAY, shades.as_mut_ptr().cast(), width);
        if bitmap.is_null() {
            return Err(damaged());
        }
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
        pdfium.FPDF_RenderPageBitmap(bitmap, page, -left, -top, whole[0], whole[1], 0, WITH_ANNOTATIONS);
        pdfium.FPDFBitmap_Destroy(bitmap);
    }
    let mut picture = format!("P5\n{width} {height}\n255\n").into_bytes();
    picture.append(&mut shades);
    Ok(picture)
}

/// How many pixels wide and high a page of this size in points is drawn.
fn pixels([width, height]: [f32; 2]) -> Option<[c_int; 2]> {
    if !(1.0..1e6).contains(&width) || !(1.0..1e6).contains(&height) {
        return None;
    }
    let fine = RESOLUTION / POINTS;
    let scale = fine.min((MOST_PIXELS / (width * height)).sqrt());
    Some([width, height].map(|points| ((points * scale).round() as c_int).max(1)))
}

/// The place and the size of what is drawn of a page: all of it, or what lies between two corners
/// and on it.
fn cut_out(corners: Option<[[c_int; 2]; 2]>, whole: [c_int; 2]) -> Option<[[c_int; 2]; 2]> {
    let Some([one, other]) = corners else { return Some([[0, 0], whole]) };
    let side = |at: usize| {
        let from = one[at].min(other[at]).clamp(0, whole[at]);
        let to = one[at].max(other[at]).clamp(0, whole[at]);
        (to > from).then_some((from, to - from))
    };
    let ((left, width), (top, height)) = (side(0)?, side(1)?);
    Some([[left, top], [width, height]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_cut_out_however_its_page_is_turned() {
        assert_eq!(cut_out(None, [100, 200]), Some([[0, 0], [100, 200]]));
        assert_eq!(cut_out(Some([[90, 150], [10, 250]]), [100, 200]), Some([[10, 150], [80, 50]]));
        assert_eq!(cut_out(Some([[-9, 0], [-1, 50]]), [100, 200]), None);
    }

    #[test]
    fn pages_are_drawn_finely_unless_they_are_huge() {
        assert_eq!(pixels([612.0, 792.0]), Some([2_550, 3_300]));
        let [width, height] = pixels([10_000.0, 10_000.0]).unwrap();
        assert!(width as f32 * height as f32 <= MOST_PIXELS * 1.01);
        assert_eq!(pixels([0.0, 792.0]), None);
    }
}
