//! RTF's syntax: groups, control words with their numbers, and bytes of text.

#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// `\word12`: the word and its number.
    Word(&'a str, Option<i32>),
    /// `\*`, `\~` and the like.
    Symbol(u8),
    /// A byte of text, in the current code page.
    Byte(u8),
}

pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let first = *self.bytes.get(self.at)?;
        if first == b'\'' {
            let code = self.bytes.get(self.at + 1..self.at + 3);
            self.at = (self.at + 3).min(self.bytes.len());
            let code = code.and_then(|code| std::str::from_utf8(code).ok());
            return Some(Token::Byte(code.and_then(|c| u8::from_str_radix(c, 16).ok()).unwrap_or(b' ')));
        }
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return Some(Token::Symbol(first));
        }
        let word = self.take(u8::is_ascii_alphabetic);
        let start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        self.take(u8::is_ascii_digit);
        let number = std::str::from_utf8(&self.bytes[start..self.at]).ok().and_then(|n| n.parse().ok());
        // A blank only ends the word.
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
        }
        Some(Token::Word(word, number))
    }

    fn take(&mut self, belongs: impl Fn(&u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|b| !belongs(b)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                // Line ends only wrap the file.
                b'\r' | b'\n' | 0 => continue,
                byte => Some(Token::Byte(byte)),
            };
        }
    }
}
