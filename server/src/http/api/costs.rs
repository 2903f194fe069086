//! What answers cost and may cost, for administrators.

use app::{
    cost::{Budget, CostPeriod, CostReport, NewBudget},
    ports::Answers,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::Items;
use crate::{
    answer::AnswerService,
    http::{
        identity::CurrentUser,
        input::{Json, Path, Query},
        problem::{ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_costs))
        .routes(routes!(get_entries))
        .routes(routes!(list_budgets, put_budget))
        .routes(routes!(delete_budget))
}

/// What answers cost in a period: together, by day, model, user and collection.
#[utoipa::path(
    get,
    path = "/costs",
    tag = "costs",
    params(CostPeriod),
    responses(
        (status = OK, body = CostReport),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_costs(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Query(period): Query<CostPeriod>,
) -> ApiResult<Json<CostReport>> {
    Ok(Json(answers.costs(&actor, period).await?))
}

/// Each answer of a period with what it cost, as comma-separated values.
#[utoipa::path(
    get,
    path = "/costs/entries.csv",
    tag = "costs",
    params(CostPeriod),
    responses(
        (status = OK, body = String, content_type = "text/csv"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_entries(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Query(period): Query<CostPeriod>,
) -> ApiResult<Response> {
    let sheet = answers.export_costs(&actor, &period).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"footnote-costs.csv\""),
    ];
    Ok((headers, sheet).into_response())
}

/// The budgets, with what of them is spent today.
#[utoipa::path(
    get,
    path = "/budgets",
    tag = "costs",
    responses(
        (status = OK, body = Items<Budget>),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_budgets(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<Items<Budget>>> {
    Ok(Json(answers.budgets(&actor).await?.into()))
}

/// Sets what may be spent in a day, in place of a budget for the same.
#[utoipa::path(
    put,
    path = "/budgets",
    tag = "costs",
    request_body = NewBudget,
    responses(
        (status = OK, body = Budget),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn put_budget(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Json(new): Json<NewBudget>,
) -> ApiResult<Json<Budget>> {
    Ok(Json(answers.set_budget(&actor, new).await?))
}

/// Removes a budget.
#[utoipa::path(
    delete,
    path = "/budgets/{id}",
    tag = "costs",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_budget(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    answers.remove_budget(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
