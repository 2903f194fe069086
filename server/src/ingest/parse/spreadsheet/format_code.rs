//! Number formats, in which spreadsheet programs keep what belongs to a figure: currencies, units, leading
//! zeros, words in a figure's place (ECMA-376 part 1, 18.8.31).
//!
//! Separators of thousands aren't written, so that a search for the number finds it. Where a format has no
//! decimals, those that the figure has are kept: nothing that was computed is lost.

mod section;

use self::section::Section;
use super::shown::decimal;

/// A format's sections.
#[derive(Debug, Clone)]
pub(super) struct FormatCode {
    sections: Vec<Section>,
}

impl FormatCode {
    /// `None` for a format that adds nothing to a figure.
    pub(super) fn parse(code: &str) -> Option<Self> {
        let sections: Vec<Section> = section::split(code).into_iter().map(Section::parse).collect();
        sections.iter().any(Section::says_more).then_some(Self { sections })
    }

    /// A figure as the format shows it.
    pub(super) fn shown(&self, number: f64) -> String {
        let Some((section, needs_sign)) = self.section_of(number).filter(|_| number.is_finite()) else {
            return decimal(number);
        };
        let shown = section.shown(number.abs());
        let is_rounded_away = !shown.contains(|c: char| matches!(c, '1'..='9'));
        if needs_sign && section.has_digits() && !is_rounded_away { format!("-{shown}") } else { shown }
    }

    /// The section for a figure, and whether a minus belongs before it. Where no section states a condition, the
    /// first is for positive figures, the second for negative ones, the third for zero. Those for negative ones
    /// and zero matter only by words of their own: parentheses, red and dashes say no more than a minus or a 0.
    fn section_of(&self, number: f64) -> Option<(&Section, bool)> {
        let first = self.sections.first()?;
        if self.sections.iter().any(|section| section.condition.is_some()) {
            let holds = |section: &&Section| section.condition.is_none_or(|it| it.holds(number));
            let section = self.sections.iter().find(holds).filter(|section| section.has_content());
            return section.map(|section| (section, number < 0.0));
        }
        let own = match self.sections.as_slice() {
            [_, negative, ..] if number < 0.0 => Some(negative),
            [_, _, zero, ..] if number == 0.0 => Some(zero),
            _ => None,
        };
        match own.map(|own| (own, own.words())) {
            Some((own, words)) if !words.is_empty() && words != first.words() => Some((own, false)),
            _ => first.has_content().then_some((first, number < 0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: f64) -> String {
        FormatCode::parse(code).map_or_else(|| decimal(number), |format| format.shown(number))
    }

    #[test]
    fn currencies_and_units_stand_where_the_format_puts_them() {
        assert_eq!(shown("#,##0.00\\ \"€\"", 1234.5), "1234.50 €");
        assert_eq!(shown("#,##0.00\\ [$€-407]", 1234.5), "1234.50 €");
        assert_eq!(shown("\"$\"#,##0.00", 1234.5), "$1234.50");
        assert_eq!(shown("$#,##0.00_);[Red]($#,##0.00)", -1234.5), "-$1234.50");
        assert_eq!(shown("[$USD] 0.00", 5.0), "USD 5.00");
        assert_eq!(shown("0\\ \"kg\"", 5.0), "5 kg");
        assert_eq!(shown("0 \"kg\"", 5.25), "5.25 kg");
        assert_eq!(shown("General\" pcs\"", 2.5), "2.5 pcs");
        assert_eq!(shown("# ??/??\" cups\"", 12.5), "12.5 cups");
        assert_eq!(
            shown("_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"??_);_(@_)", 0.0),
            "$ 0.00"
        );
    }

    #[test]
    fn figures_are_rounded_to_the_decimals_that_a_unit_stands_behind() {
        assert_eq!(shown("0.00 \"€\"", 2.675), "2.68 €");
        assert_eq!(shown("0.0## \"m\"", 2.5), "2.5 m");
        assert_eq!(shown("0.0## \"m\"", 1.0 / 3.0), "0.333 m");
        assert_eq!(shown("0.00 \"€\"", -0.001), "0.00 €");
    }

    #[test]
    fn leading_zeros_and_what_stands_between_digits_are_kept() {
        assert_eq!(shown("00000", 1234.0), "01234");
        assert_eq!(shown("000\\-00\\-0000", 12_345_678.0), "012-34-5678");
        assert_eq!(shown("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 5_551_234_567.0), "(555) 123-4567");
        assert_eq!(shown("[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", 5_551_234.0), "555-1234");
        assert_eq!(shown("\"Q\"0", 3.0), "Q3");
    }

    #[test]
    fn commas_behind_the_digits_scale_by_thousands() {
        assert_eq!(shown("#,##0,\"k\"", 1_500_000.0), "1500k");
        assert_eq!(shown("0.0,,\" M\"", 1_550_000.0), "1.6 M");
    }

    #[test]
    fn words_in_the_place_of_figures_are_read() {
        let answer = "\"Yes\";\"Below\";\"No\"";
        assert_eq!([1.0, -1.0, 0.0].map(|number| shown(answer, number)), ["Yes", "Below", "No"]);
        assert_eq!(shown("0 \"credit\";0 \"debit\"", -5.0), "5 debit");
        assert_eq!(shown("[=1]\"one day\";0\" days\"", 1.0), "one day");
        assert_eq!(shown("[=1]\"one day\";0\" days\"", 4.0), "4 days");
    }

    #[test]
    fn formats_that_add_nothing_leave_a_figure_as_it_is() {
        for code in [
            "General",
            "0.00",
            "#,##0",
            "#,##0 ;[Red](#,##0)",
            "[Red]0;[Blue]0",
            "0.00E+00",
            "# ??/??",
            "@",
            ";;;",
        ] {
            assert_eq!(shown(code, -1234.5), "-1234.5", "{code}");
        }
        assert_eq!(shown("\"a\"0", f64::NAN), "NaN");
    }

    #[test]
    fn percentages_are_hundredfold_unless_their_sign_is_only_text() {
        assert_eq!(shown("0%", 0.255), "25.5%");
        assert_eq!(shown("0.00%", 0.25), "25%");
        assert_eq!(shown("0%\" VAT\"", 0.19), "19% VAT");
        assert_eq!(shown("0.0\"%\"", 12.5), "12.5%");
        assert_eq!(shown("+0%;-0%", -0.5), "-50%");
    }
}
