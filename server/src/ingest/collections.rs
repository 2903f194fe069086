//! Collections, and who may read them.

use std::collections::BTreeSet;

use anyhow::Context;
use app::{
    document::{Collection, CollectionChange, Grants, NewCollection},
    error::AppError,
};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The longest name of a collection, in characters.
const LONGEST_NAME: usize = 120;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;

/// Those that the reader may read, the guide last.
pub(super) async fn list(db: &PgPool, reader: Uuid) -> Result<Vec<Collection>> {
    select(db, reader, None).await
}

pub(super) async fn load(db: &PgPool, reader: Uuid, id: Uuid) -> Result<Collection> {
    Ok(select(db, reader, Some(id)).await?.pop().ok_or(AppError::NotFound)?)
}

pub async fn create(db: &PgPool, new: &NewCollection) -> Result<Uuid> {
    let name = parse_name(&new.name)?;
    let description = parse_description(&new.description)?;
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"insert into collection (id, name, description, visibility) values ($1, $2, $3, $4)"#,
        id,
        name,
        description,
        new.visibility.as_str(),
    )
    .execute(db)
    .await
    .map_err(name_error)?;
    Ok(id)
}

pub(super) async fn change(db: &PgPool, id: Uuid, change: &CollectionChange) -> Result<()> {
    let name = change.name.as_deref().map(parse_name).transpose()?;
    let description = change.description.as_deref().map(parse_description).transpose()?;
    sqlx::query!(
        r#"
        update collection
        set name = coalesce($2, name), description = coalesce($3, description),
            visibility = coalesce($4, visibility), updated_at = now()
        where id = $1
        "#,
        id,
        name,
        description,
        change.visibility.map(app::document::Visibility::as_str),
    )
    .execute(db)
    .await
    .map_err(name_error)?;
    Ok(())
}

pub(super) async fn grants(db: &PgPool, collection: Uuid) -> Result<Grants> {
    let rows = sqlx::query!(
        r#"
        select group_id, account_id from collection_grant
        where collection_id = $1
        order by created_at, group_id, account_id
        "#,
        collection,
    )
    .fetch_all(db)
    .await
    .context("could not load the grants of a collection")?;
    Ok(Grants {
        groups: rows.iter().filter_map(|row| row.group_id).collect(),
        users: rows.iter().filter_map(|row| row.account_id).collect(),
    })
}

/// Replaces the grants by these, all of whose groups and people must exist.
pub(super) async fn set_grants(db: &PgPool, collection: Uuid, grants: &Grants) -> Result<()> {
    let distinct =
        |ids: &[Uuid]| ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let (groups, users) = (distinct(&grants.groups), distinct(&grants.users));
    let mut tx = db.begin().await?;
    sqlx::query!(r#"select id from collection where id = $1 for no key update"#, collection)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!(r#"delete from collection_grant where collection_id = $1"#, collection)
        .execute(&mut *tx)
        .await?;
    if grant_groups(&mut tx, collection, &groups).await? != groups.len() as u64 {
        return Err(AppError::invalid("groups", "One of these groups does not exist.").into());
    }
    if grant_users(&mut tx, collection, &users).await? != users.len() as u64 {
        return Err(AppError::invalid("users", "One of these people does not exist.").into());
    }
    Ok(tx.commit().await?)
}

pub(super) async fn require_readable(db: &PgPool, reader: Uuid, id: Uuid) -> Result<()> {
    let readable =
        sqlx::query_scalar!(r#"select $2 in (select readable_collection($1)) as "readable!""#, reader, id)
            .fetch_one(db)
            .await?;
    if readable { Ok(()) } else { Err(AppError::NotFound.into()) }
}

fn parse_name(name: &str) -> Result<&str, AppError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(AppError::invalid("name", "Give the collection a name.")),
        length if length > LONGEST_NAME => {
            Err(AppError::invalid("name", format!("A name has at most {LONGEST_NAME} characters.")))
        }
        _ if name.chars().any(char::is_control) => {
            Err(AppError::invalid("name", "A name can't hold control characters."))
        }
        _ => Ok(name),
    }
}

fn parse_description(description: &str) -> Result<&str, AppError> {
    let description = description.trim();
    if description.chars().count() > LONGEST_DESCRIPTION {
        let message = format!("A description has at most {LONGEST_DESCRIPTION} characters.");
        return Err(AppError::invalid("description", message));
    }
    if description.contains('\0') {
        return Err(AppError::invalid("description", "A description can't hold control characters."));
    }
    Ok(description)
}

fn name_error(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("collection_name_key") => {
            AppError::conflict("There is a collection of this name already.").into()
        }
        _ => Error::Internal(anyhow::Error::new(error).context("could not store a collection")),
    }
}

struct Row {
    id: Uuid,
    name: String,
    description: String,
    visibility: String,
    is_guide: bool,
    documents: i64,
    chunks: i64,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
}

impl TryFrom<Row> for Collection {
    type Error = AppError;

    fn try_from(row: Row) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            name: row.name,
            description: row.description,
            visibility: row.visibility.parse()?,
            is_guide: row.is_guide,
            documents: row.documents,
            chunks: row.chunks,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// The collections that the reader may read, or the one of them with this id.
async fn select(db: &PgPool, reader: Uuid, id: Option<Uuid>) -> Result<Vec<Collection>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select collection.id, collection.name, collection.description, collection.visibility,
               collection.is_guide, collection.created_at, collection.updated_at,
               (
                 select count(*) from document
                 where document.collection_id = collection.id and document.deleted_at is null
               ) as "documents!",
               (
                 select count(*)
                 from document
                 join chunk on chunk.version_id = document.current_version_id
                 where document.collection_id = collection.id and document.deleted_at is null
               ) as "chunks!"
        from collection
        where collection.id in (select readable_collection($1))
          and ($2::uuid is null or collection.id = $2)
        order by collection.is_guide, lower(collection.name), collection.id
        "#,
        reader,
        id,
    )
    .fetch_all(db)
    .await
    .context("could not load collections")?;
    Ok(rows.into_iter().map(Collection::try_from).collect::<Result<_, _>>()?)
}

async fn grant_groups(db: &mut PgConnection, collection: Uuid, groups: &[Uuid]) -> Result<u64> {
    let granted = sqlx::query!(
        r#"
        insert into collection_grant (collection_id, group_id)
        select $1, id from user_group where id = any($2)
        "#,
        collection,
        groups,
    )
    .execute(db)
    .await?;
    Ok(granted.rows_affected())
}

async fn grant_users(db: &mut PgConnection, collection: Uuid, users: &[Uuid]) -> Result<u64> {
    let granted = sqlx::query!(
        r#"
        insert into collection_grant (collection_id, account_id)
        select $1, id from account where id = any($2)
        "#,
        collection,
        users,
    )
    .execute(db)
    .await?;
    Ok(granted.rows_affected())
}
