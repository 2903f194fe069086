//! Groups and their members.

use std::collections::HashSet;

use anyhow::Context;
use app::{account::Group, error::AppError};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The longest name of a group, in characters.
const LONGEST_NAME: usize = 100;

pub(super) async fn create(db: &PgPool, name: &str) -> Result<Group> {
    let name = parse_name(name)?;
    let id = Uuid::now_v7();
    sqlx::query!(r#"insert into user_group (id, name) values ($1, $2)"#, id, name)
        .execute(db)
        .await
        .map_err(name_error)?;
    load(db, id).await
}

pub(super) async fn rename(db: &PgPool, id: Uuid, name: &str) -> Result<Group> {
    let name = parse_name(name)?;
    sqlx::query!(r#"update user_group set name = $2 where id = $1"#, id, name)
        .execute(db)
        .await
        .map_err(name_error)?;
    load(db, id).await
}

pub(super) async fn delete(db: &PgPool, id: Uuid) -> Result<()> {
    let deleted = sqlx::query!(r#"delete from user_group where id = $1"#, id)
        .execute(db)
        .await
        .context("could not delete a group")?;
    if deleted.rows_affected() == 0 { Err(AppError::NotFound.into()) } else { Ok(()) }
}

/// Replaces the members by `members`, all of whom must exist.
pub(super) async fn set_members(db: &PgPool, group: Uuid, members: &[Uuid]) -> Result<Group> {
    let members: Vec<Uuid> = members.iter().copied().collect::<HashSet<_>>().into_iter().collect();
    let mut tx = db.begin().await.context("could not begin a transaction")?;
    lock(&mut tx, group).await?;
    remove_members(&mut tx, group).await?;
    if insert_members(&mut tx, group, &members).await? != members.len() as u64 {
        return Err(AppError::invalid("users", "One of these people does not exist.").into());
    }
    tx.commit().await.context("could not commit the members of a group")?;
    load(db, group).await
}

pub(super) async fn load_all(db: &PgPool) -> Result<Vec<Group>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, name, created_at,
            array(select account_id from group_member where group_id = user_group.id order by account_id)
                as "members!"
        from user_group
        order by name
        "#
    )
    .fetch_all(db)
    .await
    .context("could not load the groups")?;
    Ok(rows.into_iter().map(Group::from).collect())
}

pub(super) async fn load(db: &PgPool, id: Uuid) -> Result<Group> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id, name, created_at,
            array(select account_id from group_member where group_id = user_group.id order by account_id)
                as "members!"
        from user_group
        where id = $1
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not load a group")?;
    Ok(row.ok_or(AppError::NotFound)?.into())
}

fn parse_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains('\0') {
        return Err(AppError::invalid("name", "A group needs a name of at most 100 characters.").into());
    }
    Ok(name)
}

fn name_error(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("user_group_name_key") => AppError::conflict("There is a group of this name already.").into(),
        _ => Error::Internal(anyhow::Error::from(error).context("could not store a group")),
    }
}

struct Row {
    id: Uuid,
    name: String,
    created_at: OffsetDateTime,
    members: Vec<Uuid>,
}

impl From<Row> for Group {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, members: row.members, created_at: row.created_at.into() }
    }
}

async fn lock(tx: &mut PgConnection, group: Uuid) -> Result<()> {
    let found = sqlx::query_scalar!(r#"select id from user_group where id = $1 for update"#, group)
        .fetch_optional(tx)
        .await
        .context("could not lock a group")?;
    found.map(|_| ()).ok_or_else(|| AppError::NotFound.into())
}

async fn remove_members(tx: &mut PgConnection, group: Uuid) -> Result<()> {
    sqlx::query!(r#"delete from group_member where group_id = $1"#, group)
        .execute(tx)
        .await
        .context("could not empty a group")?;
    Ok(())
}

async fn insert_members(tx: &mut PgConnection, group: Uuid, members: &[Uuid]) -> Result<u64> {
    let inserted = sqlx::query!(
        r#"insert into group_member (group_id, account_id) select $1, id from account where id = any($2)"#,
        group,
        members,
    )
    .execute(tx)
    .await
    .context("could not fill a group")?;
    Ok(inserted.rows_affected())
}
