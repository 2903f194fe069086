//! Signing in. The form is the server's own, since it sets the session's cookie.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{parts::error_note::ErrorNote, paths};

/// Asks who it is.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = query.get("next").unwrap_or_else(|| "/".to_owned());
    let refusal = query.get("error").map(|code| refusal(&code));

    view! {
        <Title text="Sign in"/>
        <main id="main" class="standalone">
            <section class="card card-narrow">
                <p class="wordmark">"Footnote"</p>
                <h1>"Sign in"</h1>
                {refusal.map(|message| view! { <ErrorNote message/> })}
                <form method="post" action=paths::SIGN_IN class="form">
                    <input type="hidden" name="next" value=next/>
                    <label class="field">
                        <span>"E-mail address"</span>
                        <input type="email" name="email" autocomplete="username" required autofocus/>
                    </label>
                    <label class="field">
                        <span>"Password"</span>
                        <input type="password" name="password" autocomplete="current-password" required/>
                    </label>
                    <button class="button button-primary button-wide">"Sign in"</button>
                </form>
                <p class="hint">
                    "No account, or the password is lost? An administrator can send you a link."
                </p>
            </section>
        </main>
    }
}

/// A refusal in words, by the stable word it came with.
fn refusal(code: &str) -> &'static str {
    match code {
        "wrong_credentials" => "The e-mail address or the password is wrong.",
        "too_many_attempts" => "Too many attempts. Wait a minute and try again.",
        "unavailable" => "Signing in isn't possible right now. Please try again in a moment.",
        _ => "Signing in didn't work. Please try again.",
    }
}
