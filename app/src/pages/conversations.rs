//! All of one's conversations, page by page.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    conversation::ConversationName,
    error::AppError,
    list::Page,
    parts::reading::show,
    paths,
    ports::{current_user, ports},
};

/// A part of the reader's conversations, the newest first.
async fn read_conversations(cursor: Option<String>) -> Result<Page<ConversationName>, AppError> {
    let reader = current_user()?;
    let page = crate::list::PageRequest { limit: Some(100), cursor };
    ports()?.answers.conversations(&reader, page).await
}

/// Lists them by name and day.
#[component]
pub fn ConversationsPage() -> impl IntoView {
    let query = use_query_map();
    let conversations = read_conversations(query.read_untracked().get("cursor"));
    view! {
        <Title text="Conversations"/>
        <div class="page page-narrow">
            <h1>"Conversations"</h1>
            {show(conversations, list)}
        </div>
    }
}

fn list(page: Page<ConversationName>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p class="empty">"You haven't asked anything yet."</p> }.into_any();
    }
    let rows = page
        .items
        .into_iter()
        .map(|conversation| {
            view! {
                <li>
                    <a href=paths::conversation(conversation.id)>{conversation.title}</a>
                    <time class="hint" datetime=conversation.updated_at.as_str().to_owned()>
                        {conversation.updated_at.day()}
                    </time>
                </li>
            }
        })
        .collect_view();
    let older = page.next_cursor.map(|cursor| format!("/conversations?cursor={}", paths::encode(&cursor)));
    view! {
        <ul class="rows">{rows}</ul>
        {older.map(|href| view! { <p><a href=href>"Older ones"</a></p> })}
    }
    .into_any()
}
