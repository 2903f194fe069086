//! The description of the API, and what is said of the server's health.

use std::collections::HashSet;

use app::account::Role;
use sqlx::PgPool;

use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn the_description_names_each_operation_once_and_every_reference_resolves(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let reply = app.nobody().get("/api/openapi.json").await;
    let description = reply.expect(200);
    assert_eq!(description["openapi"], "3.1.0");

    let operations = description["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|path| path.as_object().unwrap().values());
    let mut ids = HashSet::new();
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} names two operations");
        assert!(operation["responses"].get("401").is_some(), "{id} doesn't say what strangers get");
    }

    let schemas = description["components"]["schemas"].as_object().unwrap();
    for reference in reply.text().split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is referred to and not described");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn readiness_names_each_part_and_fails_with_the_database(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    assert_eq!(app.nobody().get("/healthz").await.status, 200);
    app.until_ready().await;

    db.close().await;
    let parts = app.nobody().get("/readyz").await.expect(503);
    assert_eq!(
        (&parts["ready"], &parts["parts"]["database"], &parts["parts"]["model"]),
        (&false.into(), &false.into(), &true.into())
    );
    assert_eq!(app.nobody().get("/healthz").await.status, 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn metrics_count_requests_by_their_route_and_hold_no_ids(db: PgPool) {
    server::http::metrics::install().unwrap();
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let path = format!("/api/v1/users/{}", admin.id());
    admin.get(&path).await.expect(200);

    let metrics = app.nobody().get("/metrics").await;
    let counted = r#"footnote_http_requests_total{method="GET",route="/api/v1/users/{id}",status="200"}"#;
    assert!(metrics.text().contains(counted), "{}", metrics.text());
    assert!(metrics.text().contains("footnote_http_request_seconds_bucket"), "{}", metrics.text());
    assert!(!metrics.text().contains(&admin.id().to_string()));
}
