//! What administrators do with people and groups.

use app::account::Role;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::common::{PASSWORD, TestApp};

#[sqlx::test(migrations = "../migrations")]
async fn an_admin_adds_people_and_they_sign_in(db: PgPool) {
    let app = TestApp::spawn(db.clone()).await;
    let admin = app.visitor(Role::Admin).await;
    let new = json!({ "email": " Ada@Example.org", "role": "support", "password": PASSWORD });
    let ada = admin.post("/api/v1/users", new.clone()).await.expect(201);
    assert_eq!((ada["email"].as_str(), ada["suspended"].as_bool()), (Some("ada@example.org"), Some(false)));
    assert_eq!(app.nobody().sign_in("ada@example.org", PASSWORD).await.status, 204);

    assert_eq!(admin.post("/api/v1/users", new).await.problem(409), "conflict");
    let stored: String =
        sqlx::query_scalar("select password_hash from account where email = 'ada@example.org'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_wrong_with_a_new_account_is_said_by_field(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    for (new, field) in [
        (json!({ "email": "no address", "role": "admin" }), Some("email")),
        (json!({ "email": "a@b.org", "role": "admin", "password": "password123" }), Some("password")),
        (json!({ "email": "a@b.org", "role": "owner" }), None),
        (json!({ "email": "a@b.org", "role": "admin", "id": Uuid::nil() }), None),
        (json!({ "role": "admin" }), None),
    ] {
        let problem = admin.post("/api/v1/users", new.clone()).await.expect(422);
        assert_eq!((problem["code"].as_str(), problem["field"].as_str()), (Some("invalid"), field), "{new}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn one_administrator_is_always_left(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let (ada, bob) = (app.visitor(Role::Admin).await, app.visitor(Role::Admin).await);
    let (ada_path, bob_path) = (format!("/api/v1/users/{}", ada.id()), format!("/api/v1/users/{}", bob.id()));

    let (demoted, suspended) = tokio::join!(
        ada.patch(&bob_path, json!({ "role": "employee" })),
        bob.patch(&ada_path, json!({ "suspended": true })),
    );
    let done = [&demoted, &suspended].iter().filter(|reply| reply.status == 200).count();
    assert_eq!(done, 1, "{demoted:?} {suspended:?}");

    let (last, path) = if demoted.status == 200 { (&ada, &ada_path) } else { (&bob, &bob_path) };
    for change in [json!({ "role": "support" }), json!({ "suspended": true })] {
        assert_eq!(last.patch(path, change).await.problem(409), "conflict");
    }
    assert_eq!(last.get("/api/v1/users").await.status, 200);
}

#[sqlx::test(migrations = "../migrations")]
async fn groups_are_made_filled_renamed_and_deleted(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let admin = app.visitor(Role::Admin).await;
    let person = app.visitor(Role::Employee).await;
    let group = admin.post("/api/v1/groups", json!({ "name": " Finance " })).await.expect(201);
    assert_eq!(group["name"], "Finance");
    assert_eq!(admin.post("/api/v1/groups", json!({ "name": "Finance" })).await.problem(409), "conflict");

    let path = format!("/api/v1/groups/{}", group["id"].as_str().unwrap());
    let members = format!("{path}/members");
    let twice = json!({ "users": [person.id(), person.id()] });
    assert_eq!(admin.put(&members, twice).await.expect(200)["members"], json!([person.id()]));
    let unknown = json!({ "users": [person.id(), Uuid::now_v7()] });
    assert_eq!(admin.put(&members, unknown).await.problem(422), "invalid");
    assert_eq!(admin.get(&path).await.expect(200)["members"], json!([person.id()]), "nothing was changed");

    assert_eq!(admin.patch(&path, json!({ "name": "Accounting" })).await.expect(200)["name"], "Accounting");
    let me = person.get("/api/v1/me").await.expect(200);
    assert_eq!(me["groups"], json!([{ "id": group["id"], "name": "Accounting" }]));

    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.get(&path).await.problem(404), "not_found");
    assert_eq!(person.get("/api/v1/me").await.expect(200)["groups"], json!([]));
}
