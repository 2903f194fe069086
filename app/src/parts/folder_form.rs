//! The folder on the server that a collection is kept in step with.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    error::AppError,
    folder::{FolderChoice, FollowedFolder, Following},
    notice::{Notice, tell},
    parts::{confirm::Confirm, icon::Icon, post_form::PostForm},
    ports::{current_user, ports},
};

/// Keeps the collection in step with a folder from now on.
#[server(prefix = "/fn", endpoint = "follow_folder")]
pub async fn follow_folder(id: Uuid, path: String) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.follow_folder(&actor, id, FolderChoice { path }).await?;
    tell(Notice::Done("The collection follows the folder. Its files are being taken in."))
}

/// Follows no folder any more; what was taken in stays.
#[server(prefix = "/fn", endpoint = "unfollow_folder")]
pub async fn unfollow_folder(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.unfollow_folder(&actor, id).await?;
    tell(Notice::Done("The collection follows no folder any more. What was taken in stays."))
}

/// Says which folder is followed, or asks for one where some may be.
#[component]
pub fn FolderForm(id: Uuid, following: Following) -> impl IntoView {
    let Following { folder, allowed } = following;
    if folder.is_none() && allowed.is_empty() {
        return ().into_any();
    }
    let below = allowed.join(", ");
    view! {
        <section class="panel" aria-labelledby="folder">
            <h2 id="folder">"Kept in step with a folder"</h2>
            {match folder {
                Some(folder) => view! { <Followed id folder/> }.into_any(),
                None => view! {
                    <PostForm to=FollowFolder::PATH class="form form-row">
                        <input type="hidden" name="id" value=id.to_string()/>
                        <label class="field">
                            <span>"Folder on the server"</span>
                            <input name="path" required placeholder=allowed.first().cloned()/>
                        </label>
                        <button class="button">"Follow it"</button>
                    </PostForm>
                    <p class="hint">{format!("At or below {below}. New, changed, renamed and removed files are mirrored here.")}</p>
                }
                .into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Followed(id: Uuid, folder: FollowedFolder) -> impl IntoView {
    let FollowedFolder { path, files, looked_at, problem } = folder;
    let compared = match looked_at {
        Some(at) => format!("{files} files, compared {}", at.day()),
        None => "not compared yet".to_owned(),
    };
    view! {
        <p>
            <code>{path}</code>
            " "
            <span class="hint">{compared}</span>
        </p>
        {problem.map(|problem| view! {
            <p class="note note-error">
                <Icon name="alert"/>
                <span>{problem}</span>
            </p>
        })}
        <Confirm label="Follow it no more" question="What was taken in stays; later changes in the folder don't arrive here.">
            <PostForm to=UnfollowFolder::PATH>
                <button class="button button-danger" name="id" value=id.to_string()>
                    "Follow it no more"
                </button>
            </PostForm>
        </Confirm>
    }
}
