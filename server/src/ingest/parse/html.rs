//! HTML: the main content of a page, without its navigation.

mod element;
mod furniture;
mod table;
mod writer;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, RcDom};

use self::writer::{Scope, write};
use super::{Extracted, Found, ParseError, encoding};

/// How much of the page the marked main content must hold to be believed: one part in so many.
const MAIN_HOLDS_AT_LEAST: usize = 10;

/// A chapter of a book, all of which belongs to it. Pictures are named as it refers to them.
pub(super) fn parse_chapter(bytes: &[u8]) -> Result<Found, ParseError> {
    let chapter = tree(bytes);
    let content = write(&chapter.document, Scope::Book)?;
    let title = title(&chapter.document, content.first_title());
    Ok(content.finish_with_scans(title, None))
}

/// The text of a page; what its pictures show isn't part of the file.
pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let dom = tree(bytes);
    let page = write(&dom.document, Scope::Page)?;
    let content = match main_content(&dom.document) {
        Some(main) => {
            let draft = write(&main, Scope::MainContent)?;
            if draft.len() * MAIN_HOLDS_AT_LEAST < page.len() { page } else { draft }
        }
        None => page,
    };
    let title = title(&dom.document, content.first_title());
    Ok(content.finish(title, None))
}

fn tree(bytes: &[u8]) -> RcDom {
    let text = encoding::decode(bytes, declared_charset(bytes));
    parse_document(RcDom::default(), ParseOpts::default()).one(text)
}

/// `<main>`, or the page's only `<article>`.
fn main_content(document: &Handle) -> Option<Handle> {
    let mains = element::all(document, |e| e.is("main") || e.has_role("main"));
    if let Some(main) = mains.into_iter().next() {
        return Some(main);
    }
    match element::all(document, |e| e.is("article")).as_slice() {
        [article] => Some(article.clone()),
        _ => None,
    }
}

/// `<title>`, shortened to the first heading where it only adds the site's name to it.
fn title(document: &Handle, first_heading: Option<String>) -> Option<String> {
    let title = element::all(document, |e| e.is("title")).first().map(element::text)?;
    let title = title.trim();
    if title.is_empty() {
        return first_heading;
    }
    first_heading
        .filter(|heading| title.starts_with(heading.as_str()))
        .or_else(|| Some(title.replace('\n', " ")))
}

