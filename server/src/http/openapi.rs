//! The description of the API, made from its code.

use app::search::SearchMode;
use axum::Json;
use http::Method;
use utoipa::{
    OpenApi,
    openapi::{
        self, Content, Ref, RefOr, ResponseBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{plain::Route, problem::Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Footnote",
        description = "Questions, answers with checkable footnotes, and the documents they stand on. Errors are \
                       problem objects (RFC 9457) with a stable `code`."
    ),
    // The routes bring along what stands in bodies; what stands in a query alone is named here.
    components(schemas(Problem, SearchMode)),
    security(("token" = []), ("session" = [])),
)]
struct Description;

/// The description's frame; the routes add themselves.
pub(crate) fn description() -> openapi::OpenApi {
    let mut description = Description::openapi();
    let components = description.components.get_or_insert_default();
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("footnote_session"))),
    );
    description
}

/// Answers with the description.
pub(crate) async fn serve(description: openapi::OpenApi) -> Json<openapi::OpenApi> {
    Json(description)
}

/// The description with what any operation answers to who isn't signed in.
pub(crate) fn with_refusals(mut description: openapi::OpenApi) -> openapi::OpenApi {
    const STATUS: &str = "401";
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let refusal = ResponseBuilder::new()
                .description("Nobody is signed in")
                .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))));
            operation
                .responses
                .responses
                .entry(STATUS.to_owned())
                .or_insert_with(|| RefOr::T(refusal.build()));
        }
    }
    description
}

/// The routes that are described.
pub(crate) fn routes(description: &openapi::OpenApi) -> Vec<Route> {
    let mut routes = vec![Route::new(&Method::GET, "/api/openapi.json")];
    for (path, item) in &description.paths.paths {
        let methods = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        let described = methods.into_iter().filter(|(_, operation)| operation.is_some());
        routes.extend(described.map(|(method, _)| Route::new(&method, path)));
    }
    routes
}
