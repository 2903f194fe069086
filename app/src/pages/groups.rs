//! Groups: people who may read the same collections.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use crate::{
    account::{Group, User},
    error::AppError,
    notice::{Notice, tell},
    parts::{check::Check, confirm::Confirm, post_form::PostForm, reading::show},
    ports::{current_user, ports},
};

/// The groups, and who could be in them.
struct Groups {
    groups: Vec<Group>,
    users: Vec<User>,
}

/// The groups and everybody with an account.
async fn read_groups() -> Result<Groups, AppError> {
    let actor = current_user()?;
    let accounts = ports()?.accounts;
    Ok(Groups { groups: accounts.groups(&actor).await?, users: accounts.users(&actor).await? })
}

/// Makes a group.
#[server(prefix = "/fn", endpoint = "create_group")]
pub async fn create_group(name: String) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.create_group(&actor, name).await?;
    tell(Notice::Done("The group is made."))
}

/// Gives a group another name.
#[server(prefix = "/fn", endpoint = "rename_group")]
pub async fn rename_group(id: Uuid, name: String) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.rename_group(&actor, id, name).await?;
    tell(Notice::Done("Saved."))
}

/// Deletes a group; its members lose what it was granted.
#[server(prefix = "/fn", endpoint = "delete_group")]
pub async fn delete_group(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.delete_group(&actor, id).await?;
    tell(Notice::Done("The group is gone."))
}

/// Says anew who is in a group.
#[server(prefix = "/fn", endpoint = "set_members")]
pub async fn set_members(id: Uuid, #[server(default)] users: Vec<Uuid>) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.accounts.set_members(&actor, id, users).await?;
    tell(Notice::Done("Saved."))
}

/// Lists groups, makes them, and says who is in them.
#[component]
pub fn GroupsPage() -> impl IntoView {
    view! {
        <Title text="Groups"/>
        <div class="page">
            <h1>"Groups"</h1>
            {show(read_groups(), view)}
        </div>
    }
}

fn view(groups: Groups) -> AnyView {
    let Groups { groups, users } = groups;
    let list = if groups.is_empty() {
        view! {
            <p class="empty">
                "There are no groups yet. A restricted collection is granted to a group, and so to everybody in it."
            </p>
        }
        .into_any()
    } else {
        groups
            .into_iter()
            .map(|group| {
                let users = users.clone();
                view! { <GroupPanel group users/> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="new-group">
            <h2 id="new-group">"New group"</h2>
            <PostForm to=CreateGroup::PATH class="form form-row">
                <label class="field">
                    <span>"Name"</span>
                    <input name="name" required maxlength="120" placeholder="Human resources"/>
                </label>
                <button class="button button-primary">"Make it"</button>
            </PostForm>
        </section>
        {list}
    }
    .into_any()
}

#[component]
fn GroupPanel(group: Group, users: Vec<User>) -> impl IntoView {
    let id = group.id;
    let count = match group.members.len() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    let members = users
        .into_iter()
        .map(|user| {
            let is_member = group.members.contains(&user.id);
            view! { <Check name="users[]" id=user.id label=user.email checked=is_member/> }
        })
        .collect_view();
    view! {
        <details class="panel">
            <summary>
                <strong>{group.name.clone()}</strong>
                <span class="hint">{count}</span>
            </summary>
            <PostForm to=SetMembers::PATH class="form">
                <input type="hidden" name="id" value=id.to_string()/>
                <fieldset class="field checks">
                    <legend>"Members"</legend>
                    {members}
                </fieldset>
                <button class="button">"Save members"</button>
            </PostForm>
            <PostForm to=RenameGroup::PATH class="form form-row">
                <input type="hidden" name="id" value=id.to_string()/>
                <label class="field">
                    <span>"Name"</span>
                    <input name="name" required maxlength="120" value=group.name/>
                </label>
                <button class="button">"Rename"</button>
            </PostForm>
            <Confirm label="Delete this group" question="Its members lose access to what it was granted.">
                <PostForm to=DeleteGroup::PATH>
                    <button class="button button-danger" name="id" value=id.to_string()>
                        "Delete this group"
                    </button>
                </PostForm>
            </Confirm>
        </details>
    }
}
