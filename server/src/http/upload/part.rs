//! What a part of a form holds, and what its file is called.

use std::collections::{HashMap, hash_map::Entry};

use app::{document::numbered, error::AppError};
use axum::extract::multipart::{Field, MultipartError};

use super::RefusedFile;
use crate::{ingest::name::FilePath, store::blobs::Hash};

/// A part of a form. Nothing that a sender may take for a file is passed over in silence.
pub(super) enum Part<'f> {
    File(FilePath, Box<Field<'f>>),
    Refused(RefusedFile),
    /// Another field of the form, or one in which no file was chosen.
    NoFile,
}

impl<'f> Part<'f> {
    /// Looks at the part that comes as the `number`th, counted from 1.
    pub(super) async fn of(mut part: Field<'f>, number: usize) -> Result<Self, MultipartError> {
        let filename = part.file_name().unwrap_or_default().to_owned();
        let field = part.name().unwrap_or_default().to_owned();
        match (field.as_str(), filename.as_str()) {
            // A form sent without a choice has one such part, with nothing in it.
            ("file", "") if !holds_bytes(&mut part).await? => Ok(Self::NoFile),
            ("file", "") => {
                let message = format!(
                    "Part {number} of the upload has no file name, so it can't be told what it is. Send it with one."
                );
                Ok(Self::refused(&filename, message))
            }
            ("file", _) => Ok(Self::File(FilePath::parse(&filename), Box::new(part))),
            (_, "") => Ok(Self::NoFile),
            _ => {
                let message = format!(
                    "“{filename}” was sent in a part named “{field}”. Files are taken from parts named “file”."
                );
                Ok(Self::refused(&filename, message))
            }
        }
    }

    fn refused(filename: &str, message: String) -> Self {
        let path = match filename {
            "" => FilePath { folder: String::new(), filename: String::new() },
            sent => FilePath::parse(sent),
        };
        Self::Refused(RefusedFile { path, error: AppError::invalid("file", message) })
    }
}

async fn holds_bytes(part: &mut Field<'_>) -> Result<bool, MultipartError> {
    while let Some(chunk) = part.chunk().await? {
        if !chunk.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files of one upload, which may bear the same name.
#[derive(Default)]
pub(super) struct Together {
    taken: HashMap<FilePath, Hash>,
}

impl Together {
    /// A path that no other bytes of the upload have. Under the same one they would be versions
    /// of one document, of which the last alone could be found.
    pub(super) fn own_path(&mut self, path: FilePath, hash: Hash) -> FilePath {
        let mut number = 1;
        loop {
            let own = FilePath { filename: numbered(&path.filename, number), ..path.clone() };
            match self.taken.entry(own) {
                Entry::Vacant(free) => {
                    let own = free.key().clone();
                    free.insert(hash);
                    return own;
                }
                Entry::Occupied(taken) if *taken.get() == hash => return taken.key().clone(),
                Entry::Occupied(_) => number += 1,
            }
        }
    }
}
