//! Where a passage stands.

use leptos::prelude::*;

/// Where a passage stands in its document: its headings, and its page where it has pages.
pub(crate) fn place(heading_path: &[String], page: Option<i32>) -> impl IntoView + use<> {
    let headings = (!heading_path.is_empty()).then(|| heading_path.join(" › "));
    let page = page.map(|page| format!("page {page}"));
    view! {
        {headings.map(|headings| view! { <span>{headings}</span> })}
        {page.map(|page| view! { <span>{page}</span> })}
    }
}
