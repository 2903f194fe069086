//! The three ports, played by a company of two collections and three people.
//!
//! Used by the page tests, and by the preview (`cargo run -p app --example preview --features ssr`).

mod accounts;
mod answers;
mod archive;
mod contents;
mod library;
pub(crate) mod messages;

use std::sync::{Arc, Mutex};

use app::shell::{Assets, routes, shell};
use app::{
    account::User,
    error::AppError,
    ports::{Ports, Result},
    timestamp::Timestamp,
};
use axum::{Router, routing::post};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, handle_server_fns_with_context};
use uuid::Uuid;

pub(crate) use accounts::{admin, reader};

pub(crate) const HANDBOOK: Uuid = Uuid::from_u128(0x10);
pub(crate) const GUIDE: Uuid = Uuid::from_u128(0x11);
pub(crate) const LEAVE: Uuid = Uuid::from_u128(0x20);
pub(crate) const BROKEN: Uuid = Uuid::from_u128(0x21);
pub(crate) const COMING: Uuid = Uuid::from_u128(0x22);
pub(crate) const ARCHIVE: Uuid = Uuid::from_u128(0x23);
pub(crate) const PASSAGE: Uuid = Uuid::from_u128(0x30);
pub(crate) const CONVERSATION: Uuid = Uuid::from_u128(0x40);
pub(crate) const MESSAGE: Uuid = Uuid::from_u128(0x50);
pub(crate) const WRITING: Uuid = Uuid::from_u128(0x51);
pub(crate) const ASKED: Uuid = Uuid::from_u128(0x52);
pub(crate) const GROUP: Uuid = Uuid::from_u128(0x60);
pub(crate) const TOKEN: Uuid = Uuid::from_u128(0x70);
pub(crate) const MODEL: Uuid = Uuid::from_u128(0x81);
pub(crate) const BUDGET: Uuid = Uuid::from_u128(0x80);

/// What was asked of the ports to change, in order.
pub(crate) type Calls = Arc<Mutex<Vec<String>>>;

/// Plays all three ports.
#[derive(Default)]
pub(crate) struct Company {
    /// Without documents and conversations.
    pub(crate) is_new: bool,
    /// The conversation has an answer that is still being written.
    pub(crate) is_writing: bool,
    /// The queue was paused.
    pub(crate) is_paused: bool,
    pub(crate) calls: Calls,
}

impl Company {
    pub(crate) fn ports(self) -> Ports {
        let company = Arc::new(self);
        Ports {
            accounts: company.clone(),
            library: company.clone(),
            answers: company,
            notices: Arc::default(),
        }
    }

    fn note(&self, call: String) {
        self.calls.lock().unwrap().push(call);
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    serde_json::from_value(text.into()).unwrap()
}

/// The pages and server functions as the server mounts them.
pub(crate) fn site(ports: Ports, assets: Assets) -> Router {
    let context = move || provide_context(ports.clone());
    let options = leptos::config::LeptosOptions::builder().output_name("footnote").build();
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context, request)
    };
    let document = move || shell(assets.clone());
    Router::new()
        .route("/fn/{*function}", post(functions))
        .leptos_routes_with_context(&options, routes(), context, document.clone())
        .fallback(leptos_axum::render_app_async(document))
        .with_state(options)
}

fn managers_only(actor: &User) -> Result<()> {
    if actor.is_admin() { Ok(()) } else { Err(AppError::Forbidden) }
}
