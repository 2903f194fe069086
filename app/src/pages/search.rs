//! Searching for passages.

pub mod asked;
pub mod form;
pub mod narrowing;
pub mod results;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::{asked::Asked, form::SearchForm, narrowing::Narrowing, results::Results};
use crate::{
    document::Collection,
    error::AppError,
    parts::reading::show,
    ports::{current_user, ports},
    search::{SearchQuery, SearchResults},
};

/// How many passages a page of results is made from.
const PASSAGES: u32 = 50;

/// What was found, and what could be searched.
struct Found {
    asked: Asked,
    results: SearchResults,
    collections: Vec<Collection>,
}

/// Searches what the reader may read.
async fn search(asked: Asked) -> Result<Found, AppError> {
    let reader = current_user()?;
    let library = ports()?.library;
    let collections = library.collections(&reader).await?;
    let results = if asked.q.is_empty() {
        SearchResults::default()
    } else {
        let query = SearchQuery {
            q: asked.q.clone(),
            filter: asked.filter()?,
            mode: asked.mode,
            limit: PASSAGES,
            facets: true,
        };
        library.search(&reader, query).await?
    };
    Ok(Found { asked, results, collections })
}

/// Searches, with everything that was asked in the address.
#[component]
pub fn SearchPage() -> impl IntoView {
    let asked = Asked::from_query(&use_query_map().read_untracked());
    let title = if asked.q.is_empty() { "Search".to_owned() } else { format!("{} · Search", asked.q) };
    view! {
        <Title text=title/>
        <div class="page page-search">{show(search(asked), view)}</div>
    }
}

fn view(found: Found) -> AnyView {
    let Found { asked, results, collections } = found;
    let SearchResults { results, facets, suggestion, took_ms } = results;
    let is_found = !results.is_empty();
    view! {
        <h1 class="visually-hidden">"Search"</h1>
        <SearchForm asked=asked.clone() collections=collections.clone()/>
        {suggestion.map(|suggestion| view! { <Suggestion asked=asked.clone() suggestion/> })}
        {if asked.q.is_empty() {
            view! {
                <p class="empty">
                    "Search by words or by meaning. What is found are passages, with the words you looked for marked."
                </p>
            }
            .into_any()
        } else if is_found {
            view! {
                {facets.map(|facets| view! { <Narrowing asked=asked.clone() facets collections/> })}
                <Results results took_ms/>
            }
            .into_any()
        } else {
            view! { <NothingFound asked/> }.into_any()
        }}
    }
    .into_any()
}

/// Offers the same search in other words.
#[component]
fn Suggestion(asked: Asked, suggestion: String) -> impl IntoView {
    let href = Asked { q: suggestion.clone(), ..asked }.href();
    view! {
        <p class="search-suggestion">
            "Did you mean " <a href=href>{suggestion}</a> "?"
        </p>
    }
}

#[component]
fn NothingFound(asked: Asked) -> impl IntoView {
    let everywhere = Asked { q: asked.q.clone(), ..Asked::default() }.href();
    view! {
        <div class="empty" role="status">
            <p>"Nothing that you may read matches “" {asked.q.clone()} "”."</p>
            {if asked.is_narrowed() {
                view! {
                    <p>
                        <a href=everywhere>"Search everything, by words and by meaning"</a>
                    </p>
                }
                .into_any()
            } else {
                view! { <p class="hint">"Fewer or other words may help."</p> }.into_any()
            }}
        </div>
    }
}
