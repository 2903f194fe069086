//! The changes of what is searched, as Postgres has them in order. What is derived from passages
//! follows them: the keyword index, and the vectors in memory.

use std::time::Duration;

use anyhow::Context;
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

/// Notified with each change, by `push_index_change`.
pub(super) const CHANGE_CHANNEL: &str = "index_change";
/// Changes are looked for this often even if nobody tells of one.
pub(super) const SAFETY_POLL: Duration = Duration::from_secs(15);
/// Between a failure, such as a restart of Postgres, and the next try.
pub(super) const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A document that is searched in another form from here on, or no more.
pub(super) struct Change {
    pub(super) seq: i64,
    document_id: Uuid,
}

/// The documents of some changes, each once.
pub(super) fn documents_of(changes: &[Change]) -> Vec<Uuid> {
    let mut documents: Vec<_> = changes.iter().map(|change| change.document_id).collect();
    documents.sort_unstable();
    documents.dedup();
    documents
}

/// The next changes after the one numbered `seq`.
pub(super) async fn changes_after(db: &PgPool, seq: i64, limit: i64) -> anyhow::Result<Vec<Change>> {
    sqlx::query_as!(
        Change,
        r#"select seq, document_id from index_change where seq > $1 order by seq limit $2"#,
        seq,
        limit,
    )
    .fetch_all(db)
    .await
    .context("could not read the changes")
}

/// The number of the last change.
pub(super) async fn last_change(db: impl PgExecutor<'_>) -> anyhow::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from index_change"#)
        .fetch_one(db)
        .await
        .context("could not read the last change")
}
