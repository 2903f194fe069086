//! One's own account: password and API tokens.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use crate::{
    account::{ApiToken, SHORTEST_PASSWORD, User, password_advice},
    error::AppError,
    notice::{Notice, tell},
    parts::{confirm::Confirm, post_form::PostForm, reading::show},
    ports::{current_user, ports},
};

/// One's own account.
struct Settings {
    user: User,
    tokens: Vec<ApiToken>,
}

/// The reader's own account and tokens.
async fn read_settings() -> Result<Settings, AppError> {
    let user = current_user()?;
    let tokens = ports()?.accounts.tokens(&user).await?;
    Ok(Settings { user, tokens })
}

/// Sets another password, and ends every other session of the account.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(current: String, new: String) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.change_password(&actor, current, new).await?;
    tell(Notice::Done("Your password is changed."))
}

/// Makes an API token. Its secret is on the next page and nowhere else.
#[server(prefix = "/fn", endpoint = "create_token")]
pub async fn create_token(name: String) -> Result<(), AppError> {
    let actor = current_user()?;
    let made = ports()?.accounts.create_token(&actor, name).await?;
    tell(Notice::TokenMade(made.secret))
}

/// Ends an API token.
#[server(prefix = "/fn", endpoint = "revoke_token")]
pub async fn revoke_token(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.revoke_token(&actor, id).await?;
    tell(Notice::Done("The token is revoked."))
}

/// Shows who one is, and changes how one signs in.
#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Title text="Settings"/>
        <div class="page page-narrow">
            <h1>"Settings"</h1>
            {show(read_settings(), view)}
        </div>
    }
}

fn view(settings: Settings) -> AnyView {
    let Settings { user, tokens } = settings;
    view! {
        <p class="lede">{user.email.clone()}</p>
        <section class="panel" aria-labelledby="password">
            <h2 id="password">"Password"</h2>
            <PostForm to=ChangePassword::PATH class="form">
                <input type="hidden" autocomplete="username" value=user.email/>
                <label class="field">
                    <span>"Current password"</span>
                    <input type="password" name="current" required autocomplete="current-password"/>
                </label>
                <label class="field">
                    <span>"New password"</span>
                    <input type="password" name="new" required minlength=SHORTEST_PASSWORD autocomplete="new-password"/>
                        <small>{password_advice()}</small>
                </label>
                <button class="button">"Change password"</button>
                <p class="hint">"You stay signed in here, and are signed out everywhere else."</p>
            </PostForm>
        </section>
        <section class="panel" aria-labelledby="tokens">
            <h2 id="tokens">"API tokens"</h2>
            <p class="hint">"A token lets a program do what you may do. "<a href="/api/openapi.json">"What the API offers"</a></p>
            <Tokens tokens/>
            <PostForm to=CreateToken::PATH class="form form-row">
                <label class="field">
                    <span>"What it is for"</span>
                    <input name="name" required maxlength="120"/>
                </label>
                <button class="button">"Make a token"</button>
            </PostForm>
        </section>
    }
    .into_any()
}

#[component]
fn Tokens(tokens: Vec<ApiToken>) -> impl IntoView {
    if tokens.is_empty() {
        return view! { <p class="empty">"You have no tokens."</p> }.into_any();
    }
    let rows = tokens
        .into_iter()
        .map(|token| {
            let used = match &token.last_used_at {
                Some(at) => format!("last used {}", at.day()),
                None => "not used yet".to_owned(),
            };
            let about = format!("made {}, {used}", token.created_at.day());
            view! {
                <li>
                    <span>
                        <strong>{token.name}</strong>
                        <span class="hint">{about}</span>
                    </span>
                    <Confirm label="Revoke" question="Programs that use it are refused from then on.">
                        <PostForm to=RevokeToken::PATH>
                            <button class="button button-danger" name="id" value=token.id.to_string()>
                                "Revoke"
                            </button>
                        </PostForm>
                    </Confirm>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="rows">{rows}</ul> }.into_any()
}
