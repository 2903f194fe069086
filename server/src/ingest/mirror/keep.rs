//! Looking at followed folders again and again.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use app::error::AppError;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Folder, Looked, Mirror, choose};
use crate::error::{Error, Result};

/// How often a folder is looked at. Looking costs one question to the file system for each file,
/// and works on network drives, which announce nothing.
const LOOK_EVERY: Duration = Duration::from_secs(10);

impl Mirror {
    /// Keeps every collection that follows a folder at or below one of `allowed` in step with it,
    /// until `stop`.
    pub async fn keep_in_step(self, allowed: Vec<PathBuf>, stop: CancellationToken) {
        if allowed.is_empty() {
            return;
        }
        let mut rounds = tokio::time::interval(LOOK_EVERY);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(rounds.tick()).await.is_some() {
            let looked = stop.run_until_cancelled(self.look_at_all(&allowed)).await;
            if let Some(Err(error)) = looked {
                tracing::error!(%error, "Could not look at the folders that collections follow");
            }
        }
    }

    /// Looks once at every folder that the server itself follows.
    pub async fn look_at_all(&self, allowed: &[PathBuf]) -> Result<()> {
        for followed in by_server(&self.db).await? {
            let problem = match self.look_if_allowed(followed.clone(), allowed).await {
                Ok(None) => continue,
                Ok(Some(looked)) => describe_refused(&looked),
                // What isn't expected is logged, and told as such.
                Err(error) => Some(AppError::from(error).to_string()),
            };
            note_look(&self.db, followed.id, problem.as_deref()).await?;
        }
        Ok(())
    }

    async fn look_if_allowed(&self, folder: Folder, allowed: &[PathBuf]) -> Result<Option<Looked>> {
        // What is a link now may have been a folder when it was chosen, and the setting may have
        // changed.
        let root = choose::resolve(&folder.root, allowed).await.map_err(Error::from)?;
        if root != folder.root {
            return Err(AppError::conflict("The folder has become a link to another one.").into());
        }
        let looked = self.look(&folder, &|_, _| {}).await?;
        if let Some(looked) = looked.as_ref().filter(|looked| looked.has_changes()) {
            tracing::info!(
                collection = %folder.collection,
                added = looked.added,
                changed = looked.changed,
                renamed = looked.renamed,
                removed = looked.removed,
                "A followed folder has changed"
            );
        }
        Ok(looked)
    }

    /// Makes it known that somebody other than the server follows a folder.
    pub async fn begin_watching(&self, collection: Uuid, root: PathBuf) -> Result<Folder> {
        let id = sqlx::query_scalar!(
            r#"
            insert into followed_folder (id, collection_id, path, by_server) values ($1, $2, $3, false)
            on conflict (collection_id, path) do update set path = excluded.path
            returning id
            "#,
            Uuid::now_v7(),
            collection,
            root.to_string_lossy().into_owned(),
        )
        .fetch_one(&self.db)
        .await
        .context("could not follow a folder")?;
        Ok(Folder { id, collection, root })
    }
}

/// One sentence about the files that could not be taken in.
fn describe_refused(looked: &Looked) -> Option<String> {
    let (path, reason) = looked.refused.first()?;
    Some(match looked.refused.len() {
        1 => format!("{path} was not taken in: {reason}."),
        files => format!("{files} files were not taken in. The first is {path}: {reason}."),
    })
}

async fn by_server(db: &PgPool) -> Result<Vec<Folder>> {
    let rows =
        sqlx::query!(r#"select id, collection_id, path from followed_folder where by_server order by id"#)
            .fetch_all(db)
            .await
            .context("could not list the folders that collections follow")?;
    Ok(rows
        .into_iter()
        .map(|row| Folder { id: row.id, collection: row.collection_id, root: row.path.into() })
        .collect())
}

async fn note_look(db: &PgPool, folder: Uuid, problem: Option<&str>) -> Result<()> {
    sqlx::query!(
        r#"update followed_folder set looked_at = now(), problem = $2 where id = $1"#,
        folder,
        problem,
    )
    .execute(db)
    .await
    .context("could not note a look at a folder")?;
    Ok(())
}
