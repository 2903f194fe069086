//! Routes that are neither the API's nor pages': each goes on record as it is added, so that none
//! can be forgotten where all of them are walked.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use http::Method;

use crate::state::AppState;

/// What can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub method: String,
    /// With its variable parts in braces.
    pub path: String,
}

impl Route {
    pub(crate) fn new(method: &Method, path: &str) -> Self {
        Self { method: method.to_string(), path: path.to_owned() }
    }
}

/// Routes with a record of them.
#[derive(Default)]
pub(crate) struct PlainRoutes {
    pub(crate) router: Router<AppState>,
    pub(crate) recorded: Vec<Route>,
}

impl PlainRoutes {
    pub(crate) fn get<H: Handler<T, AppState>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(&Method::GET, MethodFilter::GET, path, handler)
    }

    pub(crate) fn post<H: Handler<T, AppState>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(&Method::POST, MethodFilter::POST, path, handler)
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.recorded.extend(other.recorded);
        Self { router: self.router.merge(other.router), ..self }
    }

    fn add<H: Handler<T, AppState>, T: 'static>(
        mut self,
        method: &Method,
        filter: MethodFilter,
        path: &str,
        handler: H,
    ) -> Self {
        self.recorded.push(Route::new(method, path));
        Self { router: self.router.route(path, on(filter, handler)), ..self }
    }
}
