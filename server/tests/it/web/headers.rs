//! What browsers are told not to do.

use app::account::Role;
use axum::body::Body;
use http::Method;
use sqlx::PgPool;

use super::routes;
use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn every_answer_carries_the_security_headers(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Employee).await;
    for (route, path) in routes() {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let reply = browser.send(browser.request(method, &path), Body::empty()).await;
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{route:?}");
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"), "{route:?}");
        assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"), "{route:?}");
        assert!(reply.header("permissions-policy").is_some(), "{route:?}");
        assert!(reply.header("x-request-id").is_some(), "{route:?}");

        let policy = reply.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'"), "{policy} of {route:?}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy} of {route:?}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy} of {route:?}"
        );
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_page_runs_its_own_scripts_by_a_nonce_that_no_other_answer_has(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = app.nobody().get("/sign-in").await;
        assert_eq!(page.status, 200);
        let policy = page.header("content-security-policy").unwrap();
        let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 16, "{policy}");
        assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
        let scripts: Vec<_> = page.text().split("<script").skip(1).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            assert!(script.split('>').next().unwrap().contains(&nonce), "{script}");
        }
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_for_one_reader_is_not_kept_by_caches(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Employee).await;
    for path in ["/api/v1/me", "/api/v1/collections", "/", "/library"] {
        assert_eq!(browser.get(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
}
