//! The people of the company, and what they may do with accounts.

use app::{
    account::{ApiToken, Group, GroupName, Invitation, NewApiToken, NewUser, Role, User, UserChange},
    error::AppError,
    ports::{Accounts, Result},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{Company, GROUP, TOKEN, at, managers_only};

fn person(number: u128, email: &str, role: Role) -> User {
    let groups = if role == Role::Employee {
        vec![GroupName { id: GROUP, name: "Human resources".into() }]
    } else {
        vec![]
    };
    User {
        id: Uuid::from_u128(number),
        email: email.into(),
        role,
        groups,
        suspended: false,
        created_at: at("2026-09-01T08:00:00Z"),
    }
}

pub(crate) fn admin() -> User {
    person(1, "ada@northwind.example", Role::Admin)
}

pub(crate) fn reader() -> User {
    person(2, "ben@northwind.example", Role::Employee)
}

fn group() -> Group {
    Group {
        id: GROUP,
        name: "Human resources".into(),
        members: vec![reader().id],
        created_at: at("2026-09-01T08:00:00Z"),
    }
}

fn token() -> ApiToken {
    ApiToken {
        id: TOKEN,
        name: "Nightly import".into(),
        created_at: at("2026-10-01T08:00:00Z"),
        last_used_at: Some(at("2026-11-23T02:00:00Z")),
    }
}

#[async_trait]
impl Accounts for Company {
    async fn users(&self, actor: &User) -> Result<Vec<User>> {
        managers_only(actor)?;
        let gone = User { suspended: true, ..person(4, "gone@northwind.example", Role::Employee) };
        Ok(vec![admin(), reader(), person(3, "sue@northwind.example", Role::Support), gone])
    }

    async fn create_user(&self, actor: &User, new: NewUser) -> Result<User> {
        managers_only(actor)?;
        if new.email == "ben@northwind.example" {
            return Err(AppError::conflict("There is an account with this e-mail address already."));
        }
        self.note(format!("create_user {} {}", new.email, new.role.as_str()));
        Ok(person(9, &new.email, new.role))
    }

    async fn change_user(&self, actor: &User, id: Uuid, change: UserChange) -> Result<User> {
        managers_only(actor)?;
        self.note(format!("change_user {:?} {:?}", change.role, change.suspended));
        Ok(User { id, ..reader() })
    }

    async fn password_link(&self, actor: &User, _id: Uuid) -> Result<String> {
        managers_only(actor)?;
        Ok("/set-up?token=one-time".into())
    }

    async fn invitation(&self, token: String) -> Result<Invitation> {
        match token.as_str() {
            "first" => Ok(Invitation::FirstAdmin),
            "one-time" => Ok(Invitation::Person { email: reader().email }),
            _ => Err(AppError::NotFound),
        }
    }

    async fn change_password(&self, _actor: &User, current: String, _new: String) -> Result<()> {
        if current != "correct horse" {
            return Err(AppError::invalid("current", "The current password is wrong."));
        }
        self.note("change_password".into());
        Ok(())
    }

    async fn groups(&self, actor: &User) -> Result<Vec<Group>> {
        managers_only(actor)?;
        Ok(if self.is_new { vec![] } else { vec![group()] })
    }

    async fn create_group(&self, actor: &User, name: String) -> Result<Group> {
        managers_only(actor)?;
        self.note(format!("create_group {name}"));
        Ok(Group { name, ..group() })
    }

    async fn rename_group(&self, actor: &User, _id: Uuid, name: String) -> Result<Group> {
        managers_only(actor)?;
        Ok(Group { name, ..group() })
    }

    async fn delete_group(&self, actor: &User, _id: Uuid) -> Result<()> {
        managers_only(actor)
    }

    async fn set_members(&self, actor: &User, _group: Uuid, users: Vec<Uuid>) -> Result<Group> {
        managers_only(actor)?;
        self.note(format!("set_members {}", users.len()));
        Ok(Group { members: users, ..group() })
    }

    async fn tokens(&self, _actor: &User) -> Result<Vec<ApiToken>> {
        Ok(if self.is_new { vec![] } else { vec![token()] })
    }

    async fn create_token(&self, _actor: &User, name: String) -> Result<NewApiToken> {
        Ok(NewApiToken { token: ApiToken { name, ..token() }, secret: "fn_0123456789abcdef".into() })
    }

    async fn revoke_token(&self, _actor: &User, _id: Uuid) -> Result<()> {
        Ok(())
    }
}
