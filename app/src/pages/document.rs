//! A document: its text, with the passage that the reader came for.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use uuid::Uuid;

use crate::{
    document::{Document, DocumentView, OutlineEntry, Status, ViewBlock, ViewPassage},
    error::AppError,
    islands::pdf::view::PdfPages,
    parts::{
        archive_files::ArchiveFiles,
        document_row::size,
        document_text::{DocumentText, PASSAGE},
        editions::Editions,
        icon::Icon,
        media_type::name_of,
        place::page_beside,
        reading::show,
    },
    paths,
    ports::{current_user, ports},
    shell::PdfJs,
};

/// The media type whose pages can be shown.
const PDF: &str = "application/pdf";

/// Which part of which document, as the address says it.
#[derive(Default)]
struct Place {
    document: Option<Uuid>,
    passage: Option<Uuid>,
    part: Option<u32>,
    /// The text is wanted, where the pages could be shown as well.
    is_text: bool,
}

impl Place {
    fn from_address(params: &ParamsMap, query: &ParamsMap) -> Self {
        Self {
            document: params.get("id").and_then(|id| id.parse().ok()),
            passage: query.get("passage").and_then(|id| id.parse().ok()),
            is_text: query.get("view").as_deref() == Some("text"),
            part: query.get("part").and_then(|part| part.parse().ok()),
        }
    }
}

/// A document's text, and how it is to be shown.
struct Shown {
    view: DocumentView,
    is_text: bool,
}

/// A part of a document that the reader may read.
async fn read_document(place: Place) -> Result<Shown, AppError> {
    let reader = current_user()?;
    let Place { document, passage, part, is_text } = place;
    let id = document.ok_or(AppError::NotFound)?;
    let view = ports()?.library.view_document(&reader, id, passage, part).await?;
    Ok(Shown { view, is_text })
}

/// Shows the document, and lands on the passage.
#[component]
pub fn DocumentPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let place = Place::from_address(&params.read_untracked(), &query.read_untracked());
    view! { <div class="page page-document">{show(read_document(place), view)}</div> }
}

fn view(Shown { view, is_text }: Shown) -> AnyView {
    let document = view.document.clone();
    let original = original_page(&document, view.passage.as_ref().and_then(|passage| passage.page));
    let pages = pages_of(&document);

    view! {
        <Title text=document.title.clone()/>
        <nav class="crumbs" aria-label="Where you are">
            <a href="/library">"Library"</a>
            <a href=paths::collection(document.collection_id)>{document.collection_name.clone()}</a>
            {folder(&document)}
        </nav>
        <header class="page-head">
            <h1>{document.title.clone()}</h1>
            <a class="button" href=paths::original(document.id, original) rel="external">
                <Icon name="file"/>
                {match original {
                    Some(page) => format!("Original, page {page}"),
                    None => "Original".to_owned(),
                }}
            </a>
        </header>
        <About document=document.clone()/>
        <Editions document=document.clone()/>
        {pages.is_some().then(|| view! { <Views id=document.id passage=view.passage.as_ref().map(|passage| passage.chunk_id) is_text/> })}
        {match pages.filter(|_| !is_text) {
            Some(pages) => with_pages(view, pages),
            None => text(view),
        }}
    }
    .into_any()
}

/// The folder, which of a file of an archive leads to that.
fn folder(document: &Document) -> Option<AnyView> {
    let folder = document.folder.clone();
    match document.parent_id {
        _ if folder.is_empty() => None,
        Some(archive) => Some(view! { <a href=paths::document(archive)>{folder}</a> }.into_any()),
        None => Some(view! { <span>{folder}</span> }.into_any()),
    }
}

/// How many pages there are to draw, where the document is a PDF that was read.
fn pages_of(document: &Document) -> Option<u32> {
    let pages = document.pages.and_then(|pages| u32::try_from(pages).ok());
    pages.filter(|pages| *pages > 0 && document.media_type == PDF)
}

/// The pages; the text until they can be shown.
fn with_pages(view: DocumentView, pages: u32) -> AnyView {
    let pdf_js = expect_context::<PdfJs>().0;
    let id = view.document.id;
    let passage = view.passage.as_ref().and_then(|passage| {
        let page = passage.page.and_then(|page| u32::try_from(page).ok())?;
        Some((page, marked_text(&view.blocks)))
    });
    view! {
        <PdfPages document=id pages pdf_js passage/>
        <div class="no-js">{text(view)}</div>
    }
    .into_any()
}

