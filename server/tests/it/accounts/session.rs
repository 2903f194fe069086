//! Sessions: how they begin, what they are known by, how they end.

use app::{account::Role, ports::Accounts};
use axum::body::Body;
use http::Method;
use serde_json::json;
use sqlx::PgPool;

use crate::common::{PASSWORD, TestApp};

const ANOTHER: &str = "a quite different sentence";

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

#[sqlx::test(migrations = "../migrations")]
async fn signing_in_again_leaves_the_earlier_session_id_worth_nothing(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let mut browser = app.browser(Role::Employee).await;
    let email = browser.user().email.clone();
    let planted = browser.clone();

    assert_eq!(browser.sign_in(&email, PASSWORD).await.status, 204);

    assert_ne!(browser.cookie, planted.cookie);
    assert_eq!(browser.get("/api/v1/me").await.status, 200);
    assert_eq!(planted.get("/api/v1/me").await.status, 401);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_id_that_nobody_was_given_is_not_taken_over(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    let mut browser = app.nobody();
    browser.cookie = Some("footnote_session=AAAAAAAAAAAAAAAAAAAAAA".into());
    let planted = browser.clone();

    assert_eq!(browser.sign_in(&user.email, PASSWORD).await.status, 204);

    assert_ne!(browser.cookie, planted.cookie);
    assert_eq!(planted.get("/api/v1/me").await.status, 401);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_changed_password_ends_every_session_but_the_one_it_was_changed_in(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let mut here = app.browser(Role::Employee).await;
    let email = here.user().email.clone();
    let mut elsewhere = app.nobody();
    elsewhere.sign_in(&email, PASSWORD).await;

    let change = json!({ "current": PASSWORD, "new": ANOTHER });
    let reply = here.put("/api/v1/me/password", change).await;
    assert_eq!(reply.status, 204);
    here.keep_cookie(&reply);

    assert_eq!(here.get("/api/v1/me").await.status, 200);
    assert_eq!(elsewhere.get("/api/v1/me").await.status, 401);
    assert_eq!(app.nobody().sign_in(&email, PASSWORD).await.status, 401);
    assert_eq!(app.nobody().sign_in(&email, ANOTHER).await.status, 204);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_password_is_not_changed_without_the_current_one(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Employee).await;
    let change = json!({ "current": "not the current one", "new": ANOTHER });
    assert_eq!(browser.put("/api/v1/me/password", change).await.problem(422), "invalid");
    assert_eq!(app.nobody().sign_in(&browser.user().email, PASSWORD).await.status, 204);
}

#[sqlx::test(migrations = "../migrations")]
async fn suspension_ends_sessions_and_tokens_at_once_and_no_new_ones_begin(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let browser = app.browser(Role::Employee).await;
    let token = app.state.accounts.create_token(browser.user(), "program".into()).await.unwrap();
    let program = app.nobody().with_token(&token.secret);
    assert_eq!(program.get("/api/v1/me").await.status, 200);

    let path = format!("/api/v1/users/{}", browser.id());
    assert_eq!(admin.patch(&path, json!({ "suspended": true })).await.expect(200)["suspended"], true);

    assert_eq!(browser.get("/api/v1/me").await.status, 401);
    assert_eq!(program.get("/api/v1/me").await.status, 401);
    assert_eq!(app.nobody().sign_in(&browser.user().email, PASSWORD).await.status, 401);

    admin.patch(&path, json!({ "suspended": false })).await.expect(200);
    assert_eq!(browser.get("/api/v1/me").await.status, 401, "the old session stays ended");
    assert_eq!(program.get("/api/v1/me").await.status, 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_cookie_is_out_of_the_reach_of_scripts_and_of_other_sites(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    let reply = app.nobody().sign_in(&user.email, PASSWORD).await;
    let cookie = reply.set_cookie().unwrap();
    assert!(cookie.starts_with("footnote_session="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=1209600"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[sqlx::test(migrations = "../migrations")]
async fn over_tls_the_cookie_is_bound_to_tls_and_to_this_host(db: PgPool) {
    let app = TestApp::spawn_with(db, &[("FOOTNOTE_PUBLIC_URL", "https://kb.example")]).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    let reply = app.nobody().sign_in(&user.email, PASSWORD).await;
    let cookie = reply.set_cookie().unwrap();
    assert!(cookie.starts_with("__Host-footnote_session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/") && !cookie.contains("Domain"), "{cookie}");
    assert!(reply.header("strict-transport-security").is_some());
}

#[sqlx::test(migrations = "../migrations")]
async fn who_is_not_signed_in_is_given_no_cookie(db: PgPool) {
    let app = TestApp::spawn(db).await;
    for path in ["/api/v1/me", "/healthz", "/sign-in"] {
        assert_eq!(app.nobody().get(path).await.set_cookie(), None, "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_session_in_use_lives_on_and_one_that_ended_is_swept_away(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let browser = app.browser(Role::Employee).await;
    sqlx::query("update tower_sessions.session set expiry_date = now() - interval '1 second'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(browser.get("/api/v1/me").await.status, 401);

    app.state.accounts.sweep().await.unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from tower_sessions.session").fetch_one(&db).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_token_decides_alone_where_one_is_sent(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Employee).await;
    let request = browser.request(Method::GET, "/api/v1/me").header("authorization", "Bearer fn_unknown");
    assert_eq!(browser.send(request, Body::empty()).await.status, 401);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_sign_in_form_leads_on_and_says_what_went_wrong(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    let mut browser = app.nobody();

    let wrong = [("email", user.email.as_str()), ("password", "not the password"), ("next", "/c/1?a=b&c=d")];
    let reply = browser.post_form("/session", &wrong).await;
    assert_eq!(reply.status, 303);
    let location = "/sign-in?next=/c/1%3Fa%3Db%26c%3Dd&error=wrong_credentials";
    assert_eq!(reply.header("location"), Some(location));

    let right = [("email", user.email.as_str()), ("password", PASSWORD), ("next", "//evil.example")];
    let reply = browser.post_form("/session", &right).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, Some("/")));
    browser.keep_cookie(&reply);
    assert_eq!(browser.get("/api/v1/me").await.status, 200);

    let reply = browser.post_form("/session/end", &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, Some("/sign-in")));
    assert_eq!(browser.get("/api/v1/me").await.status, 401);
}
