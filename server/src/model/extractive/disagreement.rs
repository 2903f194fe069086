//! What an answer says where its sources disagree.

use whatlang::Lang;

use crate::{
    answer::{citations, verdict::Passages},
    model::llm::{Markup, OfferedSource},
};

/// Further sentences for an answer of these quotations, a line each: what other sources say
/// otherwise, with both dates and both citations.
pub(super) fn lines(question: &str, sources: &[OfferedSource], quotes: &[(String, usize)]) -> Vec<String> {
    /// More would bury the answer.
    const MOST: usize = 2;
    let passages = Passages::new(sources, Markup::Plain);
    let said = quotes.iter().flat_map(|(quote, number)| {
        let otherwise = passages.otherwise(quote, *number as u32);
        otherwise.into_iter().map(move |it| (*number, it.number as usize, it.quote))
    });
    let is_quoted =
        |number: usize, text: &str| quotes.iter().any(|(quote, of)| *of == number && quote == text);
    said.filter(|(_, number, quote)| !is_quoted(*number, quote))
        .take(MOST)
        .map(|(own, other, quote)| line(question, sources, own, other, &citations::without_marks(&quote)))
        .collect()
}

/// `own` and `other` are the numbers of the sources; the mark of each stands behind what is its own.
fn line(question: &str, sources: &[OfferedSource], own: usize, other: usize, quote: &str) -> String {
    let is_older = sources[other - 1].superseded_by.is_some();
    let named = |number: usize| format!("“{}” ({})", sources[number - 1].title, sources[number - 1].date);
    let (first, second) = (named(own), named(other));
    let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let language = whatlang::detect(question).filter(whatlang::Info::is_reliable).map(|info| info.lang());
    let (says, than, colon) = match (language, is_older) {
        (Some(Lang::Deu), true) => ("Die ältere Fassung ", " sagt anderes als ", ": "),
        (Some(Lang::Deu), false) => ("", " sagt anderes als ", ": "),
        (Some(Lang::Cmn), true) => ("旧版", "与以下文档不同：", "："),
        (Some(Lang::Cmn), false) => ("", "与以下文档不同：", "："),
        (_, true) => ("The older edition ", " says otherwise than ", ": "),
        (_, false) => ("", " says otherwise than ", ": "),
    };
    format!("{says}{second}{than}{first} [{own}]{colon}{quote} [{other}]")
}
