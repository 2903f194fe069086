//! Pages, parts, and the types that the server and the browser share.
//!
//! Behind the `ssr` feature stand three ports, which the server implements on its services. This
//! crate never sees a database or a search index.

pub mod account;
pub mod answer;
pub mod conversation;
pub mod document;
pub mod error;
pub mod list;
pub mod pages;
pub mod parts;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod ports;
pub mod review;
pub mod search;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod timestamp;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use pages::{
    ask::AskPage, collection::CollectionPage, conversation::ConversationPage,
    conversations::ConversationsPage, document::DocumentPage, groups::GroupsPage, library::LibraryPage,
    not_found::NotFoundPage, search::SearchPage, set_up::SetUpPage, settings::SettingsPage,
    sign_in::SignInPage, users::UsersPage,
};
use parts::{layout::Layout, reading::Writes};

/// The whole site: its routes, each rendered on the server before the browser takes over.
///
/// Every page is sent once all of it has been read, so that it is whole without JavaScript and
/// carries the right status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Writes::default());

    view! {
        <Title formatter=titled/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/set-up") view=SetUpPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("/") view=AskPage ssr=SsrMode::Async/>
                    <Route path=path!("/c/:id") view=ConversationPage ssr=SsrMode::Async/>
                    <Route path=path!("/conversations") view=ConversationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/library") view=LibraryPage ssr=SsrMode::Async/>
                    <Route path=path!("/library/:id") view=CollectionPage ssr=SsrMode::Async/>
                    <Route path=path!("/documents/:id") view=DocumentPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/users") view=UsersPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/groups") view=GroupsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

fn titled(page: String) -> String {
    if page.is_empty() { "Footnote".to_owned() } else { format!("{page} · Footnote") }
}
