//! The line that tells of what was just done.

use leptos::prelude::*;

use crate::{notice::Notice, parts::icon::Icon};

/// Tells of it, and takes the focus, so that it is read out and a keyboard goes on from it.
#[component]
pub fn NoticeBar(notice: Notice) -> impl IntoView {
    let text = match notice {
        Notice::Done(sentence) => sentence.into_any(),
        Notice::TokenMade(secret) => view! {
            "Keep the token now; it is not shown again:"
            <code class="secret">{secret}</code>
        }
        .into_any(),
        Notice::LinkMade(link) => view! {
            "Send them this link. It works once, and is shown only now:"
            <code class="secret">{link}</code>
        }
        .into_any(),
    };
    view! {
        <div class="note note-good notice" role="status" tabindex="-1" autofocus>
            <Icon name="check"/>
            <span>{text}</span>
        </div>
    }
}
