//! The frame around the pages: where one is, where one can go, and one's conversations.

use leptos::prelude::*;
use leptos_router::{
    components::{A, Outlet},
    hooks::use_location,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::User,
    conversation::ConversationName,
    error::AppError,
    list::Page,
    parts::{
        icon::Icon,
        reading::{Reading, read, show_if_read},
    },
    paths,
};

/// How many conversations the frame lists; the older ones are a click away.
#[cfg(feature = "ssr")]
const LISTED_CONVERSATIONS: u32 = 50;

/// Who is looking, and at what they can go on with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    pub user: User,
    pub conversations: Page<ConversationName>,
}

/// Who is signed in, with the newest of their conversations.
#[server(prefix = "/fn", endpoint = "viewer", input = server_fn::codec::Json)]
pub async fn read_viewer() -> Result<Viewer, AppError> {
    let user = crate::ports::current_user()?;
    let newest = crate::list::PageRequest { limit: Some(LISTED_CONVERSATIONS), cursor: None };
    let conversations = crate::ports::ports()?.answers.conversations(&user, newest).await?;
    Ok(Viewer { user, conversations })
}

/// The frame. On narrow screens its left side is a drawer, which opens without JavaScript too.
#[component]
pub fn Layout() -> impl IntoView {
    let viewer = read(|| ReadViewer {});
    let main = NodeRef::<leptos::html::Main>::new();
    let drawer = NodeRef::<leptos::html::Nav>::new();
    let path = use_location().pathname;

    // After a move inside the site, a keyboard and a screen reader go on from the new page's top.
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            if let Some(drawer) = drawer.get_untracked() {
                // Fails where it is not open.
                let _ = drawer.hide_popover();
            }
            if let Some(main) = main.get_untracked() {
                // Fails where the element is gone, and then there is nothing to focus.
                let _ = main.focus();
            }
        }
        path
    });

    view! {
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <div class="frame">
            <header class="bar">
                <button class="button button-quiet bar-menu" popovertarget="menu" aria-label="Menu">
                    <Icon name="menu"/>
                </button>
                <a class="wordmark" href="/">
                    "Footnote"
                </a>
            </header>
            <nav class="nav" id="menu" popover="" aria-label="Site" node_ref=drawer>
                <Navigation viewer/>
            </nav>
            <main id="main" tabindex="-1" node_ref=main>
                <Outlet/>
            </main>
        </div>
    }
}

#[component]
fn Navigation(viewer: Reading<Viewer>) -> impl IntoView {
    view! {
        <a class="wordmark" href="/">
            "Footnote"
        </a>
        <a class="button button-primary button-wide" href="/">
            <Icon name="plus"/>
            "New question"
        </a>
        <ul class="nav-list">
            <NavLink href="/search" icon="search" text="Search"/>
            <NavLink href="/library" icon="library" text="Library"/>
        </ul>
        {show_if_read(viewer, |viewer| view! { <Personal viewer/> }.into_any())}
    }
}

#[component]
fn NavLink(href: &'static str, icon: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <li>
            <A href=href>
                <Icon name=icon/>
                {text}
            </A>
        </li>
    }
}

/// What depends on who it is: conversations, administration, the account.
#[component]
fn Personal(viewer: Viewer) -> impl IntoView {
    let Viewer { user, conversations } = viewer;
    let is_admin = user.is_admin();
    let has_older = conversations.next_cursor.is_some();

    view! {
        {is_admin
            .then(|| {
                view! {
                    <ul class="nav-list">
                        <NavLink href="/admin/users" icon="users" text="People"/>
                        <NavLink href="/admin/groups" icon="groups" text="Groups"/>
                    </ul>
                }
            })}
        <section class="nav-conversations" aria-label="Conversations">
            <h2 class="overline">"Conversations"</h2>
            {if conversations.items.is_empty() {
                view! { <p class="hint">"What you ask is kept here, for you alone."</p> }.into_any()
            } else {
                let conversations = conversations
                    .items
                    .into_iter()
                    .map(|conversation| {
                        view! {
                            <li>
                                <A href=paths::conversation(conversation.id)>{conversation.title}</A>
                            </li>
                        }
                    })
                    .collect_view();
                view! { <ul class="nav-list nav-titles">{conversations}</ul> }.into_any()
            }}
            {has_older
                .then(|| {
                    view! {
                        <a class="hint" href="/conversations">
                            "All conversations"
                        </a>
                    }
                })}
        </section>
        <div class="nav-account">
            <A href="/settings">
                <Icon name="settings"/>
                <span class="nav-email">{user.email}</span>
            </A>
            <form method="post" action=paths::SIGN_OUT>
                <button class="button button-quiet">"Sign out"</button>
            </form>
        </div>
    }
}
