//! One-time links, and the first start.

use app::{account::Role, ports::Accounts};
use secrecy::SecretString;
use server::{account::FirstStart, config::FirstAdmin};
use sqlx::PgPool;

use crate::common::{PASSWORD, TestApp};

async fn first_link(app: &TestApp) -> String {
    match app.state.accounts.first_start(None).await.unwrap() {
        FirstStart::Link { path } => path.split_once("token=").unwrap().1.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_admin_is_made_by_a_link_that_works_once(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let token = first_link(&app).await;
    let mut browser = app.nobody();

    let too_short = [("token", token.as_str()), ("email", "ada@example.org"), ("password", "short")];
    let reply = browser.post_form("/set-up", &too_short).await;
    let location = reply.header("location").unwrap();
    assert!(location.starts_with(&format!("/set-up?token={token}&error=invalid&detail=")), "{location}");

    let good = [("token", token.as_str()), ("email", "Ada@Example.org"), ("password", PASSWORD)];
    let reply = browser.post_form("/set-up", &good).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, Some("/")));
    browser.keep_cookie(&reply);
    let me = browser.get("/api/v1/me").await.expect(200);
    assert_eq!((me["email"].as_str(), me["role"].as_str()), (Some("ada@example.org"), Some("admin")));

    let again = [("token", token.as_str()), ("email", "eve@example.org"), ("password", PASSWORD)];
    let reply = app.nobody().post_form("/set-up", &again).await;
    assert!(reply.header("location").unwrap().contains("error=conflict"), "{reply:?}");
    assert_eq!(reply.set_cookie(), None);
    assert_eq!(app.state.accounts.first_start(None).await.unwrap(), FirstStart::Over);
}

#[sqlx::test(migrations = "../migrations")]
async fn of_two_who_use_one_link_at_the_same_time_one_gets_in(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let token = first_link(&app).await;
    let forms = ["ada@example.org", "eve@example.org"]
        .map(|email| [("token", token.as_str()), ("email", email), ("password", PASSWORD)]);
    let (ada, eve) = (app.nobody(), app.nobody());
    let (ada, eve) = tokio::join!(ada.post_form("/set-up", &forms[0]), eve.post_form("/set-up", &forms[1]));
    assert_eq!([&ada, &eve].iter().filter(|reply| reply.header("location") == Some("/")).count(), 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_new_start_ends_the_link_of_the_last_one(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let first = first_link(&app).await;
    let second = first_link(&app).await;
    assert!(app.state.accounts.invitation(first).await.is_err());
    assert!(app.state.accounts.invitation(second).await.is_ok());
}

#[sqlx::test(migrations = "../migrations")]
async fn the_settings_make_the_first_admin_and_never_another(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = |email: &str| FirstAdmin { email: email.into(), password: SecretString::from(PASSWORD) };
    let added = app.state.accounts.first_start(Some(&admin("ada@example.org"))).await.unwrap();
    assert_eq!(added, FirstStart::AdminAdded { email: "ada@example.org".into() });
    assert_eq!(app.nobody().sign_in("ada@example.org", PASSWORD).await.status, 204);

    let later = app.state.accounts.first_start(Some(&admin("eve@example.org"))).await.unwrap();
    assert_eq!(later, FirstStart::Over);
    assert_eq!(app.nobody().sign_in("eve@example.org", PASSWORD).await.status, 401);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_invited_person_chooses_a_password_and_earlier_sessions_end(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let admin = app.visitor(Role::Admin).await;
    let browser = app.browser(Role::Employee).await;
    let email = browser.user().email.clone();

    let path = format!("/api/v1/users/{}/password-link", browser.id());
    let made = admin.post(&path, serde_json::Value::Null).await.expect(201);
    let token = made["url"].as_str().unwrap().split_once("/set-up?token=").unwrap().1;
    let form = [("token", token), ("password", "chosen by the person alone")];
    assert_eq!(app.nobody().post_form("/set-up", &form).await.header("location"), Some("/"));

    assert_eq!(browser.get("/api/v1/me").await.status, 401);
    assert_eq!(app.nobody().sign_in(&email, PASSWORD).await.status, 401);
    assert_eq!(app.nobody().sign_in(&email, "chosen by the person alone").await.status, 204);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_old_link_and_one_of_somebody_suspended_open_nothing(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let admin = app.user(Role::Admin, None).await;
    let user = app.user(Role::Employee, None).await;
    let accounts = &app.state.accounts;
    let token = |path: String| path.split_once("token=").unwrap().1.to_owned();
    let link = token(accounts.password_link(&admin, user.id).await.unwrap());

    let suspend = |suspended| app::account::UserChange { suspended: Some(suspended), ..Default::default() };
    accounts.change_user(&admin, user.id, suspend(true)).await.unwrap();
    let form = [("token", link.as_str()), ("password", PASSWORD)];
    assert!(app.nobody().post_form("/set-up", &form).await.header("location").unwrap().contains("error="));

    accounts.change_user(&admin, user.id, suspend(false)).await.unwrap();
    sqlx::query("update setup_link set expires_at = now()").execute(&db).await.unwrap();
    assert!(app.nobody().post_form("/set-up", &form).await.header("location").unwrap().contains("error="));
    assert_eq!(app.nobody().sign_in(&user.email, PASSWORD).await.status, 401);
}
