//! One section of a number format.

use super::decimal;

/// Spreadsheet programs show no more decimals.
const MOST_DECIMALS: usize = 30;

#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    pub(super) condition: Option<Condition>,
    parts: Vec<Part>,
    /// Placeholders behind the point, and how many of them are always filled.
    decimals: (usize, usize),
    /// How often the figure is divided by a thousand.
    thousands: u32,
    is_share: bool,
    /// Whether the whole figure stands in place of digits: the format is general, a fraction or scientific.
    is_general: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    /// A placeholder before the point, and whether it is always filled.
    Digit(bool),
    /// The point and what stands behind it.
    Fraction,
}

/// When a section holds, where it isn't by its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Condition {
    is_less: bool,
    is_equal: bool,
    is_more: bool,
    limit: f64,
}

impl Condition {
    /// Such as `<=100`.
    fn parse(text: &str) -> Option<Self> {
        let limit = text.trim_start_matches(['<', '>', '=']);
        let signs = &text[..text.len() - limit.len()];
        let limit = limit.trim().parse().ok().filter(|_| !signs.is_empty())?;
        let (is_less, is_more) = (signs.contains('<'), signs.contains('>'));
        Some(Self { is_less, is_equal: signs.contains('='), is_more, limit })
    }

    pub(super) fn holds(self, number: f64) -> bool {
        let is_less = self.is_less && number < self.limit;
        let is_more = self.is_more && number > self.limit;
        is_less || is_more || (self.is_equal && number == self.limit)
    }
}

