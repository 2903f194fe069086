//! Superscripts in plain text: without them `10⁶` reads as 106, and a footnote's mark as a digit of its word.

/// `text` in Unicode's superscript characters; `None` where there isn't one for each of its characters, or
/// nothing to raise.
pub(super) fn raised(text: &str) -> Option<String> {
    let raised: String = text.chars().map(superscript).collect::<Option<_>>()?;
    (!raised.trim().is_empty()).then_some(raised)
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        // Signs are written with a dash, too.
        '-' | '\u{2212}' | '\u{2010}' | '\u{2011}' | '\u{2013}' => '⁻',
        '=' => '⁼',
        '(' => '⁽',
        ')' => '⁾',
        'n' => 'ⁿ',
        'i' => 'ⁱ',
        c if c.is_whitespace() => c,
        // Raised already.
        '¹' | '²' | '³' | '⁰' | '⁴'..='ⁿ' | 'ⁱ' => c,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_raised_and_words_are_not() {
        assert_eq!(raised("-6").as_deref(), Some("⁻⁶"));
        assert_eq!(raised("(n+1) ").as_deref(), Some("⁽ⁿ⁺¹⁾ "));
        assert_eq!(raised("st"), None);
        assert_eq!(raised("1,2"), None);
        assert_eq!(raised(" "), None);
    }
}
