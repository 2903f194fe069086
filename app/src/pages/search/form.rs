//! What to search for, and where.

use leptos::prelude::*;

use super::asked::Asked;
use crate::{
    document::Collection,
    parts::{icon::Icon, language, media_type::GROUPS},
    search::SearchMode,
};

#[component]
pub fn SearchForm(asked: Asked, collections: Vec<Collection>) -> impl IntoView {
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

    let (q, is_new) = (asked.q.clone(), asked.q.is_empty());
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
                        value=q
                        maxlength="1000"
                        placeholder="Search the library…"
                        autofocus=is_new
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
                <MoreFilters asked/>
            </div>
        </form>
    }
}

/// Filters that few searches need; open where one is in use.
#[component]
fn MoreFilters(asked: Asked) -> impl IntoView {
    let languages = language::NAMES.iter().map(|(code, name)| {
        view! {
            <option value=*code selected=asked.language == *code>
                {*name}
            </option>
        }
    });
    let is_unlisted =
        !asked.language.is_empty() && !language::NAMES.iter().any(|(code, _)| *code == asked.language);
    let unlisted = is_unlisted.then(|| {
        view! {
            <option value=asked.language.clone() selected=true>
                {asked.language.clone()}
            </option>
        }
    });
    view! {
        <details class="search-more" open=asked.uses_more_filters()>
            <summary>"More filters"</summary>
            <div class="search-filters">
                <label class="choice">
                    <span>"Language"</span>
                    <select name="language">
                        <option value="">"any"</option>
                        {unlisted}
                        {languages.collect_view()}
                    </select>
                </label>
                <label class="choice">
                    <span>"Changed from"</span>
                    <input type="date" name="from" value=asked.from.clone()/>
                </label>
                <label class="choice">
                    <span>"to"</span>
                    <input type="date" name="to" value=asked.to.clone()/>
                </label>
                <label class="choice">
                    <span>"Folder"</span>
                    <input type="text" name="folder" value=asked.folder.clone() placeholder="such as People/Leave"/>
                </label>
            </div>
        </details>
    }
}
