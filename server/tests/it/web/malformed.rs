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
async fn a_list_is_no_object_and_null_is_as_if_it_were_not_there(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let list = admin.post("/api/v1/groups", serde_json::json!(["Sales"])).await;
    assert_eq!(list.problem(422), "invalid");
    let new = serde_json::json!({ "name": "Leave", "visibility": "everyone", "description": null });
    let collection = admin.post("/api/v1/collections", new).await.expect(201);
    let question = serde_json::json!({
        "question": "Why?", "collections": null, "conversation_id": null, "model": null, "fresh": null,
        "everywhere": null,
    });
    admin.post("/api/v1/ask", question).await.expect(200);
    let path = format!("/api/v1/collections/{}/documents", collection["id"].as_str().unwrap());
    for kind in ["application/json", "text/plain"] {
        let request = admin.request(Method::POST, &path).header(CONTENT_TYPE, kind);
        assert_eq!(admin.send(request, Body::from("{}")).await.problem(415), "unsupported_type");
    }
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
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v2/me",
        "/api/v1/users/not-an-id",
        "/api/v1/users/%00",
    ] {
        assert_eq!(admin.get(path).await.problem(404), "not_found", "{path}");
    }
    let wrong = admin.delete("/api/v1/users").await;
    assert_eq!(wrong.problem(405), "method_not_allowed");
    assert!(wrong.header("allow").unwrap().contains("GET"));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_character_that_no_text_can_hold_is_refused_and_not_our_failure(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    for path in ["/api/v1/documents?external_id=%00", "/api/v1/documents?name=%00"] {
        assert_eq!(admin.get(path).await.problem(422), "invalid", "{path}");
    }
    let group = admin.post("/api/v1/groups", serde_json::json!({ "name": "a\u{0}b" })).await;
    assert_eq!(group.problem(422), "invalid");
}

#[sqlx::test(migrations = "../migrations")]
async fn every_list_is_read_page_by_page(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    for number in 0..3 {
        let new = serde_json::json!({ "name": format!("Team {number}"), "visibility": "everyone" });
        admin.post("/api/v1/collections", new).await.expect(201);
        admin
            .post("/api/v1/groups", serde_json::json!({ "name": format!("Team {number}") }))
            .await
            .expect(201);
        app.user(Role::Employee, None).await;
    }
    for list in ["collections", "groups", "users"] {
        let (mut cursor, mut ids) = (String::new(), std::collections::BTreeSet::new());
        loop {
            let page = admin.get(&format!("/api/v1/{list}?limit=2&cursor={cursor}")).await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert!((1..=2).contains(&items.len()), "{list}: {page}");
            assert!(items.iter().all(|item| ids.insert(item["id"].to_string())), "{list}: {page}");
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert!(ids.len() >= 3, "{list}: {ids:?}");
        for wrong in ["limit=0", "limit=-1", "limit=abc", "cursor=junk"] {
            assert_eq!(admin.get(&format!("/api/v1/{list}?{wrong}")).await.problem(422), "invalid", "{list}");
        }
    }
}
