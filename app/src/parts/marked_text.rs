//! Text with some of its words marked.

use leptos::prelude::*;

/// The text, with what lies in `marks` marked: `[start, end]` in Unicode scalar values, in any
/// order, overlapping or not.
#[component]
pub fn MarkedText(text: String, marks: Vec<[u32; 2]>) -> impl IntoView {
    runs(&text, marks)
        .into_iter()
        .map(
            |(run, is_marked)| {
                if is_marked { view! { <mark>{run}</mark> }.into_any() } else { run.into_any() }
            },
        )
        .collect_view()
}

/// Cuts the text into runs that are marked or not.
fn runs(text: &str, mut marks: Vec<[u32; 2]>) -> Vec<(String, bool)> {
    marks.sort_unstable();
    let mut marks = marks.into_iter().filter(|[start, end]| start < end).peekable();
    let mut runs: Vec<(String, bool)> = Vec::new();
    for (at, character) in (0_u32..).zip(text.chars()) {
        while marks.next_if(|[_, end]| *end <= at).is_some() {}
        let is_marked = marks.peek().is_some_and(|[start, _]| *start <= at);
        match runs.last_mut() {
            Some((run, was_marked)) if *was_marked == is_marked => run.push(character),
            _ => runs.push((character.to_string(), is_marked)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn marks_count_characters_and_may_overlap() {
        let marked = runs("Größe: zehn Meter", vec![[7, 11], [0, 5], [3, 5]]);
        let marked: Vec<_> = marked.iter().map(|(run, is_marked)| (run.as_str(), *is_marked)).collect();
        assert_eq!(marked, [("Größe", true), (": ", false), ("zehn", true), (" Meter", false)]);
    }

    #[test]
    fn a_mark_beyond_the_text_marks_nothing() {
        assert_eq!(runs("abc", vec![[5, 9]]), [("abc".to_owned(), false)]);
    }
}
