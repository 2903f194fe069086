//! Searching.

use app::{
    error::AppError,
    search::{Filter, SearchMode, SearchQuery, SearchResults},
};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    http::{
        identity::CurrentUser,
        input::{Json, Query},
        problem::{ApiResult, Problem},
    },
    search::{MAX_RESULTS, SearchService},
    state::AppState,
};

const DEFAULT_RESULTS: u32 = 10;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What a search takes, as the documentation shows it: the query itself is read pair by pair,
/// since `collection` and `type` may come more than once.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its documentation is used")]
struct SearchParams {
    /// What is sought. Words between quotes must follow one another.
    q: String,
    /// Collections to search in; without one, all that may be read.
    collection: Option<Vec<Uuid>>,
    /// Media types, such as `application/pdf`; without one, all.
    r#type: Option<Vec<String>>,
    /// Languages as ISO 639-1 codes, such as `de`; without one, all.
    language: Option<Vec<String>>,
    /// Documents brought in or changed on this day, in UTC, or later.
    #[param(format = Date)]
    from: Option<String>,
    /// The same, on this day or before.
    #[param(format = Date)]
    to: Option<String>,
    /// A folder such as `Handbook/People`: what was brought in from it, and from below it.
    folder: Option<String>,
    /// Whether to count what the search could be narrowed to.
    #[param(default = false)]
    facets: Option<bool>,
    #[param(default = "hybrid")]
    mode: Option<SearchMode>,
    /// How many passages, to 100.
    #[param(default = 10, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Passages that match, best first, of all that the asker may read.
#[utoipa::path(
    get,
    path = "/search",
    tag = "search",
    params(SearchParams),
    responses(
        (status = OK, body = SearchResults),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn search(
    State(service): State<SearchService>,
    CurrentUser(reader): CurrentUser,
    Query(pairs): Query<Vec<(String, String)>>,
) -> ApiResult<Json<SearchResults>> {
    Ok(Json(service.search(reader.id, &parse(pairs)?).await?))
}

/// Names that are not known are ignored, as elsewhere in URLs.
fn parse(pairs: Vec<(String, String)>) -> Result<SearchQuery, AppError> {
    let mut query = SearchQuery { limit: DEFAULT_RESULTS, ..SearchQuery::default() };
    for (name, value) in pairs {
        match name.as_str() {
            "q" => query.q = value,
            // What is no id names no collection, which must not widen the search to all of them.
            "collection" if value.is_empty() => {}
            "collection" => query.filter.collections.push(value.parse().unwrap_or(Uuid::nil())),
            "type" if value.is_empty() => {}
            "type" => query.filter.media_types.push(value),
            "language" if value.is_empty() => {}
            "language" => query.filter.languages.push(value),
            "from" => query.filter.from = Filter::day("from", &value)?,
            "to" => query.filter.to = Filter::day("to", &value)?,
            "folder" => query.filter.folder = Filter::folder(&value),
            "facets" => query.facets = facets(&value)?,
            "mode" => query.mode = mode(&value)?,
            "limit" => query.limit = limit(&value)?,
            _ => {}
        }
    }
    Ok(query)
}

fn mode(word: &str) -> Result<SearchMode, AppError> {
    match word {
        "hybrid" | "" => Ok(SearchMode::Hybrid),
        "lexical" => Ok(SearchMode::Lexical),
        "semantic" => Ok(SearchMode::Semantic),
        _ => Err(AppError::invalid("mode", "The mode is hybrid, lexical or semantic.")),
    }
}

fn facets(word: &str) -> Result<bool, AppError> {
    match word {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(AppError::invalid("facets", "Facets are true or false.")),
    }
}

fn limit(number: &str) -> Result<u32, AppError> {
    match number.parse() {
        Ok(limit) if (1..=MAX_RESULTS).contains(&limit) => Ok(limit),
        _ => Err(AppError::invalid("limit", format!("The limit is a number from 1 to {MAX_RESULTS}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &[(&str, &str)]) -> Result<SearchQuery, AppError> {
        parse(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_search_is_of_all_collections_in_hybrid_mode_unless_it_says_otherwise() {
        let plain = parsed(&[("q", "leave")]).unwrap();
        assert_eq!((plain.filter.collections.len(), plain.mode, plain.limit), (0, SearchMode::Hybrid, 10));

        let (one, two) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        let narrow =
            parsed(&[("q", "leave"), ("collection", &one), ("collection", &two), ("mode", "lexical")])
                .unwrap();
        assert_eq!(narrow.filter.collections.len(), 2);
        assert_eq!(narrow.mode, SearchMode::Lexical);
    }

    #[test]
    fn a_collection_that_is_no_id_does_not_widen_the_search() {
        assert_eq!(parsed(&[("q", "leave"), ("collection", "x")]).unwrap().filter.collections, [Uuid::nil()]);
    }

    #[test]
    fn limits_and_modes_that_there_are_not_are_refused() {
        for wrong in [("limit", "0"), ("limit", "101"), ("limit", "many"), ("mode", "psychic")] {
            assert!(parsed(&[("q", "leave"), wrong]).is_err(), "{wrong:?}");
        }
    }
}
