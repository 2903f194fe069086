//! What the search could be narrowed to, as links with how many documents they lead to.

use std::cmp::Reverse;

use leptos::prelude::*;

use super::asked::Asked;
use crate::{
    document::Collection,
    parts::{
        language,
        media_type::{GROUPS, Group},
    },
    search::{Facet, Facets},
};

/// More links of a kind would be more than anybody reads.
const MOST_LINKS: usize = 8;

/// A link to the same search, narrowed or, where it is already, widened again.
struct Choice {
    name: String,
    documents: u32,
    is_chosen: bool,
    href: String,
}

/// Links to narrower searches; of a kind of which there is only one thing, none.
#[component]
pub fn Narrowing(asked: Asked, facets: Facets, collections: Vec<Collection>) -> impl IntoView {
    let lists = [
        ("Collection", by_collection(&asked, &facets.collections, &collections)),
        ("Type", by_type(&asked, &facets.types)),
        ("Language", by_language(&asked, &facets.languages)),
        ("Folder", by_folder(&asked, &facets.folders)),
        ("Year", by_year(&asked, &facets.years)),
    ];
    let lists: Vec<_> = lists
        .into_iter()
        .filter(|(_, choices)| choices.len() > 1 || choices.iter().any(|choice| choice.is_chosen))
        .collect();
    if lists.is_empty() {
        return ().into_any();
    }
    let lists = lists.into_iter().map(|(name, choices)| view! { <Choices name choices/> }).collect_view();
    view! {
        <nav class="narrowing" aria-label="Narrow down">
            {lists}
        </nav>
    }
    .into_any()
}

#[component]
fn Choices(name: &'static str, choices: Vec<Choice>) -> impl IntoView {
    let links = choices.into_iter().take(MOST_LINKS).map(|choice| {
        let current = choice.is_chosen.then_some("true");
        view! {
            <li>
                <a class="narrowing-link" href=choice.href aria-current=current>
                    {choice.name}
                    " "
                    <span class="narrowing-count">{choice.documents}</span>
                </a>
            </li>
        }
    });
    view! {
        <div class="narrowing-list">
            <h2>{name}</h2>
            <ul>{links.collect_view()}</ul>
        </div>
    }
}

fn by_collection(asked: &Asked, facets: &[Facet], collections: &[Collection]) -> Vec<Choice> {
    let named = facets.iter().filter_map(|facet| {
        let id = facet.value.parse().ok()?;
        let collection = collections.iter().find(|collection| collection.id == id)?;
        let is_chosen = asked.collection == Some(id);
        let href = Asked { collection: (!is_chosen).then_some(id), ..asked.clone() }.href();
        Some(Choice { name: collection.name.clone(), documents: facet.documents, is_chosen, href })
    });
    named.collect()
}

/// By the groups of media types that people know.
fn by_type(asked: &Asked, facets: &[Facet]) -> Vec<Choice> {
    let documents = |group: &Group| {
        let in_group = facets.iter().filter(|facet| group.media_types().any(|kind| kind == facet.value));
        in_group.map(|facet| facet.documents).sum()
    };
    let mut choices: Vec<_> = GROUPS
        .iter()
        .map(|group| {
            let is_chosen = asked.kind.is_some_and(|kind| kind.word == group.word);
            let href = Asked { kind: (!is_chosen).then_some(group), ..asked.clone() }.href();
            Choice { name: group.name.to_owned(), documents: documents(group), is_chosen, href }
        })
        .filter(|choice| choice.documents > 0)
        .collect();
    choices.sort_by_key(|choice| Reverse(choice.documents));
    choices
}

fn by_language(asked: &Asked, facets: &[Facet]) -> Vec<Choice> {
    let choice = |facet: &Facet| {
        let is_chosen = asked.language == facet.value;
        let language = if is_chosen { String::new() } else { facet.value.clone() };
        let href = Asked { language, ..asked.clone() }.href();
        Choice {
            name: language::name_of(&facet.value).to_owned(),
            documents: facet.documents,
            is_chosen,
            href,
        }
    };
    facets.iter().map(choice).collect()
}

/// The folders below, and the way back up.
fn by_folder(asked: &Asked, facets: &[Facet]) -> Vec<Choice> {
    let above = (!asked.folder.is_empty()).then(|| {
        let folder = asked.folder.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        let documents = facets.iter().map(|facet| facet.documents).sum();
        let href = Asked { folder, ..asked.clone() }.href();
        Choice { name: asked.folder.clone(), documents, is_chosen: true, href }
    });
    let below = facets.iter().map(|facet| {
        let name = facet.value.rsplit('/').next().unwrap_or_default().to_owned();
        let href = Asked { folder: facet.value.clone(), ..asked.clone() }.href();
        Choice { name, documents: facet.documents, is_chosen: false, href }
    });
    above.into_iter().chain(below).collect()
}

fn by_year(asked: &Asked, facets: &[Facet]) -> Vec<Choice> {
    let choice = |facet: &Facet| {
        let year = &facet.value;
        let (from, to) = (format!("{year}-01-01"), format!("{year}-12-31"));
        let is_chosen = asked.from == from && asked.to == to;
        let (from, to) = if is_chosen { Default::default() } else { (from, to) };
        let href = Asked { from, to, ..asked.clone() }.href();
        Choice { name: year.clone(), documents: facet.documents, is_chosen, href }
    };
    facets.iter().map(choice).collect()
}
