//! Bodies and addresses that make no sense.

use app::account::Role;
use axum::body::Body;
use http::{Method, header::CONTENT_TYPE};
use sqlx::PgPool;

use super::routes;
use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn whatever_is_sent_the_api_answers_with_a_problem_and_lives_on(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let bodies: [(&str, &[u8]); 8] = [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b"{\"no_such_field\":1}"),
        ("application/json", b"\xff\xfe\x00"),
        ("text/plain", b"{}"),
        ("multipart/form-data", b"--"),
    ];
    let writes = routes().into_iter().filter(|(route, _)| {
        route.path.starts_with("/api/")
            && matches!(route.method.as_str(), "POST" | "PUT" | "PATCH")
            // The queue is steered without a body, and one that is sent is not read.
            && !route.path.starts_with("/api/v1/queue/")
    });
    for (route, path) in writes {
        for (content_type, body) in bodies {
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            let request = admin.request(method, &path).header(CONTENT_TYPE, content_type);
            let reply = admin.send(request, Body::from(body)).await;
            assert!(
                reply.status.is_client_error(),
                "{} to {body:?} of {route:?}: {}",
                reply.status,
                reply.text()
            );
            reply.problem(reply.status.as_u16());
        }
    }
    assert_eq!(admin.get("/api/v1/me").await.status, 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_body_that_is_too_large_is_refused(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let reply = admin.post("/api/v1/groups", serde_json::json!({ "name": "x".repeat(1_100_000) })).await;
    assert_eq!(reply.problem(413), "too_large");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_unknown_address_of_the_api_is_a_problem_and_so_is_a_wrong_method(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    for path in ["/api/v1/nothing", "/api/v2/me", "/api/v1/users/not-an-id", "/api/v1/users/%00"] {
        assert_eq!(admin.get(path).await.problem(404), "not_found", "{path}");
    }
    let wrong = admin.delete("/api/v1/users").await;
    assert_eq!(wrong.problem(405), "method_not_allowed");
    assert!(wrong.header("allow").unwrap().contains("GET"));
}
