//! How rows are cut into tiles.

/// Cuts `rows` rows into blocks of `height`, the last one as high as is left: first row and number of rows.
#[inline(always)]
pub(crate) fn blocks(rows: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).step_by(height).map(move |first| (first, height.min(rows - first)))
}

/// Evaluates an expression with the number of rows as a constant, so that a tile's sums are so many registers.
/// Numbers above `most`, itself a constant, leave no code behind.
macro_rules! with_rows {
    (@arms $rows:expr, $most:expr, $ROWS:ident, $value:expr, $($number:literal)+) => {
        match $rows {
            $($number if $number <= $most => {
                const $ROWS: usize = $number;
                $value
            })+
            _ => unreachable!("a tile has between 1 and 12 rows"),
        }
    };
    ($rows:expr, at most $most:expr, |$ROWS:ident| $value:expr) => {{
        debug_assert!($rows <= $most);
        $crate::linear::with_rows!(@arms $rows, $most, $ROWS, $value, 1 2 3 4 5 6 7 8 9 10 11 12)
    }};
}
pub(crate) use with_rows;
