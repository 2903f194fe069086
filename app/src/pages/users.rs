//! People: who may sign in, and as what.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use crate::{
    account::{NewUser, Role, User, UserChange},
    error::AppError,
    notice::{Notice, tell},
    parts::{confirm::Confirm, post_form::PostForm, reading::show},
    ports::{current_user, ports},
};

/// The roles in words.
const ROLES: [(Role, &str); 3] =
    [(Role::Employee, "Employee"), (Role::Support, "Support"), (Role::Admin, "Administrator")];

/// Everybody with an account, and who is looking.
struct People {
    users: Vec<User>,
    viewer: Uuid,
}

/// Everybody with an account.
async fn read_users() -> Result<People, AppError> {
    let actor = current_user()?;
    let users = ports()?.accounts.users(&actor).await?;
    Ok(People { users, viewer: actor.id })
}

/// Makes an account without a password, and a link by which its owner chooses one.
#[server(prefix = "/fn", endpoint = "create_user")]
pub async fn create_user(email: String, role: Role) -> Result<(), AppError> {
    let actor = current_user()?;
    let accounts = ports()?.accounts;
    let user = accounts.create_user(&actor, NewUser { email, role, password: None }).await?;
    tell(Notice::LinkMade(whole(&accounts.password_link(&actor, user.id).await?)))
}

/// Makes a link by which a person chooses a new password.
#[server(prefix = "/fn", endpoint = "password_link")]
pub async fn make_password_link(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    tell(Notice::LinkMade(whole(&ports()?.accounts.password_link(&actor, id).await?)))
}

/// The path under the address at which the administrator's browser knows this site.
fn whole(path: &str) -> String {
    let request = use_context::<http::request::Parts>();
    let origin =
        request.as_ref().and_then(|request| request.headers.get(http::header::ORIGIN)?.to_str().ok());
    format!("{}{path}", origin.unwrap_or_default())
}

/// Changes what a person may do, or whether they may sign in at all.
#[server(prefix = "/fn", endpoint = "change_user")]
pub async fn change_user(id: Uuid, role: Option<Role>, suspended: Option<bool>) -> Result<(), AppError> {
    let actor = current_user()?;
    let change = UserChange { role, suspended };
    ports()?.accounts.change_user(&actor, id, change).await?;
    tell(Notice::Done("Saved."))
}

/// Lists people, adds them, and changes what they may do.
#[component]
pub fn UsersPage() -> impl IntoView {
    view! {
        <Title text="People"/>
        <div class="page">
            <h1>"People"</h1>
            {show(read_users(), view)}
        </div>
    }
}

fn view(people: People) -> AnyView {
    let People { users, viewer } = people;
    let rows = users
        .into_iter()
        .map(|user| {
            let is_self = user.id == viewer;
            view! { <Person user is_self/> }
        })
        .collect_view();
    view! {
        <NewPerson/>
        <ul class="people">{rows}</ul>
    }
    .into_any()
}

#[component]
fn NewPerson() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="new-person">
            <h2 id="new-person">"Add a person"</h2>
            <PostForm to=CreateUser::PATH class="form form-row">
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
        </section>
    }
}

#[component]
fn Person(user: User, is_self: bool) -> impl IntoView {
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
                        <PostForm to=MakePasswordLink::PATH>
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
