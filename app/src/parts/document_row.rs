//! A document in a list.

use leptos::{prelude::*, server_fn::ServerFn};
use uuid::Uuid;

use crate::{
    document::{Document, Status},
    error::AppError,
    islands::ingest_progress::stage_name,
    notice::{Notice, tell},
    parts::{confirm::Confirm, icon::Icon, media_type::name_of, post_form::PostForm},
    paths,
    ports::{current_user, ports},
};

/// Reads a failed document again.
#[server(prefix = "/fn", endpoint = "retry_document")]
pub async fn retry_document(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.retry_document(&actor, id).await
}

/// Deletes a document from search, answers and disk.
#[server(prefix = "/fn", endpoint = "delete_document")]
pub async fn delete_document(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.delete_document(&actor, id).await?;
    tell(Notice::Done("The document is gone."))
}

/// A document's name, how it stands, and what can be done about it.
#[component]
pub fn DocumentRow(document: Document, may_manage: bool) -> impl IntoView {
    let id = document.id;
    let path = if document.folder.is_empty() {
        document.filename.clone()
    } else {
        format!("{}/{}", document.folder, document.filename)
    };
    let (title, about) = (document.title.clone(), about(&document));
    let failure = document.error.as_ref().map(|failure| failure.detail.clone());
    let has_failed = document.status == Status::Failed;
    // An older version stays readable while a newer one is read, or has failed.
    let is_readable = document.status == Status::Ready || document.version > 1;

    view! {
        <li class="document">
            <div class="document-name">
                {if is_readable {
                    view! { <a href=paths::document(id)>{title}</a> }.into_any()
                } else {
                    view! { <span>{title}</span> }.into_any()
                }}
                <span class="document-path">{path}</span>
            </div>
            <span class="document-about">{about}</span>
            <StatusTag document/>
            {may_manage
                .then(|| {
                    view! {
                        <div class="document-actions">
                            {has_failed
                                .then(|| {
                                    view! {
                                        <PostForm to=RetryDocument::PATH>
                                            <button class="button button-quiet" name="id" value=id.to_string()>
                                                "Retry"
                                            </button>
                                        </PostForm>
                                    }
                                })}
                            <Confirm
                                label="Remove"
                                question="It will be gone for good, and with it every answer that quotes it."
                            >
                                <PostForm to=DeleteDocument::PATH>
                                    <button class="button button-danger" name="id" value=id.to_string()>
                                        "Remove for good"
                                    </button>
                                </PostForm>
                            </Confirm>
                        </div>
                    }
                })}
            {failure
                .map(|failure| {
                    view! {
                        <p class="document-failure">
                            <Icon name="alert"/>
                            <span>{failure}</span>
                        </p>
                    }
                })}
        </li>
    }
}

fn about(document: &Document) -> String {
    let mut about = vec![name_of(&document.media_type).to_owned(), size(document.size_bytes)];
    about.extend(
        document.pages.map(|pages| if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") }),
    );
    about.join(" · ")
}

#[component]
fn StatusTag(document: Document) -> impl IntoView {
    let (class, text) = match document.status {
        Status::Queued => ("tag", "Waiting".to_owned()),
        Status::Processing => ("tag tag-busy", stage_name(document.stage.as_deref()).to_owned()),
        Status::Ready => ("tag tag-good", "Searchable".to_owned()),
        Status::Failed => ("tag tag-bad", "Failed".to_owned()),
    };
    view! { <span class=class>{text}</span> }
}

/// A size in the unit that suits it.
pub(crate) fn size(bytes: i64) -> String {
    const UNIT: i64 = 1024;
    match bytes {
        ..UNIT => format!("{bytes} B"),
        _ if bytes < UNIT * UNIT => format!("{} KB", bytes / UNIT),
        _ => format!("{}.{} MB", bytes / (UNIT * UNIT), bytes % (UNIT * UNIT) * 10 / (UNIT * UNIT)),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_written_in_the_unit_that_suits_them() {
        assert_eq!([size(900), size(20_480), size(1_572_864)], ["900 B", "20 KB", "1.5 MB"]);
    }
}
