//! Copies, and older and newer editions, are found and marked.

use app::account::Role;
use serde_json::Value;
use sqlx::PgPool;

use crate::common::{Shelf, create_collection};

fn policy(days: u32) -> String {
    let rules: String = (0..60)
        .map(|rule| format!("Rule {rule} of travelling says that {} is paid.\n\n", rule * 7))
        .collect();
    format!("# Travel policy\n\nBook {days} days ahead.\n\n{rules}")
}

fn similar(document: &Value) -> Vec<(String, bool)> {
    let similar = document["similar"].as_array().unwrap();
    similar
        .iter()
        .map(|other| (other["id"].as_str().unwrap().to_owned(), other["is_newer"] == true))
        .collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn an_older_edition_names_the_newer_one(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let _work = shelf.app.start_work();
    let new = shelf.upload("travel policy 2026.md", &policy(20)).await;
    shelf.await_processed().await;
    let old = shelf.upload("travel policy 2025.md", &policy(10)).await;
    shelf.upload("other.md", &"Nothing of all this has to do with it. ".repeat(50)).await;
    shelf.await_processed().await;
    assert_eq!(similar(&shelf.document(&old).await), [(new.clone(), true)]);
    assert_eq!(similar(&shelf.document(&new).await), [(old.clone(), false)]);

    // A version that isn't like it any more.
    shelf
        .upload("travel policy 2025.md", &"It has been withdrawn, and nothing is left of it. ".repeat(50))
        .await;
    shelf.await_processed().await;
    assert_eq!(similar(&shelf.document(&new).await), []);
}

#[sqlx::test(migrations = "../migrations")]
async fn who_may_not_read_the_other_does_not_learn_of_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let _work = shelf.app.start_work();
    let open = shelf.upload("policy.md", &policy(10)).await;
    let secret = create_collection(&shelf.admin, "Secret", "restricted").await;
    let draft = policy(20);
    let path = format!("/api/v1/collections/{secret}/documents");
    shelf.admin.upload(&path, &[("draft.md", draft.as_bytes())]).await.expect(202);
    shelf.await_processed().await;
    shelf.admin.get(&format!("/library/{secret}/progress")).await;
    assert_eq!(similar(&shelf.document(&open).await).len(), 1);

    let employee = shelf.app.visitor(Role::Employee).await;
    let seen = employee.get(&format!("/api/v1/documents/{open}")).await.expect(200);
    assert_eq!(similar(&seen), []);
    let listed = employee.get("/api/v1/documents").await.expect(200);
    assert_eq!(similar(&listed["items"][0]), []);
}
