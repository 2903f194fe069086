//! Where a passage stands.

use leptos::prelude::*;

/// Where a passage stands in its document: its headings, and its page where it has pages.
pub(crate) fn place(heading_path: &[String], page: Option<i32>) -> impl IntoView + use<> {
    let headings = (!heading_path.is_empty()).then(|| heading_path.join(" › "));
    let page = page_beside(heading_path, page);
    view! {
        {headings.map(|headings| view! { <span>{headings}</span> })}
        {page.map(|page| view! { <span>{page}</span> })}
    }
}

/// The page as it is named beside a passage's headings: not where these name it already, as those of
/// slides do.
pub(crate) fn page_beside(heading_path: &[String], page: Option<i32>) -> Option<String> {
    let page = page?;
    let slide = format!("Slide {page}");
    let is_slide = |heading: &String| heading.split(':').next() == Some(slide.as_str());
    (!heading_path.iter().any(is_slide)).then(|| format!("page {page}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slide_is_not_named_a_second_time_as_a_page() {
        let named = |heading: &str| page_beside(&["Team meeting".into(), heading.into()], Some(1));
        assert_eq!(named("Slide 1"), None);
        assert_eq!(named("Slide 1: Results"), None);
        assert_eq!(named("Slide 12").as_deref(), Some("page 1"));
        assert_eq!(named("Results").as_deref(), Some("page 1"));
        assert_eq!(page_beside(&[], None), None);
    }
}
