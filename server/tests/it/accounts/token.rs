//! API tokens.

use app::account::Role;
use serde_json::json;
use sqlx::PgPool;

use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn a_token_opens_what_its_account_may_see_until_it_is_revoked(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let browser = app.browser(Role::Employee).await;

    let made = browser.post("/api/v1/tokens", json!({ "name": "nightly import" })).await.expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("fn_") && secret.len() == 3 + 43, "{secret}");
    let program = app.nobody().with_token(secret);
    assert_eq!(program.get("/api/v1/me").await.expect(200)["id"], json!(browser.id()));

    let listed = browser.get("/api/v1/tokens").await;
    assert_eq!(listed.expect(200)["items"][0]["name"], "nightly import");
    assert!(!listed.text().contains(secret));
    let stored: Vec<u8> =
        sqlx::query_scalar("select token_hash from api_token").fetch_one(&db).await.unwrap();
    assert_eq!(stored.len(), 32);

    let path = format!("/api/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    let other = app.visitor(Role::Admin).await;
    assert_eq!(other.delete(&path).await.problem(404), "not_found");
    assert_eq!(browser.delete(&path).await.status, 204);
    assert_eq!(program.get("/api/v1/me").await.status, 401);
    assert_eq!(browser.delete(&path).await.status, 404);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_no_token_opens_nothing(db: PgPool) {
    let app = TestApp::spawn(db).await;
    for secret in ["", "fn_", "fn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "fn_' or true --"] {
        assert_eq!(app.nobody().with_token(secret).get("/api/v1/me").await.status, 401, "{secret}");
    }
}