/// The words of the passage.
fn marked_text(blocks: &[ViewBlock]) -> String {
    let marked = blocks.iter().flat_map(|block| &block.runs).filter(|run| run.marked);
    marked.map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn text(view: DocumentView) -> AnyView {
    let DocumentView { document, blocks, part, parts, outline, passage, members } = view;
    let id = document.id;
    view! {
        {passage.map(|passage| view! { <CameFor passage/> })}
        <div class="document-columns">
            {(outline.len() > 1).then(|| view! { <Contents id outline part/> })}
            <div class="document-body">
                {(parts > 1).then(|| view! { <Parts id part parts/> })}
                {if blocks.is_empty() {
                    view! { <p class="empty">{without_text(document.status)}</p> }.into_any()
                } else if document.is_archive() {
                    view! { <ArchiveFiles lines=blocks members/> }.into_any()
                } else {
                    view! { <DocumentText blocks/> }.into_any()
                }}
                {(parts > 1).then(|| view! { <Parts id part parts/> })}
            </div>
        </div>
    }
    .into_any()
}

/// Chooses between the pages and the text.
#[component]
fn Views(id: Uuid, passage: Option<Uuid>, is_text: bool) -> impl IntoView {
    let with_passage = |view: &str| match passage {
        Some(passage) => format!("{}?view={view}&passage={passage}#passage", paths::document(id)),
        None => format!("{}?view={view}", paths::document(id)),
    };
    let current = |is_current: bool| is_current.then_some("page");
    view! {
        <nav class="views needs-js" aria-label="Shown as">
            <a href=with_passage("pages") aria-current=current(!is_text)>"Pages"</a>
            <a href=with_passage("text") aria-current=current(is_text)>"Text"</a>
        </nav>
    }
}

/// The page to open the original at, where it has pages that a browser can open.
fn original_page(document: &Document, page: Option<i32>) -> Option<i32> {
    page.filter(|_| document.media_type == PDF)
}

fn without_text(status: Status) -> &'static str {
    match status {
        Status::Queued | Status::Processing => "This document is still being read.",
        Status::Failed => "This document could not be read, so there is no text to show.",
        Status::Ready => "There is no text in this document.",
    }
}

#[component]
fn About(document: Document) -> impl IntoView {
    let pages =
        document.pages.map(|pages| if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") });
    let version = (document.version > 1).then(|| format!("version {}", document.version));
    let failure = document.error.map(|failure| failure.detail);
    view! {
        <p class="document-facts">
            <span>{name_of(&document.media_type).to_owned()}</span>
            <span>{size(document.size_bytes)}</span>
            {pages.map(|pages| view! { <span>{pages}</span> })}
            {version.map(|version| view! { <span>{version}</span> })}
            <span>
                "updated "
                <time datetime=document.updated_at.as_str().to_owned()>{document.updated_at.day()}</time>
            </span>
            {document.url.map(|url| view! { <a href=url.clone() rel="external noopener noreferrer">{url.clone()}</a> })}
        </p>
        {failure
            .map(|failure| {
                view! {
                    <p class="note note-error">
                        <Icon name="alert"/>
                        <span>"Its newest version could not be read: " {failure}</span>
                    </p>
                }
            })}
    }
}

#[component]
fn CameFor(passage: ViewPassage) -> impl IntoView {
    let mut place = passage.heading_path;
    place.extend(page_beside(&place, passage.page));
    let place = place.join(" › ");
    view! {
        <p class="came-for">
            <a href=format!("#{PASSAGE}")>
                <Icon name="arrow-down"/>
                "To the passage"
            </a>
            <span>{place}</span>
        </p>
    }
}

#[component]
fn Contents(id: Uuid, outline: Vec<OutlineEntry>, part: u32) -> impl IntoView {
    let entries = outline
        .into_iter()
        .map(|entry| {
            let href = if entry.part == part {
                format!("#{}", entry.anchor)
            } else {
                format!("{}#{}", paths::document_part(id, entry.part), entry.anchor)
            };
            let class = match entry.level {
                ..=1 => "level-1",
                2 => "level-2",
                _ => "level-3",
            };
            view! {
                <li class=class>
                    <a href=href>{entry.text}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="contents" aria-label="Contents">
            <details open>
                <summary class="overline">"Contents"</summary>
                <ol>{entries}</ol>
            </details>
        </nav>
    }
}

#[component]
fn Parts(id: Uuid, part: u32, parts: u32) -> impl IntoView {
    let before = (part > 1).then(|| paths::document_part(id, part - 1));
    let after = (part < parts).then(|| paths::document_part(id, part + 1));
    view! {
        <nav class="paging" aria-label="Parts">
            {before.map(|href| view! { <a href=href>"Earlier part"</a> })}
            <span class="hint">{format!("Part {part} of {parts}")}</span>
            {after.map(|href| view! { <a href=href>"Later part"</a> })}
        </nav>
    }
}
