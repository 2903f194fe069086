//! One's own account: password and API tokens.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::{ApiToken, NewApiToken, User},
    error::AppError,
    parts::{
        confirm::Confirm,
        icon::Icon,
        post_form::PostForm,
        reading::{read, show},
    },
};

/// One's own account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub user: User,
    pub tokens: Vec<ApiToken>,
}

/// The reader's own account and tokens.
#[server(prefix = "/fn", endpoint = "settings", input = server_fn::codec::Json)]
pub async fn read_settings() -> Result<Settings, AppError> {
    let user = crate::ports::current_user()?;
    let tokens = crate::ports::ports()?.accounts.tokens(&user).await?;
    Ok(Settings { user, tokens })
}

/// Sets another password, and ends every other session of the account.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(current: String, new: String) -> Result<(), AppError> {
    let actor = crate::ports::current_user()?;
    crate::ports::ports()?.accounts.change_password(&actor, current, new).await
}

/// Makes an API token. Its secret is in this answer and nowhere else.
#[server(prefix = "/fn", endpoint = "create_token")]
pub async fn create_token(name: String) -> Result<NewApiToken, AppError> {
    let actor = crate::ports::current_user()?;
    crate::ports::ports()?.accounts.create_token(&actor, name).await
}

/// Ends an API token.
#[server(prefix = "/fn", endpoint = "revoke_token")]
pub async fn revoke_token(id: Uuid) -> Result<(), AppError> {
    let actor = crate::ports::current_user()?;
    crate::ports::ports()?.accounts.revoke_token(&actor, id).await
}

/// Shows who one is, and changes how one signs in.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let settings = read(|| ReadSettings {});
    let made = RwSignal::new(None::<NewApiToken>);
    let password_changed = RwSignal::new(false);
    view! {
        <Title text="Settings"/>
        <div class="page page-narrow">
            <h1>"Settings"</h1>
            {show(settings, move |settings| view(settings, made, password_changed))}
        </div>
    }
}

fn view(
    settings: Settings,
    made: RwSignal<Option<NewApiToken>>,
    password_changed: RwSignal<bool>,
) -> AnyView {
    let Settings { user, tokens } = settings;
    view! {
        <p class="lede">{user.email.clone()}</p>
        <section class="panel" aria-labelledby="password">
            <h2 id="password">"Password"</h2>
            <PostForm
                to=ChangePassword::PATH
                class="form"
                reset=true
                on_done=Callback::new(move |_| password_changed.set(true))
            >
                <input type="hidden" autocomplete="username" value=user.email/>
                <label class="field">
                    <span>"Current password"</span>
                    <input type="password" name="current" required autocomplete="current-password"/>
                </label>
                <label class="field">
                    <span>"New password"</span>
                    <input type="password" name="new" required autocomplete="new-password"/>
                </label>
                <button class="button">"Change password"</button>
                <p class="hint">"You stay signed in here, and are signed out everywhere else."</p>
            </PostForm>
            {move || {
                password_changed
                    .get()
                    .then(|| {
                        view! {
                            <p class="note note-good" role="status">
                                <Icon name="check"/>
                                <span>"Your password is changed."</span>
                            </p>
                        }
                    })
            }}
        </section>
        <section class="panel" aria-labelledby="tokens">
            <h2 id="tokens">"API tokens"</h2>
            <p class="hint">"A token lets a program do what you may do. "<a href="/api/openapi.json" rel="external">"What the API offers"</a></p>
            <Tokens tokens/>
            <PostForm
                to=CreateToken::PATH
                class="form form-row"
                reset=true
                on_done=Callback::new(move |returned: String| made.set(serde_json::from_str(&returned).ok()))
            >
                <label class="field">
                    <span>"What it is for"</span>
                    <input name="name" required maxlength="120"/>
                </label>
                <button class="button needs-js">"Make a token"</button>
            </PostForm>
            <noscript inner_html="<p class=\"hint\">A token can only be shown with JavaScript. Without it, <code>footnote token create</code> makes one.</p>"></noscript>
            {move || made.get().map(|made| view! { <TokenMade made/> })}
        </section>
    }
    .into_any()
}

#[component]
fn TokenMade(made: NewApiToken) -> impl IntoView {
    view! {
        <p class="note note-good" role="status">
            <Icon name="check"/>
            <span>
                "Keep it now; it is not shown again:"
                <code class="secret">{made.secret}</code>
            </span>
        </p>
    }
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
