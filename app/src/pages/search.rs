//! Searching for passages.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use uuid::Uuid;

use crate::{
    document::Collection,
    error::AppError,
    parts::{
        icon::Icon,
        marked_text::MarkedText,
        media_type::{GROUPS, Group, name_of},
        place::place,
        reading::show,
    },
    paths,
    ports::{current_user, ports},
    search::{Passage, SearchMode, SearchResults},
};

/// How many passages a page of results is made from.
const PASSAGES: u32 = 50;

/// A search, as its address says it.
#[derive(Default)]
struct Asked {
    q: String,
    collection: Option<Uuid>,
    kind: Option<&'static Group>,
    mode: SearchMode,
}

impl Asked {
    fn from_query(query: &ParamsMap) -> Self {
        let filled = |name| query.get(name).filter(|value| !value.is_empty());
        Self {
            q: query.get("q").unwrap_or_default().trim().to_owned(),
            collection: filled("collection").and_then(|id| id.parse().ok()),
            kind: filled("type").and_then(|word| Group::named(&word)),
            mode: match query.get("mode").as_deref() {
                Some("lexical") => SearchMode::Lexical,
                Some("semantic") => SearchMode::Semantic,
                _ => SearchMode::Hybrid,
            },
        }
    }

    fn is_narrowed(&self) -> bool {
        self.collection.is_some() || self.kind.is_some() || self.mode != SearchMode::Hybrid
    }
}

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
        let query = crate::search::SearchQuery {
            q: asked.q.clone(),
            collections: asked.collection.into_iter().collect(),
            media_types: asked.kind.into_iter().flat_map(Group::media_types).collect(),
            mode: asked.mode,
            limit: PASSAGES,
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
    let (q, is_narrowed) = (asked.q.clone(), asked.is_narrowed());
    view! {
        <h1 class="visually-hidden">"Search"</h1>
        <SearchForm asked collections/>
        {if q.is_empty() {
            view! {
                <p class="empty">
                    "Search by words or by meaning. What is found are passages, with the words you looked for marked."
                </p>
            }
            .into_any()
        } else if results.results.is_empty() {
            view! { <NothingFound q is_narrowed/> }.into_any()
        } else {
            view! { <Results results/> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn SearchForm(asked: Asked, collections: Vec<Collection>) -> impl IntoView {
    let collections = collections
        .into_iter()
        .map(|collection| {
            let is_chosen = asked.collection == Some(collection.id);
            view! {
                <option value=collection.id.to_string() selected=is_chosen>
                    {collection.name}
                </option>
            }
        })
        .collect_view();
    let types = GROUPS
        .iter()
        .map(|group| {
            let is_chosen = asked.kind.is_some_and(|chosen| chosen.word == group.word);
            view! {
                <option value=group.word selected=is_chosen>
                    {group.name}
                </option>
            }
        })
        .collect_view();
    let modes = [
        ("hybrid", "Words and meaning", SearchMode::Hybrid),
        ("lexical", "Words alone", SearchMode::Lexical),
        ("semantic", "Meaning alone", SearchMode::Semantic),
    ]
    .map(|(word, name, mode)| {
        view! {
            <option value=word selected=asked.mode == mode>
                {name}
            </option>
        }
    })
    .into_iter()
    .collect_view();

    view! {
        <form method="get" action="/search">
            <div class="search-form" role="search">
                <div class="search-field">
                    <Icon name="search"/>
                    <label class="visually-hidden" for="q">
                        "Search for"
                    </label>
                    <input
                        type="search"
                        id="q"
                        name="q"
                        value=asked.q.clone()
                        maxlength="1000"
                        placeholder="Search the library…"
                        autofocus=asked.q.is_empty()
                    />
                    <button class="button button-primary">"Search"</button>
                </div>
                <div class="search-filters">
                    <label class="choice">
                        <span>"In"</span>
                        <select name="collection">
                            <option value="">"all collections"</option>
                            {collections}
                        </select>
                    </label>
                    <label class="choice">
                        <span>"Type"</span>
                        <select name="type">
                            <option value="">"any"</option>
                            {types}
                        </select>
                    </label>
                    <label class="choice">
                        <span>"By"</span>
                        <select name="mode">{modes}</select>
                    </label>
                </div>
            </div>
        </form>
    }
}

#[component]
fn NothingFound(q: String, is_narrowed: bool) -> impl IntoView {
    let everywhere = format!("/search?q={}", paths::encode(&q));
    view! {
        <div class="empty" role="status">
            <p>"Nothing that you may read matches “" {q} "”."</p>
            {if is_narrowed {
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

#[component]
fn Results(results: SearchResults) -> impl IntoView {
    let total = results.took_ms.total.round() as i64;
    let passages = results.results.len();
    let groups = by_document(results.results);
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