/// The sections of a format, parted by semicolons.
pub(super) fn split(code: &str) -> Vec<&str> {
    let (mut sections, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' if !is_quoted => is_escaped = true,
            ';' if !is_quoted => {
                sections.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[start..]);
    sections
}

impl Section {
    pub(super) fn parse(code: &str) -> Self {
        let mut section = Self::default();
        let mut rest = code;
        while let Some(c) = rest.chars().next() {
            rest = section.take(c, &rest[c.len_utf8()..]);
        }
        section
    }

    /// Takes what `c` begins; answers what stands behind it.
    fn take<'c>(&mut self, c: char, rest: &'c str) -> &'c str {
        let behind_next = || rest.chars().next().map_or("", |next| &rest[next.len_utf8()..]);
        match c {
            '"' => {
                let (text, rest) = rest.split_once('"').unwrap_or((rest, ""));
                self.literal(text);
                return rest;
            }
            '\\' => {
                self.literal(&rest[..rest.len() - behind_next().len()]);
                return behind_next();
            }
            // As wide as the next character, and filled up with it.
            '_' => return behind_next(),
            '*' => {
                self.literal(" ");
                return behind_next();
            }
            '[' => {
                let (text, rest) = rest.split_once(']').unwrap_or((rest, ""));
                self.bracket(text);
                return rest;
            }
            '0' | '#' | '?' => self.digit(c == '0'),
            '.' if self.has_digits() && !self.parts.contains(&Part::Fraction) => {
                self.parts.push(Part::Fraction);
            }
            '.' if rest.starts_with(['0', '#', '?']) && !self.has_digits() => {
                self.digit(false);
                self.parts.push(Part::Fraction);
            }
            // Between digits it separates thousands.
            ',' if self.ends_with_digit() => {
                let behind = rest.trim_start_matches(',');
                if !behind.starts_with(['0', '#', '?']) {
                    self.thousands += 1;
                }
            }
            '%' => {
                self.is_share = true;
                self.literal("%");
            }
            'E' | 'e' if rest.starts_with(['+', '-']) => {
                self.is_general = true;
                return rest[1..].trim_start_matches(['0', '#', '?']);
            }
            // A fraction, whose whole figure stands before it.
            '/' if self.ends_with_digit() => {
                self.is_general = true;
                let first = self.parts.iter().position(|part| matches!(part, Part::Digit(_)));
                self.parts.truncate(first.map_or(0, |first| first + 1));
                return rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '#' | '?'));
            }
            '@' => self.general(),
            'G' if rest.starts_with("eneral") => {
                self.general();
                return &rest["eneral".len()..];
            }
            c => self.literal(c.encode_utf8(&mut [0; 4])),
        }
        rest
    }

    /// A currency with its language, a condition, or a colour.
    fn bracket(&mut self, text: &str) {
        if let Some(currency) = text.strip_prefix('$') {
            self.literal(currency.split_once('-').map_or(currency, |(sign, _)| sign));
        } else {
            self.condition = self.condition.or_else(|| Condition::parse(text));
        }
    }

    fn general(&mut self) {
        self.is_general = true;
        self.digit(false);
    }

    fn digit(&mut self, is_filled: bool) {
        if self.parts.contains(&Part::Fraction) {
            self.decimals.0 += 1;
            if is_filled {
                self.decimals.1 = self.decimals.0;
            }
        } else {
            self.parts.push(Part::Digit(is_filled));
        }
    }

    fn literal(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(literal)) => literal.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    pub(super) fn has_digits(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Digit(_)))
    }

    fn ends_with_digit(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Digit(_) | Part::Fraction))
    }

    /// Whether it shows a figure, or words in its place.
    pub(super) fn has_content(&self) -> bool {
        self.has_digits() || !self.words().is_empty()
    }

    /// Whether it adds anything to a figure but its sign and the number of its decimals.
    pub(super) fn says_more(&self) -> bool {
        let zeros = self.parts.iter().filter(|part| **part == Part::Digit(true)).count();
        let shapes_digits = zeros > 1 || self.parts_digits();
        !self.words().is_empty() || self.thousands > 0 || (shapes_digits && !self.is_general)
    }

    /// Whether something stands between its digits, as in numbers of telephones.
    fn parts_digits(&self) -> bool {
        let is_digit = |part: &Part| matches!(part, Part::Digit(_));
        let mut behind =
            self.parts.iter().skip_while(|part| !is_digit(part)).skip_while(|part| is_digit(part));
        behind.any(is_digit)
    }

    /// What its literals say, without signs that only show that a figure is negative.
    pub(super) fn words(&self) -> String {
        let literals = self.parts.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        let is_word = |c: &char| !c.is_whitespace() && !matches!(c, '(' | ')' | '-' | '\u{2212}');
        literals.flat_map(str::chars).filter(is_word).collect()
    }

    /// A figure that isn't negative, as the section shows it.
    pub(super) fn shown(&self, number: f64) -> String {
        let (whole, fraction) = self.digits(number);
        let mut digits: Vec<char> = whole.chars().collect();
        let first = self.parts.iter().position(|part| matches!(part, Part::Digit(_)));
        let last = self.parts.iter().rposition(|part| matches!(part, Part::Digit(_)));
        // From the last digit to the first, which takes all that are left.
        let mut shown = Vec::new();
        for (at, part) in self.parts.iter().enumerate().rev() {
            match part {
                Part::Literal(text) => shown.push(text.clone()),
                Part::Fraction => shown.push(fraction.clone()),
                Part::Digit(is_filled) => {
                    if Some(at) == last && !self.parts.contains(&Part::Fraction) {
                        shown.push(fraction.clone());
                    }
                    if Some(at) == first {
                        shown.push(digits.drain(..).collect());
                    } else {
                        let filler = is_filled.then_some('0');
                        shown.push(digits.pop().or(filler).map(String::from).unwrap_or_default());
                    }
                }
            }
        }
        shown.into_iter().rev().collect::<String>().trim().to_owned()
    }

    /// The figure's digits before the point, and the point with those behind it.
    fn digits(&self, number: f64) -> (String, String) {
        let number = if self.is_share { number * 100.0 } else { number };
        let number = (0..self.thousands).fold(number, |number, _| number / 1000.0);
        let (most, least) = self.decimals;
        let text = if most == 0 || self.is_share || self.is_general {
            decimal(number)
        } else {
            // The smallest step more, since 2.675 is stored as a little less.
            format!("{:.*}", most.min(MOST_DECIMALS), number * (1.0 + f64::EPSILON))
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let zeros = self.parts.iter().filter(|part| **part == Part::Digit(true)).count();
        let whole = if self.is_general { whole.to_owned() } else { format!("{whole:0>zeros$}") };
        let mut fraction = fraction.to_owned();
        if most > 0 && !self.is_share && !self.is_general {
            while fraction.len() > least && fraction.ends_with('0') {
                fraction.pop();
            }
        }
        let fraction = if fraction.is_empty() { fraction } else { format!(".{fraction}") };
        (whole, fraction)
    }
}
