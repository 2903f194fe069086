//! Who may read a restricted collection.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    account::{Group, User},
    document::Grants,
    error::AppError,
    notice::{Notice, tell},
    parts::{check::Check, post_form::PostForm},
    ports::{current_user, ports},
};

/// Says anew who may read a restricted collection.
#[server(prefix = "/fn", endpoint = "set_grants")]
pub async fn set_grants(
    id: Uuid,
    #[server(default)] groups: Vec<Uuid>,
    #[server(default)] users: Vec<Uuid>,
) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.set_grants(&actor, id, Grants { groups, users }).await?;
    tell(Notice::Done("Saved."))
}

/// Who may read a restricted collection, and who could.
pub struct Readers {
    pub(crate) grants: Grants,
    pub(crate) groups: Vec<Group>,
    pub(crate) users: Vec<User>,
}

/// Ticks groups and people.
#[component]
pub fn GrantsForm(id: Uuid, readers: Readers) -> impl IntoView {
    let Readers { grants, groups, users } = readers;
    let groups = groups
        .into_iter()
        .map(|group| {
            let has_it = grants.groups.contains(&group.id);
            view! { <Check name="groups[]" id=group.id label=group.name checked=has_it/> }
        })
        .collect::<Vec<_>>();
    let users = users
        .into_iter()
        .filter(|user| !user.is_admin())
        .map(|user| {
            let has_it = grants.users.contains(&user.id);
            view! { <Check name="users[]" id=user.id label=user.email checked=has_it/> }
        })
        .collect::<Vec<_>>();
    let nobody = groups.is_empty() && users.is_empty();
    view! {
        <section class="panel" aria-labelledby="grants">
            <h2 id="grants">"Who may read it"</h2>
            <p class="hint">"Besides administrators, who read everything."</p>
            {if nobody {
                view! {
                    <p class="empty">
                        "There are no groups or people to grant it to. "
                        <a href="/admin/users">"Add people"</a>
                        "."
                    </p>
                }
                .into_any()
            } else {
                view! {
                    <PostForm to=SetGrants::PATH class="form">
                        <input type="hidden" name="id" value=id.to_string()/>
                        {(!groups.is_empty())
                            .then(|| {
                                view! {
                                    <fieldset class="field checks">
                                        <legend>"Groups"</legend>
                                        {groups.collect_view()}
                                    </fieldset>
                                }
                            })}
                        {(!users.is_empty())
                            .then(|| {
                                view! {
                                    <fieldset class="field checks">
                                        <legend>"People"</legend>
                                        {users.collect_view()}
                                    </fieldset>
                                }
                            })}
                        <button class="button">"Save who may read it"</button>
                    </PostForm>
                }
                .into_any()
            }}
        </section>
    }
}
