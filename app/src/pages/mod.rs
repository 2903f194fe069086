//! The pages, a route each, with what they read and what their forms do.

pub mod ask;
pub mod collection;
pub mod conversation;
pub mod conversations;
pub mod costs;
pub mod document;
mod examples;
pub mod groups;
pub mod library;
pub mod models;
pub mod not_found;
pub mod queue;
pub mod reviews;
pub mod search;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod users;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    params::ParamsMap,
    path,
};
use uuid::Uuid;

use self::{
    ask::AskPage, collection::CollectionPage, conversation::ConversationPage,
    conversations::ConversationsPage, costs::CostsPage, document::DocumentPage, groups::GroupsPage,
    library::LibraryPage, models::ModelsPage, not_found::NotFoundPage, queue::QueuePage,
    reviews::ReviewsPage, search::SearchPage, set_up::SetUpPage, settings::SettingsPage, sign_in::SignInPage,
    users::UsersPage,
};
use crate::parts::layout::Layout;

/// The whole site: its routes, each rendered on the server.
///
/// Every page is sent once all of it has been read, so that it is whole without JavaScript and
/// carries the right status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();

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
                    <Route path=path!("/reviews") view=ReviewsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/users") view=UsersPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/groups") view=GroupsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/queue") view=QueuePage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/models") view=ModelsPage ssr=SsrMode::Async/>
                    <Route path=path!("/admin/costs") view=CostsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

fn titled(page: String) -> String {
    if page.is_empty() { "Footnote".to_owned() } else { format!("{page} · Footnote") }
}

/// The id in a page's path; one that can't be an id leads nowhere.
pub(crate) fn id_in(params: Memo<ParamsMap>) -> Option<Uuid> {
    params.read_untracked().get("id")?.parse().ok()
}
