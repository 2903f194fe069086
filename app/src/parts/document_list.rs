//! The documents of a collection, a page at a time.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

use crate::{
    document::{Document, Status},
    list::Page,
    parts::document_row::DocumentRow,
    paths,
};

/// Which documents of a collection are listed, as the address says it.
#[derive(Default)]
pub struct Listing {
    pub collection: Option<Uuid>,
    /// A part of the name or folder.
    pub name: Option<String>,
    pub status: Option<Status>,
    pub cursor: Option<String>,
}

impl Listing {
    /// The listing that an address asks for.
    pub fn from_address(params: &ParamsMap, query: &ParamsMap) -> Self {
        let filled = |name| query.get(name).filter(|value| !value.is_empty());
        Self {
            collection: params.get("id").and_then(|id| id.parse().ok()),
            name: filled("name"),
            status: filled("status").and_then(|status| status.parse().ok()),
            cursor: filled("cursor"),
        }
    }

    fn is_narrowed(&self) -> bool {
        self.name.is_some() || self.status.is_some()
    }

    /// The address of the documents after these.
    fn next(&self, collection: Uuid, cursor: &str) -> String {
        let mut address = format!("{}?cursor={}", paths::collection(collection), paths::encode(cursor));
        if let Some(name) = &self.name {
            address.push_str(&format!("&name={}", paths::encode(name)));
        }
        if let Some(status) = self.status {
            address.push_str(&format!("&status={}", status.as_str()));
        }
        address
    }
}

/// A page of a collection's documents, with a form that narrows it.
#[component]
pub fn Documents(
    collection: Uuid,
    listing: Listing,
    page: Page<Document>,
    may_manage: bool,
) -> impl IntoView {
    let is_narrowed = listing.is_narrowed();
    let is_continued = listing.cursor.is_some();
    let more = page.next_cursor.as_deref().map(|cursor| listing.next(collection, cursor));
    let is_empty = page.items.is_empty();
    let rows =
        page.items.into_iter().map(|document| view! { <DocumentRow document may_manage/> }).collect_view();

    view! {
        <section aria-labelledby="documents" id="list">
            <h2 id="documents">"Documents"</h2>
            {(!is_empty || is_narrowed).then(|| view! { <FilterForm collection listing/> })}
            {if is_empty {
                let words = if is_narrowed {
                    "No document here matches."
                } else if may_manage {
                    "Nothing here yet. Drop files or whole folders above."
                } else {
                    "Nothing here yet."
                };
                view! { <p class="empty">{words}</p> }.into_any()
            } else {
                view! { <ul class="documents">{rows}</ul> }.into_any()
            }}
            {(is_continued || more.is_some()).then(|| view! {
                <p class="paging">
                    {is_continued.then(|| view! { <a href=paths::collection(collection)>"Back to the first"</a> })}
                    {more.map(|href| view! { <a href=href>"More documents"</a> })}
                </p>
            })}
        </section>
    }
}

#[component]
fn FilterForm(collection: Uuid, listing: Listing) -> impl IntoView {
    let statuses = [
        ("", "any status", None),
        ("queued", "waiting", Some(Status::Queued)),
        ("processing", "being read", Some(Status::Processing)),
        ("ready", "searchable", Some(Status::Ready)),
        ("failed", "failed", Some(Status::Failed)),
    ]
    .map(|(word, name, status)| {
        view! {
            <option value=word selected=listing.status == status>
                {name}
            </option>
        }
    })
    .into_iter()
    .collect_view();
    view! {
        <form method="get" action=paths::collection(collection)>
            <div class="filters">
                <label class="field">
                    <span class="visually-hidden">"Name"</span>
                    <input type="search" name="name" placeholder="Part of a name or folder" value=listing.name/>
                </label>
                <label class="choice">
                    <span class="visually-hidden">"Status"</span>
                    <select name="status">{statuses}</select>
                </label>
                <button class="button">"Show"</button>
            </div>
        </form>
    }
}
