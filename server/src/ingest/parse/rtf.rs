//! Rich text files (.rtf): control words and groups, read byte by byte.
//!
//! Read here: text in the code page of its font, headings by outline level or style, lists with
//! their numbers, tables, footnotes. Left out: hidden and deleted text, pictures, embedded
//! objects, headers and footers, field codes.

mod charset;
mod fonts;
mod reader;
mod token;
mod words;

pub(super) use self::charset::of_code_page;
use self::reader::Reader;
use super::{Extracted, ParseError};

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let mut reader = Reader::default();
    for token in token::Tokens::new(bytes) {
        reader.token(&token)?;
    }
    let (draft, stated) = reader.finish()?;
    let title = stated.or_else(|| draft.first_title());
    Ok(draft.finish(title, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::BlockKind;

    fn text(rtf: &str) -> String {
        parse(rtf.as_bytes()).unwrap().text
    }

    #[test]
    fn text_is_read_in_the_code_page_of_its_font() {
        let polish = r"{\rtf1\ansi\ansicpg1250 za\'bf\'f3\'b3\'e6 \u380?\'f3\'b3w}";
        assert_eq!(text(polish), "zażółć żółw");
        let japanese = r"{\rtf1\ansi\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}\f1 \'83]\'83\'8b\f0  x}";
        assert_eq!(text(japanese), "ゾル x");
    }

    #[test]
    fn headings_lists_and_tables_keep_their_shape() {
        let rtf = r"{\rtf1{\stylesheet{\s1 heading 1;}{\s5 Normal;}}{\info{\title Leave policy}}
            \pard\s1 Leave\par\pard\s5 Twenty-five {\b days}.\line Ask first.\par
            {\listtext\'b7\tab}in summer\par{\listtext 2.\tab}in winter\par
            \trowd\pard\intbl a\cell b\cell\row\trowd\intbl 1\cell 2\cell\row\pard End.\par}";
        let extracted = parse(rtf.as_bytes()).unwrap();
        assert_eq!(
            extracted.text,
            "Leave\n\nTwenty-five days.\nAsk first.\n\nin summer\n2. in winter\n\na | b\n1 | 2\n\nEnd."
        );
        assert_eq!(extracted.blocks[0].kind, BlockKind::Heading { level: 1 });
        assert_eq!(extracted.title.as_deref(), Some("Leave policy"));
    }

    #[test]
    fn what_is_hidden_deleted_embedded_or_a_code_is_left_out() {
        let rtf = r"{\rtf1{\header Page}{\*\generator X;}{\pict 89504e47}{\v secret}{\deleted gone}
            {\field{\*\fldinst HYPERLINK http://x}{\fldrslt the guide}}{\object{\*\objdata 0102}}
            {\bin3 {}}}ok\emdash\~done{\footnote In writing.}\par}";
        assert_eq!(text(rtf), "the guide ok— done\n\nIn writing.");
    }

    #[test]
    fn numbered_headings_stay_headings_and_styles_may_name_their_level_alone() {
        let rtf = r"{\rtf1{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2\outlinelevel1 Unterpunkt;}}
            \pard\plain\s1\ls1\outlinelevel0 {\listtext\pard\plain 1.\tab}Scope{\footnote\pard\plain\s0 Of it.}\par
            \pard\plain\s2{\listtext\pard\plain 1.1\tab}General\par\pard\plain\s0 Text.\par
            \pard\plain\s0{\listtext\pard\plain (a)\tab}item\par}";
        let extracted = parse(rtf.as_bytes()).unwrap();
        assert_eq!(extracted.text, "1. Scope\n\nOf it.\n\n1.1 General\n\nText.\n\n(a) item");
        let kinds: Vec<_> = extracted.blocks.iter().map(|block| block.kind).collect();
        let heading = |level| BlockKind::Heading { level };
        let rest = [BlockKind::Paragraph, BlockKind::ListItem { depth: 0 }];
        assert_eq!(kinds, [heading(1), BlockKind::Paragraph, heading(2), rest[0], rest[1]]);
    }

    #[test]
    fn signs_of_symbol_fonts_are_read_as_what_they_show() {
        let rtf = r"{\rtf1\ansi{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset0 Wingdings;}}
            \f0 5 {\f1\'6d}g, {\f1\u61617\'b1}2, {\f2\u-3842\'fe} yes\par}";
        assert_eq!(text(rtf), "5 μg, ±2, ☑ yes");
    }

    #[test]
    fn exponents_stay_raised() {
        assert_eq!(
            text(r"{\rtf1 10{\super 6} m\super 3\nosupersub  and H\sub 2\plain O\par}"),
            "10⁶ m³ and H2O"
        );
    }

    #[test]
    fn web_mail_wrapped_in_rtf_is_only_its_text() {
        let rtf =
            r"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello \htmlrtf }\htmlrtf0 all\par}";
        assert_eq!(text(rtf), "Hello all");
    }

    #[test]
    fn groups_that_never_end_do_no_harm() {
        assert_eq!(text(&format!("{}x", r"{\rtf1 ".repeat(100_000))), "x");
    }
}
