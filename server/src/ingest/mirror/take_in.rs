//! Taking in one file of a followed folder.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt};

use anyhow::Context;
use app::error::AppError;
use tokio_util::io::ReaderStream;

use super::{
    Folder, Mirror,
    plan::{Known, Plan},
    rename, rows,
    walk::{File, Stamp},
};
use crate::{
    error::{Error, Result},
    ingest::{
        accept::{self, Arrival},
        delete,
        name::FilePath,
    },
    store::blobs::{Received, Refused},
};

/// What became of a file.
pub(super) enum Taken {
    New,
    Changed,
    Renamed,
    /// It was written anew, with what stood there before.
    Same,
    /// It is being written, or went away: the next look sees how it is then.
    NotYet,
    Refused(String),
}

impl Mirror {
    /// Reads a file that is new or not as it was.
    pub(super) async fn take_in(
        &self,
        folder: &Folder,
        file: &File,
        known: Option<&Known>,
        plan: &mut Plan,
    ) -> Result<Taken> {
        let received = match self.receive(file).await? {
            Ok(received) => received,
            Err(taken) => return Ok(taken),
        };
        if known.is_none()
            && let Some(gone) = plan.take_renamed(&received.hash, &file.path)
        {
            let document = gone.document.context("a renamed file has no document")?;
            rename::rename(&self.db, document, &folder.shown(&file.path)).await?;
            rows::forget(&self.db, folder.id, &gone.path).await?;
            rows::remember(&self.db, folder.id, file, document).await?;
            return Ok(Taken::Renamed);
        }
        // Under another ending it is something else, and not the document of these bytes again.
        for replaced in plan.take_replaced(&received.hash) {
            if let Some(document) = replaced.document {
                delete::later(&self.db, document).await?;
            }
            rows::forget(&self.db, folder.id, &replaced.path).await?;
        }
        self.accept(folder, file, known, received).await
    }

    async fn accept(
        &self,
        folder: &Folder,
        file: &File,
        known: Option<&Known>,
        received: Received,
    ) -> Result<Taken> {
        let hash = received.hash;
        let arrival = Arrival::file(folder.shown(&file.path), received).await;
        let accepted = accept::accept(&self.db, &self.blobs, folder.collection, vec![arrival]).await;
        let accepted = match accepted {
            Err(Error::App(error @ AppError::OverQuota { .. })) => {
                return Ok(Taken::Refused(error.to_string()));
            }
            accepted => accepted?,
        };
        let accepted = accepted.into_iter().next().context("nothing was accepted")?;
        rows::remember(&self.db, folder.id, file, accepted.document_id).await?;
        let Some(known) = known else { return Ok(Taken::New) };
        if known.hash.as_deref() == Some(&hash) {
            return Ok(Taken::Same);
        }
        // Files that stood for the same document don't any more: the next look takes them in anew.
        rows::forget_others(&self.db, folder.id, &file.path, accepted.document_id).await?;
        Ok(Taken::Changed)
    }

    /// The bytes of a file that stayed as it was while it was read.
    async fn receive(&self, file: &File) -> Result<Result<Received, Taken>> {
        if u64::try_from(file.stamp.size).is_ok_and(|size| size > self.limit) {
            return Ok(Err(Taken::Refused(TOO_LARGE.into())));
        }
        let opened = match open(file).await {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(not_read(&error))),
        };
        let after = opened.try_clone().await.context("could not hold a file open")?;
        let received = match self.blobs.receive(ReaderStream::new(opened), self.limit).await {
            Ok(received) => received,
            Err(Refused::TooLarge) => return Ok(Err(Taken::Refused(TOO_LARGE.into()))),
            Err(Refused::Interrupted(error)) => return Ok(Err(not_read(&error))),
            Err(Refused::NotStored(error)) => return Err(error),
        };
        match after.metadata().await.and_then(|metadata| Stamp::of(&metadata)) {
            Ok(stamp) if stamp == file.stamp => Ok(Ok(received)),
            _ => Ok(Err(Taken::NotYet)),
        }
    }
}

const TOO_LARGE: &str = "it is larger than FOOTNOTE_UPLOAD_LIMIT_MB allows";

/// Opens the file that was seen, and no link that took its place.
async fn open(file: &File) -> io::Result<tokio::fs::File> {
    let path = file.on_disk.clone();
    let opened = tokio::task::spawn_blocking(move || {
        if path.canonicalize()? != path {
            return Err(io::ErrorKind::NotFound.into());
        }
        OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
    });
    let opened = opened.await.unwrap_or_else(|_| Err(io::Error::other("opening it panicked")))?;
    Ok(tokio::fs::File::from_std(opened))
}

fn not_read(error: &io::Error) -> Taken {
    match error.kind() {
        io::ErrorKind::NotFound => Taken::NotYet,
        kind => Taken::Refused(kind.to_string()),
    }
}

impl Folder {
    /// How a file is shown: as in an upload from a browser, the folder's name begins its path.
    pub(super) fn shown(&self, path: &str) -> FilePath {
        let name = self.root.file_name().unwrap_or_default();
        FilePath::parse(&format!("{}/{path}", name.to_string_lossy()))
    }
}
