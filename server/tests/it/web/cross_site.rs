//! Writes that other sites make a browser send.

use app::account::Role;
use axum::body::Body;
use http::Method;
use sqlx::PgPool;

use super::routes;
use crate::common::{Reply, TestApp, Visitor};

async fn send(browser: &Visitor, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request, Body::empty()).await
}

#[sqlx::test(migrations = "../migrations")]
async fn no_route_takes_a_write_from_another_site(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Admin).await;
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://localhost")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    let writes = routes().into_iter().filter(|(route, _)| route.method != "GET");
    for (route, path) in writes {
        for headers in foreign {
            let refused = send(&browser, &route.method, &path, headers).await;
            assert_eq!(refused.problem(403), "cross_site", "{route:?} {headers:?}");
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn our_own_pages_may_write(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Admin).await;
    for headers in [("sec-fetch-site", "same-origin"), ("origin", "http://localhost")] {
        let path = "/api/v1/tokens/01890000-0000-7000-8000-000000000000";
        assert_eq!(send(&browser, "DELETE", path, &[headers]).await.problem(404), "not_found");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_program_with_a_token_may_write_from_anywhere(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let program = app.visitor(Role::Admin).await;
    let headers = [("origin", "https://tool.example"), ("sec-fetch-site", "cross-site")];
    let reply =
        send(&program, "DELETE", "/api/v1/tokens/01890000-0000-7000-8000-000000000000", &headers).await;
    assert_eq!(reply.problem(404), "not_found");
}
