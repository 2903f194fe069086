//! What answers cost, and what they may.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which days are looked at, in UTC, both included: `2026-11-24`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CostPeriod {
    /// The first day; thirty days before the last where absent.
    pub from: Option<String>,
    /// The last day; today where absent.
    pub to: Option<String>,
}

/// What answers cost in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CostReport {
    pub from: String,
    pub to: String,
    pub total: CostLine,
    pub by_day: Vec<CostLine>,
    pub by_model: Vec<CostLine>,
    pub by_user: Vec<CostLine>,
    /// An answer's cost is divided among the collections whose passages it was offered, by their number.
    pub by_collection: Vec<CostLine>,
}

/// What some of the answers cost together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CostLine {
    /// The day, the model, the person's address or the collection; empty for what is gone.
    pub name: String,
    pub answers: i64,
    /// How many of them were given again, and so cost nothing.
    pub cached: i64,
    pub prompt_tokens: i64,
    pub completion_tokens: i64,
    /// Of the models whose prices are known.
    pub cost_usd: f64,
    /// What the answers that were given again had cost.
    pub saved_usd: f64,
}

/// Whose spending a budget bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BudgetScope {
    /// Everybody's together.
    Everybody,
    /// Each person's who has no budget of their own.
    EachPerson,
    /// One person's.
    Person,
    /// That of a group's members together.
    Group,
}

impl BudgetScope {
    /// The word the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::EachPerson => "each_person",
            Self::Person => "person",
            Self::Group => "group",
        }
    }
}

impl std::str::FromStr for BudgetScope {
    type Err = crate::error::AppError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "everybody" => Ok(Self::Everybody),
            "each_person" => Ok(Self::EachPerson),
            "person" => Ok(Self::Person),
            "group" => Ok(Self::Group),
            _ => Err(Self::Err::invalid("scope", "A budget is for everybody, each_person, person or group.")),
        }
    }
}

/// What may be spent in a day. At least one of the two limits is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    pub scope: BudgetScope,
    /// The person's or the group's id, where the scope is one of these.
    #[serde(default)]
    pub subject: Option<Uuid>,
    #[serde(default)]
    pub usd_per_day: Option<f64>,
    /// Read and written together.
    #[serde(default)]
    pub tokens_per_day: Option<i64>,
}

/// A budget, and what of it is spent today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Budget {
    pub id: Uuid,
    pub scope: BudgetScope,
    pub subject: Option<Uuid>,
    /// The person's address or the group's name.
    pub subject_name: Option<String>,
    pub usd_per_day: Option<f64>,
    pub tokens_per_day: Option<i64>,
    /// Of who has spent most, where it is each person's.
    pub spent_usd: f64,
    pub spent_tokens: i64,
}
