//! A collection: its documents, how they come along, and who may read them.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use crate::{
    document::{Collection, Document, IngestProgress, Visibility},
    error::AppError,
    folder::Following,
    islands::{ingest_progress::Ingesting, upload_form::UploadForm},
    list::{Page, PageRequest},
    model::{LanguageModel, ModelRule},
    notice::{Notice, tell},
    pages::{
        ask::documents,
        library::{VisibilityChoice, VisibilityTag},
    },
    parts::{
        confirm::Confirm,
        document_list::{Documents, Listing},
        folder_form::FolderForm,
        grants_form::{GrantsForm, Readers},
        icon::Icon,
        model_rule_form::ModelRuleForm,
        post_form::PostForm,
        reading::show,
    },
    ports::{Ports, current_user, ports},
};

/// How many documents a page lists.
const LISTED: u32 = 50;

/// A collection as its page shows it.
struct CollectionView {
    collection: Collection,
    listing: Listing,
    documents: Page<Document>,
    progress: IngestProgress,
    /// For who manages it.
    managed: Option<Managed>,
}

/// What who manages a collection sees besides.
struct Managed {
    readers: Readers,
    following: Following,
    rule: ModelRule,
    models: Vec<LanguageModel>,
}

/// A collection with a page of its documents.
async fn read_collection(listing: Listing) -> Result<CollectionView, AppError> {
    let reader = current_user()?;
    let Ports { library, accounts, answers, .. } = ports()?;
    let id = listing.collection.ok_or(AppError::NotFound)?;

    let collection = library.collection(&reader, id).await?;
    let filter = crate::document::DocumentFilter {
        collection: Some(id),
        status: listing.status,
        name: listing.name.clone(),
        external_id: None,
    };
    let page = PageRequest { limit: Some(LISTED), cursor: listing.cursor.clone() };
    let documents = library.documents(&reader, filter, page).await?;
    let progress = library.ingest_progress(&reader, id).await?;
    let managed = if reader.is_admin() {
        let grants = library.grants(&reader, id).await?;
        let (groups, users) = (accounts.groups(&reader).await?, accounts.users(&reader).await?);
        let following = library.following(&reader, id).await?;
        let rule = answers.model_rule(&reader, id).await?;
        let models = answers.language_models(&reader).await?;
        Some(Managed { readers: Readers { grants, groups, users }, following, rule, models })
    } else {
        None
    };
    Ok(CollectionView { collection, listing, documents, progress, managed })
}

/// Changes a collection's name, description and visibility.
#[server(prefix = "/fn", endpoint = "change_collection")]
pub async fn change_collection(
    id: Uuid,
    name: String,
    #[server(default)] description: String,
    visibility: Visibility,
) -> Result<(), AppError> {
    let actor = current_user()?;
    let change = crate::document::CollectionChange {
        name: Some(name),
        description: Some(description),
        visibility: Some(visibility),
    };
    ports()?.library.change_collection(&actor, id, change).await?;
    tell(Notice::Done("Saved."))
}

/// Deletes a collection and the documents in it.
#[server(prefix = "/fn", endpoint = "delete_collection")]
pub async fn delete_collection(id: Uuid) -> Result<(), AppError> {
    let actor = current_user()?;
    ports()?.library.delete_collection(&actor, id).await?;
    tell(Notice::Done("The collection is gone."))?;
    leptos_axum::redirect("/library");
    Ok(())
}

/// Shows a collection; who manages it uploads, grants and deletes here.
#[component]
pub fn CollectionPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let listing = Listing::from_address(&params.read_untracked(), &query.read_untracked());
    view! { <div class="page">{show(read_collection(listing), view)}</div> }
}

fn view(view: CollectionView) -> AnyView {
    let CollectionView { collection, listing, documents: page, progress, managed } = view;
    let id = collection.id;
    let may_manage = managed.is_some() && !collection.is_guide;

    view! {
        <Title text=collection.name.clone()/>
        <nav class="crumbs" aria-label="Where you are">
            <a href="/library">"Library"</a>
        </nav>
        <header class="page-head">
            <h1>{collection.name.clone()}</h1>
            <VisibilityTag visibility=collection.visibility/>
        </header>
        {(!collection.description.is_empty())
            .then(|| view! { <p class="lede">{collection.description.clone()}</p> })}
        {collection.is_guide.then(|| view! {
            <p class="hint">"The guide comes with the product and follows its version, so nothing is uploaded here."</p>
        })}
        <p class="hint" id="counts">{format!("{} · {} searchable passages", documents(collection.documents), collection.chunks)}</p>
        {may_manage.then(|| view! { <UploadForm collection=id/> <CameBack/> })}
        <Ingesting collection=id progress/>
        <Documents collection=id listing page may_manage/>
        {managed.map(|managed| view! { <Manage collection managed/> })}
    }
    .into_any()
}

/// What came of a form that was sent without JavaScript, as the address says it.
#[component]
fn CameBack() -> impl IntoView {
    let query = use_query_map();
    let count = |name: &str| query.read_untracked().get(name).and_then(|count| count.parse::<u32>().ok());
    count("uploaded").map(|uploaded| {
        let refused = count("refused").unwrap_or(0);
        let words = match refused {
            0 => format!("{uploaded} uploaded."),
            refused => format!("{uploaded} uploaded, {refused} refused: their kind of file can't be read, or they are too large."),
        };
        view! {
            <p class="upload-outcome" role="status">
                {words}
            </p>
        }
    })
}

/// What who manages the collection can change of it.
#[component]
fn Manage(collection: Collection, managed: Managed) -> impl IntoView {
    let Managed { readers, following, rule, models } = managed;
    let id = collection.id;
    let is_restricted = collection.visibility == Visibility::Restricted;
    let count = collection.documents;
    view! {
        {is_restricted.then(|| view! { <GrantsForm id readers/> })}
        {(!collection.is_guide).then(|| view! { <FolderForm id following/> })}
        <ModelRuleForm id rule models/>
        {(!collection.is_guide)
            .then(|| {
                view! {
                    <details class="panel">
                        <summary>
                            <Icon name="settings"/>
                            "Name, visibility, deletion"
                        </summary>
                        <PostForm to=ChangeCollection::PATH class="form">
                            <input type="hidden" name="id" value=id.to_string()/>
                            <label class="field">
                                <span>"Name"</span>
                                <input name="name" required maxlength="120" value=collection.name/>
                            </label>
                            <label class="field">
                                <span>"What it is about"</span>
                                <input name="description" maxlength="500" value=collection.description/>
                            </label>
                            <VisibilityChoice chosen=collection.visibility/>
                            <button class="button">"Save"</button>
                        </PostForm>
                        <Confirm
                            label="Delete this collection"
                            question=format!(
                                "{} will be gone for good, and with them every answer that quotes them.",
                                documents(count),
                            )
                        >
                            <PostForm to=DeleteCollection::PATH>
                                <button class="button button-danger" name="id" value=id.to_string()>
                                    "Delete it with its documents"
                                </button>
                            </PostForm>
                        </Confirm>
                    </details>
                }
            })}
    }
}
