//! Searching for passages.

use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::{
    document::Collection,
    error::AppError,
    parts::{
        icon::Icon,
        marked_text::MarkedText,
        query_form::QueryForm,
        reading::{read, show},
        source_list::place,
    },
    paths,
    search::{Passage, SearchMode, SearchResults},
};

/// The kinds of documents that a search can be narrowed to.
const TYPES: [(&str, &str); 5] = [
    ("application/pdf", "PDF"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ("text/html", "Web page"),
    ("text/markdown", "Markdown"),
    ("text/plain", "Plain text"),
];

/// How many passages a page of results is made from.
#[cfg(feature = "ssr")]
const PASSAGES: u32 = 50;

/// A search, as its address says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub q: String,
    pub collection: Option<Uuid>,
    pub media_type: Option<String>,
    pub mode: SearchMode,
}

impl Asked {
    fn from_query(query: &ParamsMap) -> Self {
        let filled = |name| query.get(name).filter(|value| !value.is_empty());
        Self {
            q: query.get("q").unwrap_or_default().trim().to_owned(),
            collection: filled("collection").and_then(|id| id.parse().ok()),
            media_type: filled("type"),
            mode: match query.get("mode").as_deref() {
                Some("lexical") => SearchMode::Lexical,
                Some("semantic") => SearchMode::Semantic,
                _ => SearchMode::Hybrid,
            },
        }
    }

    fn is_narrowed(&self) -> bool {
        self.collection.is_some() || self.media_type.is_some() || self.mode != SearchMode::Hybrid
    }
}

/// What was found, and what could be searched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub asked: Asked,
    pub results: SearchResults,
    pub collections: Vec<Collection>,
}

/// Searches what the reader may read.
#[server(prefix = "/fn", endpoint = "search", input = server_fn::codec::Json)]
pub async fn search(asked: Asked) -> Result<Found, AppError> {
    let reader = crate::ports::current_user()?;
    let library = crate::ports::ports()?.library;
    let collections = library.collections(&reader).await?;
    let results = if asked.q.is_empty() {
        SearchResults::default()
    } else {
        let query = crate::search::SearchQuery {
            q: asked.q.clone(),
            collections: asked.collection.into_iter().collect(),
            media_types: asked.media_type.clone().into_iter().collect(),
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
    let query = use_query_map();
    let found = read(move || Search { asked: Asked::from_query(&query.read()) });
    let title = move || {
        let q = query.read().get("q").unwrap_or_default();
        if q.is_empty() { "Search".to_owned() } else { format!("{q} · Search") }
    };

    // Effects run in the browser alone.
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move_by_key);
        on_cleanup(move || listening.remove());
    });

    view! {
        <Title text=title/>
        <div class="page page-search">{show(found, view)}</div>
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
    let types = TYPES
        .into_iter()
        .map(|(media_type, name)| {
            let is_chosen = asked.media_type.as_deref() == Some(media_type);
            view! {
                <option value=media_type selected=is_chosen>
                    {name}
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
        <QueryForm to="/search">
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
        </QueryForm>
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
            (type_name(&first.media_type), first.title.clone(), first.updated_at.clone());
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

/// What people call a media type.
pub(crate) fn type_name(media_type: &str) -> String {
    let known = TYPES.into_iter().find(|(known, _)| *known == media_type);
    known.map_or_else(|| media_type.to_owned(), |(_, name)| name.to_owned())
}

/// Moves the focus among the results: j and down for the next, k and up for the one before.
fn move_by_key(event: KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "j" | "ArrowDown" => 1,
        "k" | "ArrowUp" => -1,
        _ => return,
    };
    let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
    let focused = document().active_element();
    if is_command || focused.as_ref().is_some_and(takes_keys) {
        return;
    }
    let Ok(links) = document().query_selector_all(".result-link") else { return };
    let links: Vec<HtmlElement> =
        (0..links.length()).filter_map(|at| links.get(at)?.dyn_into().ok()).collect();
    let at = links.iter().position(|link| focused.as_ref() == Some(link.as_ref()));
    let next = match at {
        Some(at) => at.checked_add_signed(step as isize),
        None => Some(0),
    };
    if let Some(link) = next.and_then(|next| links.get(next)) {
        event.prevent_default();
        // Fails where the link is gone, and then there is nothing to focus.
        let _ = link.focus();
    }
}

/// Whether the element has a use of its own for letters and arrows.
fn takes_keys(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}
