//! The frame around the pages: where one is, where one can go, and one's conversations.

use leptos::prelude::*;
use leptos_router::components::{A, Outlet};

use crate::{
    account::User,
    conversation::ConversationName,
    error::AppError,
    list::{Page, PageRequest},
    notice::Notice,
    parts::{icon::Icon, notice_bar::NoticeBar, reading::show_if_read},
    paths,
    ports::{current_user, ports},
};

/// How many conversations the frame lists; the older ones are a click away.
const LISTED_CONVERSATIONS: u32 = 50;

/// Who is looking, and at what they can go on with.
struct Viewer {
    user: User,
    conversations: Page<ConversationName>,
}

/// Who is signed in, with the newest of their conversations.
async fn read_viewer() -> Result<Viewer, AppError> {
    let user = current_user()?;
    let newest = PageRequest { limit: Some(LISTED_CONVERSATIONS), cursor: None };
    let conversations = ports()?.answers.conversations(&user, newest).await?;
    Ok(Viewer { user, conversations })
}

/// The frame. On narrow screens its left side is a drawer, which opens without JavaScript too.
#[component]
pub fn Layout() -> impl IntoView {
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
            <nav class="nav" id="menu" popover="" aria-label="Site">
                <Navigation/>
            </nav>
            <main id="main" tabindex="-1">
                {notice().map(|notice| view! { <NoticeBar notice/> })}
                <Outlet/>
            </main>
        </div>
    }
}

/// What is to be told of what was just done.
fn notice() -> Option<Notice> {
    ports().ok()?.notices.take(current_user().ok()?.id)
}

#[component]
fn Navigation() -> impl IntoView {
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
        {show_if_read(read_viewer(), |viewer| view! { <Personal viewer/> }.into_any())}
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
    let (is_admin, is_reviewer) = (user.is_admin(), user.is_reviewer());
    let has_older = conversations.next_cursor.is_some();

    view! {
        {is_reviewer
            .then(|| view! { <ul class="nav-list"><NavLink href="/reviews" icon="info" text="Reviews"/></ul> })}
        {is_admin
            .then(|| {
                view! {
                    <ul class="nav-list">
                        <NavLink href="/admin/users" icon="users" text="People"/>
                        <NavLink href="/admin/groups" icon="groups" text="Groups"/>
                        <NavLink href="/admin/queue" icon="queue" text="Queue"/>
                        <NavLink href="/admin/models" icon="models" text="Models"/>
                        <NavLink href="/admin/costs" icon="costs" text="Costs"/>
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
