//! The passages found, by document.

use leptos::prelude::*;

use crate::{
    parts::{marked_text::MarkedText, media_type::name_of, place::place},
    paths,
    search::{Passage, SearchTimes},
};

#[component]
pub fn Results(results: Vec<Passage>, took_ms: SearchTimes) -> impl IntoView {
    let total = took_ms.total.round() as i64;
    let passages = results.len();
    let groups = by_document(results);
    let documents = groups.len();
    let count = |count: usize, thing: &str| {
        if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
    };
    let summary =
        format!("{} in {}, in {total} ms", count(passages, "passage"), count(documents, "document"));
    view! {
        <p class="search-summary" role="status">
            <span>{summary}</span>
            <span class="needs-js hint">
                <kbd>"j"</kbd>
                " "
                <kbd>"k"</kbd>
                " to move, "
                <kbd>"Enter"</kbd>
                " to open"
            </span>
        </p>
        <ol class="results">
            {groups.into_iter().map(|passages| view! { <DocumentResults passages/> }).collect_view()}
        </ol>
    }
}

#[component]
fn DocumentResults(passages: Vec<Passage>) -> impl IntoView {
    let first = passages.first().map(|first| {
        let (kind, title, updated_at) =
            (name_of(&first.media_type).to_owned(), first.title.clone(), first.updated_at.clone());
        view! {
            <h2 class="result-title">
                <a href=paths::document(first.document_id)>{title}</a>
            </h2>
            <p class="result-about">
                <span>{kind}</span>
                <time datetime=updated_at.as_str().to_owned()>{updated_at.day()}</time>
            </p>
        }
    });
    let passages = passages
        .into_iter()
        .map(|passage| {
            let href = paths::passage(passage.document_id, passage.chunk_id);
            view! {
                <li class="result">
                    <a class="result-link" href=href>
                        <span class="result-place">{place(&passage.heading_path, passage.page)}</span>
                        <span class="result-text">
                            <MarkedText text=passage.text marks=passage.highlights/>
                        </span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <li class="result-document">
            {first}
            <ol>{passages}</ol>
        </li>
    }
}

/// Puts a document's passages together, at the place of its best one.
fn by_document(passages: Vec<Passage>) -> Vec<Vec<Passage>> {
    let mut groups: Vec<Vec<Passage>> = Vec::new();
    for passage in passages {
        let same = groups
            .iter_mut()
            .find(|group| group.iter().any(|other| other.document_id == passage.document_id));
        match same {
            Some(group) => group.push(passage),
            None => groups.push(vec![passage]),
        }
    }
    groups
}
