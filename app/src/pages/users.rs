//! People: who may sign in, and as what.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account::{Role, User},
    error::AppError,
    parts::{
        confirm::Confirm,
        icon::Icon,
        post_form::PostForm,
        reading::{read, show},
    },
};

/// The roles in words.
const ROLES: [(Role, &str); 3] =
    [(Role::Employee, "Employee"), (Role::Support, "Support"), (Role::Admin, "Administrator")];

/// Everybody with an account, and who is looking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    pub users: Vec<User>,
    pub viewer: Uuid,
}

/// Everybody with an account.
#[server(prefix = "/fn", endpoint = "users", input = server_fn::codec::Json)]
pub async fn read_users() -> Result<People, AppError> {
    let actor = crate::ports::current_user()?;
    let users = crate::ports::ports()?.accounts.users(&actor).await?;
    Ok(People { users, viewer: actor.id })
}

/// Makes an account without a password, and a link by which its owner chooses one.
#[server(prefix = "/fn", endpoint = "create_user")]
pub async fn create_user(email: String, role: Role) -> Result<String, AppError> {
    let actor = crate::ports::current_user()?;
    let accounts = crate::ports::ports()?.accounts;
    let user = accounts.create_user(&actor, crate::account::NewUser { email, role, password: None }).await?;
    accounts.password_link(&actor, user.id).await
}

/// Makes a link by which a person chooses a new password.
#[server(prefix = "/fn", endpoint = "password_link")]
pub async fn make_password_link(id: Uuid) -> Result<String, AppError> {
    let actor = crate::ports::current_user()?;
    crate::ports::ports()?.accounts.password_link(&actor, id).await
}

/// Changes what a person may do, or whether they may sign in at all.
#[server(prefix = "/fn", endpoint = "change_user")]
pub async fn change_user(id: Uuid, role: Option<Role>, suspended: Option<bool>) -> Result<(), AppError> {
    let actor = crate::ports::current_user()?;
    let change = crate::account::UserChange { role, suspended };
    crate::ports::ports()?.accounts.change_user(&actor, id, change).await?;
    Ok(())
}

/// Lists people, adds them, and changes what they may do.
#[component]
pub fn UsersPage() -> impl IntoView {
    let people = read(|| ReadUsers {});
    let link = RwSignal::new(None::<String>);
    view! {
        <Title text="People"/>
        <div class="page">
            <h1>"People"</h1>
            {show(people, move |people| view(people, link))}
        </div>
    }
}

fn view(people: People, link: RwSignal<Option<String>>) -> AnyView {
    let People { users, viewer } = people;
    let rows = users
        .into_iter()
        .map(|user| {
            let is_self = user.id == viewer;
            view! { <Person user is_self link/> }
        })
        .collect_view();
    view! {
        <NewPerson link/>
        {move || link.get().map(|link| view! { <LinkMade link/> })}
        <ul class="people">{rows}</ul>
    }
    .into_any()
}

/// Takes a link that a server function returned.
fn took_link(link: RwSignal<Option<String>>) -> Callback<String> {
    Callback::new(move |returned: String| link.set(serde_json::from_str(&returned).ok()))
}

#[component]
fn NewPerson(link: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="new-person">
            <h2 id="new-person">"Add a person"</h2>
            <PostForm to=CreateUser::PATH class="form form-row" on_done=took_link(link) reset=true>
                <label class="field">
                    <span>"E-mail address"</span>
                    <input type="email" name="email" required autocomplete="off"/>
                </label>
                <label class="field">
                    <span>"Role"</span>
                    <select name="role">{role_options(Role::Employee)}</select>
                </label>
                <button class="button button-primary">"Add"</button>
            </PostForm>
            <p class="hint">"Employees ask and read, support staff also review answers, administrators also manage documents, people and settings. You get a link to send them, by which they choose their password."</p>
            <noscript inner_html="<p class=\"hint\">The link can only be shown with JavaScript. Without it, <code>footnote user create</code> makes accounts.</p>"></noscript>
        </section>
    }
}

#[component]
fn LinkMade(link: String) -> impl IntoView {
    let whole = format!("{}{link}", window().location().origin().unwrap_or_default());
    view! {
        <p class="note note-good" role="status">
            <Icon name="link"/>
            <span>
                "Send them this link. It works once, and is shown only now:"
                <code class="secret">{whole}</code>
            </span>
        </p>
    }
}

#[component]
fn Person(user: User, is_self: bool, link: RwSignal<Option<String>>) -> impl IntoView {
    let id = user.id;
    let groups = user.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ");
    let tag = user.suspended.then(|| view! { <span class="tag tag-bad">"Suspended"</span> });
    let role = ROLES.into_iter().find(|(role, _)| *role == user.role).map(|(_, name)| name);
    view! {
        <li class="person">
            <div class="person-name">
                <strong>{user.email}</strong>
                {is_self.then(|| view! { <span class="tag">"You"</span> })}
                {tag}
                <span class="hint">{if groups.is_empty() { "in no group".to_owned() } else { groups }}</span>
            </div>
            {if is_self {
                // Nobody locks themselves out by accident.
                view! { <span class="hint">{role}</span> }.into_any()
            } else {
                view! {
                    <PostForm to=ChangeUser::PATH class="form-row">
                        <input type="hidden" name="id" value=id.to_string()/>
                        <label class="choice">
                            <span class="visually-hidden">"Role"</span>
                            <select name="role">{role_options(user.role)}</select>
                        </label>
                        <button class="button button-quiet">"Save"</button>
                    </PostForm>
                    <div class="person-actions">
                        <PostForm to=MakePasswordLink::PATH on_done=took_link(link) class="needs-js">
                            <button class="button button-quiet" name="id" value=id.to_string()>
                                "Password link"
                            </button>
                        </PostForm>
                        <Suspension id suspended=user.suspended/>
                    </div>
                }
                .into_any()
            }}
        </li>
    }
}

#[component]
fn Suspension(id: Uuid, suspended: bool) -> impl IntoView {
    if suspended {
        view! {
            <PostForm to=ChangeUser::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="button button-quiet" name="suspended" value="false">
                    "Let in again"
                </button>
            </PostForm>
        }
        .into_any()
    } else {
        view! {
            <Confirm label="Suspend" question="They are signed out everywhere, and their tokens stop working.">
                <PostForm to=ChangeUser::PATH>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button class="button button-danger" name="suspended" value="true">
                        "Suspend"
                    </button>
                </PostForm>
            </Confirm>
        }
        .into_any()
    }
}

fn role_options(chosen: Role) -> impl IntoView {
    ROLES
        .into_iter()
        .map(|(role, name)| {
            view! {
                <option value=role.as_str() selected=role == chosen>
                    {name}
                </option>
            }
        })
        .collect_view()
}
