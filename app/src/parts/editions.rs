//! The other editions of a document.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    document::{Document, SimilarDocument},
    paths,
};

/// How many older editions and copies are named.
const NAMED: usize = 3;

/// Leads to the newer edition of a document, where there is one, and to older ones.
#[component]
pub fn Editions(document: Document) -> impl IntoView {
    let newer = document.newer().cloned();
    let older: Vec<_> = document.similar.into_iter().filter(|other| !other.is_newer).take(NAMED).collect();
    view! {
        {newer
            .map(|newer| {
                view! {
                    <p class="note">
                        <Icon name="alert"/>
                        <span>"There is a newer edition: " {link(newer)}</span>
                    </p>
                }
            })}
        {(!older.is_empty())
            .then(|| {
                let word = if older.len() == 1 { "Older edition: " } else { "Older editions: " };
                view! {
                    <p class="editions">
                        {word} {older.into_iter().map(|other| view! { <span>{link(other)}</span> }).collect_view()}
                    </p>
                }
            })}
    }
}

fn link(other: SimilarDocument) -> impl IntoView {
    view! { <a href=paths::document(other.id)>{other.title}</a> }
}
