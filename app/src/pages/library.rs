//! The collections.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use crate::{
    document::{Collection, Visibility},
    error::AppError,
    pages::ask::documents,
    parts::{post_form::PostForm, reading::show},
    paths,
    ports::{current_user, ports},
};

/// The collections that the reader may read.
struct Shelf {
    collections: Vec<Collection>,
    may_manage: bool,
}

/// What there is to read.
async fn read_library() -> Result<Shelf, AppError> {
    let reader = current_user()?;
    let collections = ports()?.library.collections(&reader).await?;
    Ok(Shelf { collections, may_manage: reader.is_admin() })
}

/// Makes a collection and leads on to it.
#[server(prefix = "/fn", endpoint = "create_collection")]
pub async fn create_collection(
    name: String,
    #[server(default)] description: String,
    visibility: Visibility,
) -> Result<(), AppError> {
    let actor = current_user()?;
    let new = crate::document::NewCollection { name, description, visibility };
    let collection = ports()?.library.create_collection(&actor, new).await?;
    leptos_axum::redirect(&paths::collection(collection.id));
    Ok(())
}

/// Lists the collections; who manages them makes new ones here.
#[component]
pub fn LibraryPage() -> impl IntoView {
    view! {
        <Title text="Library"/>
        <div class="page">
            <h1>"Library"</h1>
            {show(read_library(), view)}
        </div>
    }
}

fn view(shelf: Shelf) -> AnyView {
    let Shelf { collections, may_manage } = shelf;
    let list = if collections.is_empty() {
        view! {
            <p class="empty">
                {if may_manage {
                    "There are no collections yet. Make the first one below, then upload documents into it."
                } else {
                    "There is nothing yet that you may read. An administrator can give you access."
                }}
            </p>
        }
        .into_any()
    } else {
        let cards = collections.into_iter().map(|collection| view! { <Card collection/> }).collect_view();
        view! { <ul class="cards">{cards}</ul> }.into_any()
    };
    view! {
        {list}
        {may_manage.then(|| view! { <NewCollection/> })}
    }
    .into_any()
}

#[component]
fn Card(collection: Collection) -> impl IntoView {
    let counts = format!("{} · {} passages", documents(collection.documents), collection.chunks);
    view! {
        <li>
            <a href=paths::collection(collection.id)>
                <span class="card-name">{collection.name}</span>
                {(!collection.description.is_empty())
                    .then(|| view! { <span class="card-about">{collection.description}</span> })}
                <span class="card-foot">
                    <span>{counts}</span>
                    <VisibilityTag visibility=collection.visibility/>
                </span>
            </a>
        </li>
    }
}

/// Who may read it, in a word or two.
#[component]
pub(crate) fn VisibilityTag(visibility: Visibility) -> impl IntoView {
    match visibility {
        Visibility::Everyone => view! { <span class="tag">"Everyone"</span> },
        Visibility::Restricted => view! { <span class="tag tag-restricted">"Restricted"</span> },
    }
}

#[component]
fn NewCollection() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="new-collection">
            <h2 id="new-collection">"New collection"</h2>
            <PostForm to=CreateCollection::PATH class="form">
                <label class="field">
                    <span>"Name"</span>
                    <input name="name" required maxlength="120" placeholder="Employee handbook"/>
                </label>
                <label class="field">
                    <span>"What it is about"</span>
                    <input name="description" maxlength="500"/>
                </label>
                <VisibilityChoice chosen=Visibility::Everyone/>
                <button class="button button-primary">"Make it"</button>
            </PostForm>
        </section>
    }
}

/// Chooses who may read a collection.
#[component]
pub(crate) fn VisibilityChoice(chosen: Visibility) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend>"Who may read it"</legend>
            <label class="check">
                <input type="radio" name="visibility" value="everyone" checked=chosen == Visibility::Everyone/>
                <span>"Everyone who can sign in"</span>
            </label>
            <label class="check">
                <input type="radio" name="visibility" value="restricted" checked=chosen == Visibility::Restricted/>
                <span>"Only groups and people that are granted it"</span>
            </label>
        </fieldset>
    }
}
