//! Signing in, and what administrators do with people and groups.

use app::account::Role;
use serde_json::json;
use sqlx::PgPool;

use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn who_signs_in_is_known_until_they_sign_out(db: PgPool) {
    let app = TestApp::spawn(db).await;
    assert_eq!(app.nobody().get("/api/v1/me").await.problem(401), "sign_in_needed");

    let browser = app.browser(Role::Support).await;
    let me = browser.get("/api/v1/me").await.expect(200);
    assert_eq!((&me["email"], &me["role"]), (&json!(browser.user().email), &json!("support")));

    assert_eq!(browser.delete("/api/v1/session").await.status, 204);
    assert_eq!(browser.get("/api/v1/me").await.problem(401), "sign_in_needed");
}
