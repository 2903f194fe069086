//! Who people are and what they may do.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// The shortest password, in characters; 15 are recommended to people.
pub const SHORTEST_PASSWORD: usize = 10;

/// What to think of when choosing a password.
pub fn password_advice() -> String {
    format!(
        "At least {SHORTEST_PASSWORD} characters. Long beats complicated: a few words that only you would put together."
    )
}

/// What an account may do, besides reading what it was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Asks and reads.
    Employee,
    /// Also works the review desk.
    Support,
    /// Also manages documents, people and settings, and reads everything.
    Admin,
}

impl Role {
    /// The word the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Support => "support",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = crate::error::AppError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "employee" => Ok(Self::Employee),
            "support" => Ok(Self::Support),
            "admin" => Ok(Self::Admin),
            _ => Err(Self::Err::invalid("role", "A role is employee, support or admin.")),
        }
    }
}

/// An account, as others with the right see it, and as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub role: Role,
    pub groups: Vec<GroupName>,
    pub suspended: bool,
    pub created_at: Timestamp,
}

impl User {
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// May work the review desk.
    pub fn is_reviewer(&self) -> bool {
        matches!(self.role, Role::Support | Role::Admin)
    }
}

/// A group, where only its name matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct GroupName {
    pub id: Uuid,
    pub name: String,
}

/// A group with its members' ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Group {
    pub id: Uuid,
    pub name: String,
    pub members: Vec<Uuid>,
    pub created_at: Timestamp,
}

/// An account to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: String,
    pub role: Role,
    /// Without one, a one-time link lets the person choose it.
    pub password: Option<String>,
}

/// What to change of an account; what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    pub role: Option<Role>,
    pub suspended: Option<bool>,
}

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ApiToken {
    pub id: Uuid,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// A token just made: the only time that its secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewApiToken {
    pub token: ApiToken,
    pub secret: String,
}

/// Whom a one-time link is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invitation {
    /// The first administrator, who also says under which e-mail address.
    FirstAdmin,
    /// Somebody with an account, who chooses its password.
    Person { email: String },
}
