//! A visit to the site, as a browser without JavaScript makes it.

use std::collections::BTreeMap;

use app::{account::User, shell::Assets};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::fakes::{self, Calls, Company};

/// The site as the server mounts it, visited by one person or by nobody.
pub(crate) struct Site {
    router: Router,
    visitor: Option<User>,
    calls: Calls,
}

/// A response, read to its end.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) html: String,
}

impl Site {
    pub(crate) fn visited_by(visitor: impl Into<Option<User>>) -> Self {
        Self::of(Company::default(), visitor)
    }

    pub(crate) fn of(company: Company, visitor: impl Into<Option<User>>) -> Self {
        let calls = company.calls.clone();
        let assets = Assets::listed_in(&BTreeMap::new());
        Self { router: fakes::site(company.ports(), assets), visitor: visitor.into(), calls }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser without JavaScript does, from the page at `from`.
    pub(crate) async fn post(&self, from: &str, path: &str, form: &str) -> Page {
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://footnote.example{from}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Page {
        if let Some(visitor) = &self.visitor {
            request.extensions_mut().insert(visitor.clone());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|at| at.to_str().unwrap().to_owned());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        // Hydration's markers between texts are nothing that anybody sees.
        let html = String::from_utf8(body.to_vec()).unwrap().replace("<!>", "");
        Page { status, location, html }
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl Page {
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "{text:?} is not in:\n{}", self.html);
        self
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text:?} is in:\n{}", self.html);
        self
    }
}
