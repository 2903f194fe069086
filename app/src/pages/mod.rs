//! The pages, a route each, with what they read and what their forms do.

pub mod ask;
pub mod collection;
pub mod conversation;
pub mod conversations;
pub mod document;
#[cfg(feature = "ssr")]
mod examples;
pub mod groups;
pub mod library;
pub mod not_found;
pub mod search;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod users;

use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// The id in a page's path; one that can't be an id leads nowhere.
pub(crate) fn id_in(params: Memo<ParamsMap>) -> Option<Uuid> {
    params.read().get("id")?.parse().ok()
}
