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
        .map(|(own, other, quote)| {
            let place = |number: usize| &sources[number - 1];
            line(question, place(own), place(other), &citations::without_marks(&quote))
                + &format!(" [{other}][{own}]")
        })
        .collect()
}

fn line(question: &str, own: &OfferedSource, other: &OfferedSource, quote: &str) -> String {
    let is_older = other.superseded_by.is_some();
    let named = |source: &OfferedSource| format!("“{}” ({})", source.title, source.date);
    let (own, other) = (named(own), named(other));
    let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let language = whatlang::detect(question).filter(whatlang::Info::is_reliable).map(|info| info.lang());
    match (language, is_older) {
        (Some(Lang::Deu), true) => format!("Die ältere Fassung {other} sagt anderes als {own}: {quote}"),
        (Some(Lang::Deu), false) => format!("{other} sagt anderes als {own}: {quote}"),
        (Some(Lang::Cmn), true) => format!("旧版{other}与{own}不同：{quote}"),
        (Some(Lang::Cmn), false) => format!("{other}与{own}不同：{quote}"),
        (_, true) => format!("The older edition {other} says otherwise than {own}: {quote}"),
        (_, false) => format!("{other} says otherwise than {own}: {quote}"),
    }
}
