//! The built site's files.

use axum::body::Body;
use http::Method;
use sqlx::PgPool;

use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn a_file_named_after_its_content_is_kept_for_ever_and_sent_compressed(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let visitor = app.nobody();
    let request = visitor.request(Method::GET, "/pkg/footnote-abc.js").header("accept-encoding", "br, gzip");
    let script = visitor.send(request, Body::empty()).await;
    assert_eq!((script.status.as_u16(), script.text()), (200, "compressed"));
    assert_eq!(script.header("content-encoding"), Some("br"));
    assert_eq!(script.header("content-type"), Some("text/javascript"));
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(script.set_cookie(), None);

    let plain = visitor.get("/pkg/footnote-abc.js").await;
    assert_eq!((plain.text(), plain.header("content-encoding")), ("plain", None));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_file_that_may_change_is_asked_for_again(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let icon = app.nobody().get("/favicon.svg").await;
    assert_eq!(icon.status, 200);
    assert_eq!(icon.header("cache-control"), Some("public, no-cache"));
}

#[sqlx::test(migrations = "../migrations")]
async fn nothing_outside_of_the_site_is_sent(db: PgPool) {
    let app = TestApp::spawn(db).await;
    for path in [
        "/pkg/../secret",
        "/pkg/..%2fsecret",
        "/pkg/%2e%2e/secret",
        "/pkg/%00",
        "/assets.json",
        "/pkg/none.js",
    ] {
        assert_eq!(app.nobody().get(path).await.status, 404, "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn pages_load_what_the_builder_named(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let page = app.nobody().get("/sign-in").await;
    assert!(page.text().contains("/pkg/footnote-abc.js"), "{}", page.text());
    // What the builder did not name has its own name.
    assert!(page.text().contains("/pkg/footnote.css"), "{}", page.text());
}
