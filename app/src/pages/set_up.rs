//! Choosing a password by a one-time link: the first administrator's, or an invited person's.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    account::{Invitation, SHORTEST_PASSWORD, password_advice},
    error::AppError,
    parts::{error_note::ErrorNote, error_page::answer_with, icon::Icon, reading::show},
    paths,
    ports::ports,
};

/// Whom the link is for; for nobody where it is over.
async fn read_invitation(token: String) -> Result<Option<Invitation>, AppError> {
    match ports()?.accounts.invitation(token).await {
        Err(AppError::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// Asks for a password; for the first account, for the e-mail address too.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    let refusal = query.get("error").map(|code| match query.get("detail") {
        Some(detail) if !detail.is_empty() => detail,
        _ => refusal(&code).to_owned(),
    });
    let invitation = read_invitation(token.clone());

    view! {
        <Title text="Set up your account"/>
        <main id="main" class="standalone">
            {show(
                invitation,
                move |invitation| match invitation {
                    Some(invitation) => form(invitation, &token, refusal.as_deref()),
                    None => link_is_over(),
                },
            )}
        </main>
    }
}

fn form(invitation: Invitation, token: &str, refusal: Option<&str>) -> AnyView {
    let (heading, hint, email) = match &invitation {
        Invitation::FirstAdmin => (
            "Make the first account",
            "It will be an administrator's: it manages documents, people and settings.",
            view! {
                <label class="field">
                    <span>"E-mail address"</span>
                    <input type="email" name="email" autocomplete="username" required autofocus/>
                </label>
            }
            .into_any(),
        ),
        Invitation::Person { email } => (
            "Choose your password",
            "With it and your e-mail address you sign in from now on.",
            view! {
                <label class="field">
                    <span>"E-mail address"</span>
                    <input type="email" autocomplete="username" readonly value=email.clone()/>
                </label>
            }
            .into_any(),
        ),
    };
    view! {
        <section class="card card-narrow">
            <p class="wordmark">"Footnote"</p>
            <h1>{heading}</h1>
            <p class="hint">{hint}</p>
            {refusal.map(|message| view! { <ErrorNote message/> })}
            <form method="post" action=paths::SET_UP class="form">
                <input type="hidden" name="token" value=token.to_owned()/>
                {email}
                <label class="field">
                    <span>"Password"</span>
                    <input type="password" name="password" autocomplete="new-password" required minlength=SHORTEST_PASSWORD/>
                    <small>{password_advice()}</small>
                </label>
                <button class="button button-primary button-wide">"Go on"</button>
            </form>
        </section>
    }
    .into_any()
}

fn link_is_over() -> AnyView {
    answer_with(AppError::NotFound.status());
    view! {
        <section class="card card-narrow">
            <p class="wordmark">"Footnote"</p>
            <h1>"This link is over"</h1>
            <p class="note">
                <Icon name="alert"/>
                <span>"It was used already, or has expired. An administrator can send you a new one."</span>
            </p>
            <p>
                <a class="button button-wide" href="/sign-in">"Sign in"</a>
            </p>
        </section>
    }
    .into_any()
}

/// A refusal in words, by the stable word it came with.
fn refusal(code: &str) -> &'static str {
    match code {
        "not_found" => "This link was used already, or has expired. Ask an administrator for a new one.",
        _ => "This didn't work. Please check what you entered and try again.",
    }
}
