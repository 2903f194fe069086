//! An archive's files on their way to becoming documents.

use std::collections::HashSet;

use bytes::Bytes;
use futures::{Stream, stream};

use super::{
    Ingest,
    accept::Arrival,
    name::FilePath,
    parse::{Members, Next, ParseError, ParseRequest, Unpacked},
    process::Failure,
};
use crate::store::blobs::{Received, Refused};

/// What an archive holds.
#[derive(Default)]
pub(super) struct Contents {
    /// Its files, also those that turn out not to be readable.
    pub(super) files: Vec<Arrival>,
    /// The paths of those that can't be had, and why.
    pub(super) not_read: Vec<(String, ParseError)>,
}

impl Contents {
    /// Why nothing of it can be read, where nothing can.
    pub(super) fn refusal(&self) -> Option<ParseError> {
        if self.files.iter().any(|file| file.kind.is_ok()) {
            return None;
        }
        let of_files = self.files.iter().filter_map(|file| file.kind.as_ref().err());
        let first = self.not_read.iter().map(|(_, why)| why).chain(of_files).next();
        Some(first.cloned().unwrap_or(ParseError::NoText))
    }
}

/// Takes an archive apart; its files' paths begin with its own.
pub(super) async fn unpack(
    ingest: &Ingest,
    request: &ParseRequest,
    archive: &FilePath,
) -> Result<Contents, Failure> {
    let mut members = Members::of(request, ingest.largest_file).await.map_err(Failure::File)?;
    let mut contents = Contents::default();
    let mut taken = HashSet::new();
    loop {
        match members.next().await.map_err(Failure::File)? {
            Next::Told(Unpacked::File { path }) => {
                let file = receive(ingest, &mut members).await?;
                let shown = FilePath::parse(&format!("{archive}/{path}"));
                match file {
                    Ok(_) if !taken.insert(shown.clone()) => contents.not_read.push((path, name_taken())),
                    Ok(original) => contents.files.push(Arrival::file(shown, original).await),
                    Err(why) => contents.not_read.push((path, why)),
                }
            }
            Next::Told(Unpacked::NotRead { path, why }) => contents.not_read.push((path, why)),
            Next::Told(Unpacked::End(ended)) => return ended.map(|()| contents).map_err(Failure::File),
            Next::Told(Unpacked::Whole) | Next::Bytes(_) => {
                return Err(Failure::File(ParseError::ParserCrashed));
            }
        }
    }
}

/// The file that the archive hands out now; the inner error is about it alone.
async fn receive(ingest: &Ingest, members: &mut Members) -> Result<Result<Received, ParseError>, Failure> {
    let bytes = std::pin::pin!(bytes_of_one(members));
    match ingest.blobs.receive(bytes, u64::MAX).await {
        Ok(original) => Ok(Ok(original)),
        Err(Refused::Interrupted(Cut::Off(why))) => Ok(Err(why)),
        Err(Refused::Interrupted(Cut::Ended(why))) => Err(Failure::File(why)),
        Err(Refused::TooLarge) => Ok(Err(ParseError::HoldsTooMuch)),
        Err(Refused::NotStored(error)) => Err(error.into()),
    }
}

/// Why a file didn't come whole.
enum Cut {
    /// It alone.
    Off(ParseError),
    /// The archive.
    Ended(ParseError),
}

fn bytes_of_one(members: &mut Members) -> impl Stream<Item = Result<Bytes, Cut>> {
    stream::try_unfold(members, |members| async {
        match members.next().await.map_err(Cut::Ended)? {
            Next::Bytes(bytes) => Ok(Some((Bytes::from(bytes), members))),
            Next::Told(Unpacked::Whole) => Ok(None),
            Next::Told(Unpacked::NotRead { why, .. }) => Err(Cut::Off(why)),
            Next::Told(Unpacked::End(Err(why))) => Err(Cut::Ended(why)),
            Next::Told(_) => Err(Cut::Ended(ParseError::ParserCrashed)),
        }
    })
}

fn name_taken() -> ParseError {
    ParseError::damaged("another file in it has the same name")
}
