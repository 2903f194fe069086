//! Guessing at passwords.

use app::account::Role;
use server::account::Credentials;
use sqlx::PgPool;

use crate::common::{PASSWORD, TestApp};

fn guess(email: &str, password: &str, address: &str) -> Credentials {
    Credentials { email: email.into(), password: password.into(), address: address.into() }
}

/// The error's code, or `signed_in`.
async fn outcome(app: &TestApp, credentials: Credentials) -> String {
    match app.state.accounts.sign_in(credentials).await {
        Ok(_) => "signed_in".into(),
        Err(error) => app::error::AppError::from(error).code().to_owned(),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_unknown_address_is_refused_word_for_word_like_a_wrong_password(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let known = app.user(Role::Employee, Some(PASSWORD)).await;
    let invited = app.user(Role::Employee, None).await;
    let wrong = app.nobody().sign_in(&known.email, "not the password").await;
    assert_eq!(wrong.problem(401), "wrong_credentials");
    for email in [invited.email.as_str(), "nobody@example.org", "no address", "", &"x".repeat(1000)] {
        let unknown = app.nobody().sign_in(email, "not the password").await;
        assert_eq!(unknown.text(), wrong.text(), "{email}");
    }
    let endless = app.nobody().sign_in(&known.email, &"x".repeat(10_000)).await;
    assert_eq!(endless.text(), wrong.text());
}

#[sqlx::test(migrations = "../migrations")]
async fn after_a_few_failures_an_address_must_wait_even_with_the_right_password(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    for _ in 0..5 {
        assert_eq!(
            outcome(&app, guess(&user.email, "wrong, and long", "10.0.0.1")).await,
            "wrong_credentials"
        );
    }
    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "10.0.0.1")).await, "too_many_attempts");
    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "10.0.0.2")).await, "signed_in");

    sqlx::query("update failed_sign_in set at = at - interval '2 seconds'").execute(&db).await.unwrap();
    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "10.0.0.1")).await, "signed_in");
    assert_eq!(outcome(&app, guess(&user.email, "wrong, and long", "10.0.0.1")).await, "wrong_credentials");
}

#[sqlx::test(migrations = "../migrations")]
async fn guessing_from_many_addresses_comes_to_an_end_and_the_owner_still_gets_in(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "192.168.0.7")).await, "signed_in");
    // As if a hundred had been made: making them would take a while.
    sqlx::query(
        "insert into failed_sign_in (email, address) select $1, '10.1.0.' || n from generate_series(1, 100) n",
    )
    .bind(&user.email)
    .execute(&db)
    .await
    .unwrap();

    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "10.2.0.1")).await, "too_many_attempts");
    assert_eq!(outcome(&app, guess(&user.email, PASSWORD, "192.168.0.7")).await, "signed_in");
}

#[sqlx::test(migrations = "../migrations")]
async fn who_guesses_in_parallel_gets_no_more_guesses(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let user = app.user(Role::Employee, Some(PASSWORD)).await;
    let guesses = (0..24).map(|_| outcome(&app, guess(&user.email, "wrong, and long", "10.0.0.1")));
    let outcomes = futures::future::join_all(guesses).await;
    let made = outcomes.iter().filter(|outcome| *outcome == "wrong_credentials").count();
    // As many more as hash at the same time.
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!((5..=5 + cores).contains(&made), "{outcomes:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_refusal_says_how_long_to_wait(db: PgPool) {
    let app = TestApp::spawn(db).await;
    for _ in 0..5 {
        app.nobody().sign_in("somebody@example.org", "not the password").await;
    }
    let refused = app.nobody().sign_in("somebody@example.org", "not the password").await;
    assert_eq!(refused.problem(429), "too_many_attempts");
    assert_eq!(refused.header("retry-after"), Some("1"));
}

#[sqlx::test(migrations = "../migrations")]
async fn who_is_signed_in_cannot_guess_at_the_password_either(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let browser = app.browser(Role::Employee).await;
    let change = |current: &str| {
        let body = serde_json::json!({ "current": current, "new": "a few words put together" });
        browser.put("/api/v1/me/password", body)
    };
    for _ in 0..5 {
        change("not the password").await.problem(422);
    }
    assert_eq!(change(PASSWORD).await.problem(429), "too_many_attempts");
}
