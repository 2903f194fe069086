//! Pictures: what text recognition is given of them.

use super::draft::Draft;
use super::scan::{MOST_PIXELS, Shown};
use super::{Found, ParseError};

/// Makes sure that the picture is of a size that can be unpacked. A picture has no text of its
/// own; text recognition finds what it shows.
pub(super) fn parse(bytes: &[u8]) -> Result<Found, ParseError> {
    let size = imagesize::blob_size(bytes)
        .map_err(|_| ParseError::damaged("the picture's size can't be made out, perhaps it was cut off"))?;
    if size.width == 0 || size.height == 0 {
        return Err(ParseError::damaged("the picture has no pixels"));
    }
    if size.width.saturating_mul(size.height) > MOST_PIXELS {
        let why = format!("the picture has {} by {} pixels", size.width, size.height);
        return Err(ParseError::TooLarge { why });
    }
    let mut draft = Draft::default();
    draft.scan(Shown::File);
    Ok(draft.finish_with_scans(None, None))
}

#[cfg(test)]
mod tests {
    use super::super::scan::tests::png;
    use super::*;

    #[test]
    fn a_picture_that_claims_more_pixels_than_fit_is_refused() {
        assert!(parse(&png(2_480, 3_508)).is_ok());
        assert_eq!(parse(&png(60_000, 60_000)).unwrap_err().code(), "too_large");
        assert_eq!(parse(b"\x89PNG\r\n\x1a\n").unwrap_err().code(), "damaged");
    }
}
