//! Keeping a collection in step with a folder: files that are new, changed, renamed or removed
//! there are so here.
//!
//! A look compares each file's size and time of change with what they were when it was last taken
//! in, and reads only files where they differ. Nothing is removed by a look that could not see the
//! whole folder, or that found it empty: a network drive that went away looks like that.

pub(super) mod choose;
pub mod keep;
mod plan;
mod rename;
mod rows;
mod take_in;
pub mod walk;

use std::path::PathBuf;

use anyhow::Context;
use app::error::AppError;
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use self::{
    plan::{Known, Plan},
    rows::Elsewhere,
    take_in::Taken,
    walk::Walk,
};
use super::delete;
use crate::{error::Result, store::blobs::Blobs};

/// What is needed to bring files in from a folder.
#[derive(Clone)]
pub struct Mirror {
    pub db: PgPool,
    pub blobs: Blobs,
    /// The largest file that is taken in, in bytes.
    pub limit: u64,
}

/// A folder that a collection follows.
#[derive(Debug, Clone)]
pub struct Folder {
    pub id: Uuid,
    pub collection: Uuid,
    /// Without symbolic links.
    pub root: PathBuf,
}

/// What a look found, and has done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Looked {
    pub added: usize,
    pub changed: usize,
    pub renamed: usize,
    pub removed: usize,
    /// Files that could not be taken in, each with its reason.
    pub refused: Vec<(String, String)>,
}

impl Looked {
    /// Whether anything was done.
    pub fn has_changes(&self) -> bool {
        self.added + self.changed + self.renamed + self.removed > 0
    }
}

impl Mirror {
    /// Compares a folder with what was taken in of it, and mirrors what differs. `on_file` is told
    /// how many of how many files have been read.
    ///
    /// `None` where somebody else looks at the folder just now.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where the folder can't be read; and where nothing can be stored.
    pub async fn look(&self, folder: &Folder, on_file: &OnFile<'_>) -> Result<Option<Looked>> {
        let Some(turn) = self.take_turn(folder).await? else { return Ok(None) };
        let walk = Walk::of(folder.root.clone()).await.map_err(cannot_be_read)?;
        let known = rows::known(&self.db, folder.id).await?;
        if walk.files.is_empty() && !known.is_empty() {
            let message =
                "The folder is empty, so nothing was removed: a drive that isn't there looks the same.";
            return Err(AppError::Unavailable { message: message.into() }.into());
        }

        let mut plan = Plan::compare(walk.files, known);
        let mut looked = Looked { refused: walk.refused, ..Looked::default() };
        let wanted = plan.differing.len();
        for (place, (file, known)) in std::mem::take(&mut plan.differing).into_iter().enumerate() {
            on_file(place, wanted);
            match self.take_in(folder, &file, known.as_ref(), &mut plan).await? {
                Taken::New => looked.added += 1,
                Taken::Changed => looked.changed += 1,
                Taken::Renamed => looked.renamed += 1,
                Taken::Same | Taken::NotYet => {}
                Taken::Refused(reason) => looked.refused.push((file.path, reason)),
            }
        }
        if walk.is_whole {
            looked.removed = self.remove(folder, plan.gone).await?;
        }
        turn.commit().await?;
        Ok(Some(looked))
    }

    /// Removes the documents of files that are gone, and says how many. A document that another
    /// file stands for too takes that one's name.
    async fn remove(&self, folder: &Folder, gone: Vec<Known>) -> Result<usize> {
        let mut removed = 0;
        for known in gone {
            if let Some(document) = known.document {
                match rows::elsewhere(&self.db, folder.id, &known.path, document).await? {
                    None => {
                        delete::later(&self.db, document).await?;
                        removed += 1;
                    }
                    Some(Elsewhere::Here(path)) => {
                        rename::rename(&self.db, document, &folder.shown(&path)).await?;
                    }
                    Some(Elsewhere::InAnotherFolder) => {}
                }
            }
            rows::forget(&self.db, folder.id, &known.path).await?;
        }
        Ok(removed)
    }

    /// One looks at a folder at a time, whichever server it is on; a crash lets go of it.
    async fn take_turn(&self, folder: &Folder) -> Result<Option<Transaction<'static, Postgres>>> {
        let mut turn = self.db.begin().await?;
        let taken = sqlx::query_scalar!(
            r#"select pg_try_advisory_xact_lock(hashtextextended($1, $2)) as "taken!""#,
            folder.id.to_string(),
            TURNS,
        )
        .fetch_one(&mut *turn)
        .await
        .context("could not take a turn at a folder")?;
        Ok(taken.then_some(turn))
    }
}

/// Told how many of how many files have been read.
pub type OnFile<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Sets the locks of folders apart from others.
const TURNS: i64 = 7_306_086_896;

fn cannot_be_read(error: std::io::Error) -> AppError {
    AppError::Unavailable { message: format!("The folder can't be read: {}.", error.kind()) }
}
