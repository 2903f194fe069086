//! What the keyword index is told, in the transaction that changes what is searched.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::error::Result;

/// The document is searched as this version from now on, or is about to be; the change's number.
/// Holds back every other change until the end of the transaction, so it comes last in it.
pub(super) async fn publish(db: &mut PgConnection, document: Uuid, version: Uuid) -> Result<i64> {
    let change =
        sqlx::query_scalar!(r#"select push_index_change('publish', $1, $2) as "seq!""#, document, version)
            .fetch_one(db)
            .await?;
    Ok(change)
}

/// The document is not searched any more. Holds back other changes as [`publish`] does.
pub(super) async fn remove(db: &mut PgConnection, document: Uuid) -> Result<()> {
    sqlx::query_scalar!(r#"select push_index_change('remove', $1, null)"#, document).fetch_one(db).await?;
    Ok(())
}

/// The number of the last change of these documents that is still known.
pub(super) async fn last_of(db: &PgPool, documents: &[Uuid]) -> Result<Option<i64>> {
    let last =
        sqlx::query_scalar!(r#"select max(seq) from index_change where document_id = any($1)"#, documents)
            .fetch_one(db)
            .await?;
    Ok(last)
}
