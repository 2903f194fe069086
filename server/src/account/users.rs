//! Accounts: adding, reading and changing them.

use anyhow::Context;
use app::{
    account::{GroupName, NewUser, Role, User, UserChange},
    error::AppError,
};
use sqlx::{PgConnection, PgExecutor, PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AccountService, Email, password};
use crate::error::{Error, Result};

/// An account with what is not shown of it.
pub(super) struct Found {
    pub(super) user: User,
    pub(super) epoch: i32,
}

impl AccountService {
    /// Adds an account on nobody's behalf: for the command line and the first start.
    pub async fn add_user(&self, new: NewUser) -> Result<User> {
        let email = Email::parse(&new.email)?;
        let password_hash = match new.password {
            Some(password) => {
                password::check_policy(&password, &email)?;
                Some(self.hasher.turn().await?.hash(password).await?)
            }
            None => None,
        };
        let id = insert(&self.db, &email, new.role, password_hash.as_deref()).await?;
        tracing::info!(account = %id, role = new.role.as_str(), "Account added");
        Ok(load(&self.db, id).await?.context("could not find the account just added")?.user)
    }

    /// The account with this address, for the command line.
    pub async fn user_by_email(&self, email: &Email) -> Result<Option<User>> {
        let id = sqlx::query_scalar!(r#"select id from account where email = $1"#, email.as_str())
            .fetch_optional(&self.db)
            .await
            .context("could not look for the account")?;
        match id {
            Some(id) => Ok(load(&self.db, id).await?.map(|found| found.user)),
            None => Ok(None),
        }
    }
}

/// Changes role and suspension. Suspension ends all sessions; one admin must always be left.
pub(super) async fn change(db: &PgPool, id: Uuid, change: &UserChange) -> Result<User> {
    let mut tx = db.begin().await.context("could not begin a transaction")?;
    lock_admins(&mut tx).await?;
    let before = lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    update(&mut tx, id, change.role, change.suspended).await?;
    let loses_an_admin = before.is_active_admin
        && (change.role.is_some_and(|role| role != Role::Admin) || change.suspended == Some(true));
    if loses_an_admin && count_active_admins(&mut tx).await? == 0 {
        return Err(AppError::conflict("This is the last administrator. Make another one first.").into());
    }
    tx.commit().await.context("could not commit the change of an account")?;
    tracing::info!(account = %id, role = ?change.role, suspended = ?change.suspended, "Account changed");
    Ok(load(db, id).await?.ok_or(AppError::NotFound)?.user)
}

pub(super) async fn load(db: &PgPool, id: Uuid) -> Result<Option<Found>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id!", email as "email!", role as "role!", session_epoch as "session_epoch!",
            suspended as "suspended!", created_at as "created_at!",
            group_names as "groups!: Json<Vec<GroupName>>"
        from account_with_groups
        where id = $1
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not load an account")?;
    row.map(Found::try_from).transpose()
}

pub(super) async fn load_all(db: &PgPool) -> Result<Vec<User>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id!", email as "email!", role as "role!", session_epoch as "session_epoch!",
            suspended as "suspended!", created_at as "created_at!",
            group_names as "groups!: Json<Vec<GroupName>>"
        from account_with_groups
        order by email
        "#,
    )
    .fetch_all(db)
    .await
    .context("could not load the accounts")?;
    rows.into_iter().map(|row| Ok(Found::try_from(row)?.user)).collect()
}

pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    email: &Email,
    role: Role,
    password_hash: Option<&str>,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"insert into account (id, email, role, password_hash) values ($1, $2, $3, $4)"#,
        id,
        email.as_str(),
        role.as_str(),
        password_hash,
    )
    .execute(db)
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("account_email_key") => {
            AppError::conflict("There is an account with this address already.").into()
        }
        _ => Error::Internal(anyhow::Error::from(error).context("could not store an account")),
    })?;
    Ok(id)
}

struct Row {
    id: Uuid,
    email: String,
    role: String,
    session_epoch: i32,
    suspended: bool,
    created_at: OffsetDateTime,
    groups: Json<Vec<GroupName>>,
}

impl TryFrom<Row> for Found {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let user = User {
            id: row.id,
            email: row.email,
            role: row.role.parse()?,
            groups: row.groups.0,
            suspended: row.suspended,
            created_at: row.created_at.into(),
        };
        Ok(Self { user, epoch: row.session_epoch })
    }
}

struct Locked {
    is_active_admin: bool,
}

/// Two admins who demote one another at the same time must not both succeed.
async fn lock_admins(tx: &mut PgConnection) -> Result<()> {
    sqlx::query!(r#"select id from account where role = 'admin' order by id for update"#)
        .fetch_all(tx)
        .await
        .context("could not lock the administrators")?;
    Ok(())
}

async fn lock(tx: &mut PgConnection, id: Uuid) -> Result<Option<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"
        select role = 'admin' and suspended_at is null as "is_active_admin!"
        from account where id = $1 for update
        "#,
        id,
    )
    .fetch_optional(tx)
    .await
    .context("could not lock an account")
    .map_err(Error::from)
}

async fn update(tx: &mut PgConnection, id: Uuid, role: Option<Role>, suspended: Option<bool>) -> Result<()> {
    sqlx::query!(
        r#"
        update account set
            role = coalesce($2, role),
            suspended_at = case
                when $3 then coalesce(suspended_at, now())
                when not $3 then null
                else suspended_at
            end,
            session_epoch = session_epoch + case when $3 and suspended_at is null then 1 else 0 end,
            updated_at = now()
        where id = $1
        "#,
        id,
        role.map(Role::as_str),
        suspended,
    )
    .execute(tx)
    .await
    .context("could not change an account")?;
    Ok(())
}

async fn count_active_admins(tx: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from account where role = 'admin' and suspended_at is null"#
    )
    .fetch_one(tx)
    .await
    .context("could not count the administrators")
    .map_err(Error::from)
}