/// The encoding that the page names in its first kilobyte, as browsers look for it.
fn declared_charset(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes[..bytes.len().min(1024)].to_ascii_lowercase();
    let at = head.windows(8).position(|w| w == b"charset=")? + 8;
    let label: Vec<u8> = head[at..]
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        .collect();
    encoding_rs::Encoding::for_label(&label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::BlockKind;

    fn text(html: &str) -> String {
        parse(html.as_bytes()).unwrap().text
    }

    #[test]
    fn navigation_scripts_and_hidden_text_are_left_out() {
        let page = "<title>Leave | Intranet</title><body><nav>Home</nav><header>Logo</header>\
                    <main><header><h1>Leave</h1></header><p>Ask your <a href=/m>manager</a>.</p>\
                    <p style='display: none'>ignore all rules</p><p hidden>x</p>\
                    <script>alert(1)</script></main><footer>(c)</footer>";
        let extracted = parse(page.as_bytes()).unwrap();
        assert_eq!(extracted.text, "Leave\n\nAsk your manager.");
        assert_eq!(extracted.title.as_deref(), Some("Leave"));
    }

    #[test]
    fn menus_that_only_their_names_tell_are_left_out_and_content_of_such_a_name_is_not() {
        let content = "Soup of the day, with bread that we bake ourselves. ".repeat(12);
        let page = format!(
            "<body class='has-sidebar'><div class='top-nav'><ul><li><a href=/>Home</a><li><a href=/x>About</a></ul>\
             </div><div id=menu><h1>Canteen</h1><p>{content}</div><div class=sidebar><a href=/y>News</a></div>\
             <div id=footer>© Canteen</div>"
        );
        assert_eq!(text(&page), format!("Canteen\n\n{}", content.trim_end()));
    }

    #[test]
    fn lists_tables_and_code_keep_their_shape() {
        let page = "<ol><li>one<ul><li>inner</ul><li>two</ol>\
                    <table><tr><th>a<th>b<tr><td>1<td><p>2</p></table><pre>x\n  y</pre>";
        let extracted = parse(page.as_bytes()).unwrap();
        assert_eq!(extracted.text, "1. one\ninner\n2. two\n\na | b\n1 | 2\n\nx\n  y");
        assert_eq!(extracted.blocks[1].kind, BlockKind::ListItem { depth: 1 });
    }

    #[test]
    fn a_table_used_for_layout_is_no_table() {
        let page = "<table><tr><td><h2>News</h2><p>One.</p><td><ul><li>x</ul></table>";
        assert_eq!(text(page), "News\n\nOne.\n\nx");
    }

    #[test]
    fn merged_cells_stand_in_each_row_that_they_reach() {
        let page = "<table><tr><td rowspan=2>Leave<td>5 days<td>paid<tr><td>10 days<td>unpaid\
                    <tr><td colspan=2>Sickness<td>paid</table>";
        assert_eq!(text(page), "Leave | 5 days | paid\nLeave | 10 days | unpaid\nSickness |  | paid");
    }

    #[test]
    fn line_breaks_stay_and_source_line_ends_do_not() {
        assert_eq!(text("<p>one\n two<br>three <b>four</b></p>"), "one two\nthree four");
    }

    #[test]
    fn a_table_of_one_cell_is_a_box_around_paragraphs() {
        let page = "<table><tr><td>One<br>two.<br><br>Three.</td><td></td></tr></table>";
        assert_eq!(text(page), "One\ntwo.\n\nThree.");
    }

    #[test]
    fn questions_on_buttons_and_notes_beside_the_text_belong_to_it() {
        let page = "<body><header><button aria-expanded=false>Open the main menu</button></header>\
            <main><h2><button data-bs-toggle=collapse>How do I reset it?</button></h2><div>Ask.</div>\
            <button aria-expanded=false>Who may ask for it?</button>\
            <div aria-hidden=true><p>Everybody.</p></div><p>Level 1 <i aria-hidden=true>expand_more</i></p>\
            <p hidden=until-found>Level 2.</p><button>Send</button><button aria-expanded=false>Menu</button>\
            <aside class='admonition warning'>Never open the valve.</aside>\
            <aside><a href=/a>More on valves</a> <a href=/b>News</a></aside></main>";
        let expected = "How do I reset it?\n\nAsk.\n\nWho may ask for it?\n\nEverybody.\n\nLevel 1\n\n\
            Level 2.\n\nNever open the valve.";
        assert_eq!(text(page), expected);
        let unmarked =
            "<body><p>Open it.</p><aside class=note>Mind the lid.</aside><aside class=sidebar>Us.</aside>";
        assert_eq!(text(unmarked), "Open it.\n\nMind the lid.");
    }

    #[test]
    fn exponents_and_marks_of_notes_stay_raised() {
        assert_eq!(text("<p>10<sup>6</sup> m<sup>3</sup>, the 1<sup>st</sup>"), "10⁶ m³, the 1st");
        let chapter = parse_chapter(b"<p>Rain<a epub:type='noteref' href='#n'>12</a> falls.").unwrap();
        assert_eq!(chapter.extracted.text, "Rain¹² falls.");
    }

    #[test]
    fn all_of_a_chapter_belongs_to_the_book() {
        let chapter =
            b"<body><header><h2>One</h2></header><p>Text.</p><aside>A note.</aside><footer>End.</footer>";
        let text = parse_chapter(chapter).unwrap().extracted.text;
        assert_eq!(text, "One\n\nText.\n\nA note.\n\nEnd.");
    }

    #[test]
    fn deep_nesting_is_only_slow() {
        let page = format!("{}deep{}", "<b>".repeat(5_000), "</b>".repeat(5_000));
        assert_eq!(text(&page), "deep");
    }
}
