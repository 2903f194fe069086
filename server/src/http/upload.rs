//! Files on their way in, part by part of a form.

mod part;

use app::{account::User, document::Status, error::AppError, paths};
use axum::{
    extract::{
        DefaultBodyLimit, State,
        multipart::{self, Field, MultipartError},
    },
    response::Redirect,
};
use uuid::Uuid;

use self::part::{Part, Together};
use super::{
    identity::CurrentUser,
    input::{Multipart, Path},
    plain::PlainRoutes,
    problem::ApiResult,
};
use crate::{
    error::{Error, Result},
    ingest::{
        accept::{Accepted, Arrival},
        name::FilePath,
    },
    state::AppState,
    store::blobs::Refused,
};

/// The form that the page sends without JavaScript.
pub(super) fn routes() -> PlainRoutes {
    let routes = PlainRoutes::default().post("/library/{id}/upload", upload_form);
    // Each file has its own limit, and goes to disk as it comes.
    PlainRoutes { router: routes.router.layer(DefaultBodyLimit::disable()), ..routes }
}

/// Takes in the files of a form and leads back to the collection.
async fn upload_form(
    State(state): State<AppState>,
    CurrentUser(actor): CurrentUser,
    Path(collection): Path<Uuid>,
    Multipart(form): Multipart,
) -> ApiResult<Redirect> {
    let uploaded = receive(&state, &actor, collection, form).await?;
    let failed = uploaded.accepted.iter().filter(|one| one.status == Status::Failed).count();
    Ok(Redirect::to(&format!(
        "{}?uploaded={}&refused={}",
        paths::collection(collection),
        uploaded.accepted.len() - failed,
        uploaded.refused.len() + failed,
    )))
}

/// What became of the files of a form.
#[derive(Debug, Default)]
pub(super) struct Uploaded {
    pub(super) accepted: Vec<Accepted>,
    /// Files of which nothing was kept.
    pub(super) refused: Vec<RefusedFile>,
}

/// A file of which nothing was kept, and why.
#[derive(Debug)]
pub(super) struct RefusedFile {
    pub(super) path: FilePath,
    pub(super) error: AppError,
}

/// Takes in every part `file` of a form, each as soon as it is complete: what is wrong with one
/// doesn't lose the others. Files of one name become documents of their own, told apart by a
/// number, unless they are the same bytes.
///
/// # Errors
/// Where the collection may not be written, the form is malformed, or nothing in it was accepted;
/// then with what was wrong with its first file.
pub(super) async fn receive(
    state: &AppState,
    actor: &User,
    collection: Uuid,
    mut form: multipart::Multipart,
) -> Result<Uploaded> {
    state.library.may_upload(actor, collection).await?;
    let mut uploaded = Uploaded::default();
    let mut together = Together::default();
    let mut number = 0;
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        number += 1;
        let (path, part) = match Part::of(part, number).await.map_err(malformed)? {
            Part::File(path, part) => (path, part),
            Part::Refused(refused) => {
                uploaded.refused.push(refused);
                continue;
            }
            Part::NoFile => continue,
        };
        match receive_file(state, path.clone(), *part, &mut together).await? {
            Ok(arrival) => match state.library.accept(actor, collection, vec![arrival]).await {
                Ok(accepted) => uploaded.accepted.extend(accepted),
                Err(Error::App(error @ AppError::OverQuota { .. })) => {
                    uploaded.refused.push(RefusedFile { path, error });
                }
                Err(error) => return Err(error),
            },
            Err(error) => uploaded.refused.push(RefusedFile { path, error }),
        }
    }
    match uploaded.refused.first() {
        Some(first) if uploaded.accepted.is_empty() => Err(first.error.clone().into()),
        None if uploaded.accepted.is_empty() => {
            Err(AppError::invalid("file", "Choose at least one file to upload.").into())
        }
        _ => Ok(uploaded),
    }
}

/// The inner error is about this file alone.
async fn receive_file(
    state: &AppState,
    path: FilePath,
    part: Field<'_>,
    together: &mut Together,
) -> Result<Result<Arrival, AppError>> {
    let limit = state.config.upload_limit_bytes;
    match state.library.ingest().blobs.receive(part, limit).await {
        Ok(original) if original.size == 0 => {
            let message = format!("“{}” is empty: it has no bytes at all.", path.filename);
            Ok(Err(AppError::invalid("file", message)))
        }
        Ok(original) => {
            let path = together.own_path(path, original.hash);
            Ok(Ok(Arrival::file(path, original).await))
        }
        Err(Refused::TooLarge) => {
            let message = format!(
                "“{}” is larger than {} MB, the most that is taken.",
                path.filename,
                limit / 1_000_000
            );
            Ok(Err(AppError::TooLarge { message }))
        }
        Err(Refused::Interrupted(error)) => Err(malformed(error).into()),
        Err(Refused::NotStored(error)) => Err(error),
    }
}

fn malformed(error: MultipartError) -> AppError {
    let message = format!("The upload could not be read: {}.", error.body_text());
    AppError::Invalid { field: None, message }
}
