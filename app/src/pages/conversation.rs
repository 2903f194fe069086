//! A conversation: questions, answers and their sources.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use crate::{
    conversation::Conversation,
    error::AppError,
    islands::message::MessageView,
    notice::{Notice, tell},
    pages::id_in,
    parts::{confirm::Confirm, icon::Icon, post_form::PostForm, question_form::QuestionForm, reading::show},
    ports::{current_user, ports},
};

/// A conversation of the reader's own.
async fn read_conversation(id: Option<Uuid>) -> Result<Conversation, AppError> {
    let reader = current_user()?;
    ports()?.answers.conversation(&reader, id.ok_or(AppError::NotFound)?).await
}

/// Gives a conversation another title.
#[server(prefix = "/fn", endpoint = "rename_conversation")]
pub async fn rename_conversation(id: Uuid, title: String) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.answers.rename_conversation(&actor, id, title).await?;
    tell(Notice::Done("Renamed."))
}

/// Deletes a conversation with its questions and answers.
#[server(prefix = "/fn", endpoint = "delete_conversation")]
pub async fn delete_conversation(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.answers.delete_conversation(&actor, id).await?;
    tell(Notice::Done("The conversation is gone."))?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Shows it, and asks what else there is to know.
#[component]
pub fn ConversationPage() -> impl IntoView {
    let params = use_params_map();
    view! { <div class="page page-conversation">{show(read_conversation(id_in(params)), view)}</div> }
}

fn view(conversation: Conversation) -> AnyView {
    let Conversation { id, title, messages, .. } = conversation;
    let messages =
        messages.into_iter().map(|message| view! { <MessageView message conversation=id/> }).collect_view();
    view! {
        <Title text=title.clone()/>
        <header class="conversation-head">
            <h1>{title.clone()}</h1>
            <Manage id title/>
        </header>
        {messages}
        <div class="follow-up">
            <QuestionForm conversation=id/>
        </div>
    }
    .into_any()
}

#[component]
fn Manage(id: Uuid, title: String) -> impl IntoView {
    view! {
        <details class="manage">
            <summary class="button button-quiet" aria-label="Rename or delete this conversation">
                <Icon name="more"/>
            </summary>
            <div class="manage-body">
                <PostForm to=RenameConversation::PATH class="form-row">
                    <input type="hidden" name="id" value=id.to_string()/>
                    <label class="field">
                        <span>"Title"</span>
                        <input name="title" required maxlength="200" value=title/>
                    </label>
                    <button class="button">"Rename"</button>
                </PostForm>
                <Confirm
                    label="Delete"
                    question="The questions and answers of this conversation will be gone for good."
                >
                    <PostForm to=DeleteConversation::PATH>
                        <button class="button button-danger" name="id" value=id.to_string()>
                            "Delete this conversation"
                        </button>
                    </PostForm>
                </Confirm>
            </div>
        </details>
    }
}
