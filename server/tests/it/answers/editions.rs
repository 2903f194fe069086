//! Documents that disagree, taken in as files are.

use serde_json::{Value, json};
use sqlx::PgPool;

use crate::common::{Shelf, Visitor, embedder};

/// A policy of some length, of which editions differ in what a hotel may cost.
fn policy(euros: u32) -> String {
    let rules: String = (0..40)
        .map(|rule| format!("Rule {rule} of travelling says that ticket class {} is paid.\n\n", rule * 7))
        .collect();
    format!("# Travel policy\n\nHotels are paid up to {euros} euros a night.\n\n{rules}")
}

async fn shelf(db: PgPool) -> Shelf {
    Shelf::with_embedder(db, embedder().clone()).await
}

async fn ask(asker: &Visitor, body: Value) -> Value {
    asker.post("/api/v1/ask", body).await.expect(200)
}

/// The number of the source whose document has this id.
fn number_of(answered: &Value, document: &str) -> u64 {
    let mut sources = answered["sources"].as_array().unwrap().iter();
    let found = sources.find(|source| {
        source["document_id"] == *document && source["quote"].as_str().unwrap().contains("Hotels")
    });
    found.unwrap()["ref"].as_u64().unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn the_newest_edition_answers_and_the_older_one_is_named_with_both_dates(db: PgPool) {
    let shelf = shelf(db).await;
    let _work = shelf.app.start_work();
    let new = shelf.upload("travel policy 2026.md", &policy(150)).await;
    shelf.await_processed().await;
    let old = shelf.upload("travel policy 2025.md", &policy(120)).await;
    shelf.await_processed().await;

    let answered = ask(&shelf.admin, json!({ "question": "How much is paid for hotels a night?" })).await;
    let answer = answered["answer"].as_str().unwrap();
    let (newer, older) = (number_of(&answered, &new), number_of(&answered, &old));
    assert!(answer.starts_with(&format!("Hotels are paid up to 150 euros a night. [{newer}]")), "{answer}");
    let otherwise = answer.lines().find(|line| line.contains("older edition")).expect(answer);
    assert!(otherwise.contains("says otherwise"), "{answer}");
    assert!(
        otherwise.ends_with(&format!(" [{newer}]: Hotels are paid up to 120 euros a night. [{older}]")),
        "{answer}"
    );
    assert_eq!(otherwise.matches("“Travel policy” (").count(), 2, "{answer}");
    let sentences = answered["sentences"].as_array().unwrap();
    assert!(sentences.iter().all(|it| it["support"] != "unsupported"), "{sentences:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn documents_that_state_different_numbers_are_both_told(db: PgPool) {
    let shelf = shelf(db).await;
    let _work = shelf.app.start_work();
    let one = "# Office guide\n\nThe gate of the garage opens at 7 in the morning.\n\nLunch is at noon.";
    let other = "# Welcome letter\n\nThe gate of the garage opens at 6 in the morning.\n\nAsk for a badge.";
    shelf.upload("office guide.md", one).await;
    shelf.upload("welcome letter.md", other).await;
    shelf.await_processed().await;
    let question = json!({ "question": "When does the gate of the garage open in the morning?" });
    let answered = ask(&shelf.admin, question).await;
    let answer = answered["answer"].as_str().unwrap();
    assert!(answer.contains("opens at 7") && answer.contains("opens at 6"), "{answer}");
    assert!(answer.contains("says otherwise than"), "{answer}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_question_that_names_a_document_and_a_year_is_answered_from_it(db: PgPool) {
    let shelf = shelf(db).await;
    let _work = shelf.app.start_work();
    shelf.upload("travel policy 2026.md", &policy(150)).await;
    let old = shelf.upload("travel policy 2025.md", &policy(120)).await;
    shelf.upload("guests.md", "# Guest rules\n\nHotels are paid up to 90 euros a night for guests.").await;
    shelf.await_processed().await;

    let question = "How much is paid for hotels a night in the travel policy of 2025?";
    let answered = ask(&shelf.admin, json!({ "question": question })).await;
    assert_eq!(answered["narrowed_to"], json!(["Travel policy"]));
    let sources = answered["sources"].as_array().unwrap();
    assert!(sources.iter().all(|source| source["document_id"] == *old), "{sources:?}");
    assert!(answered["answer"].as_str().unwrap().contains("120 euros"), "{answered}");

    let everywhere = json!({ "question": question, "everywhere": true });
    let answered = ask(&shelf.admin, everywhere).await;
    assert_eq!(answered.get("narrowed_to"), None);
    let sources = answered["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["document_id"] != *old), "{sources:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_collection_that_may_not_be_read_is_no_name(db: PgPool) {
    let shelf = shelf(db).await;
    let _work = shelf.app.start_work();
    let secret = crate::common::create_collection(&shelf.admin, "Merger papers", "restricted").await;
    let path = format!("/api/v1/collections/{secret}/documents");
    let text = b"# Merger plan\n\nThe gate of the garage stays open.".as_slice();
    shelf.admin.upload(&path, &[("plan.md", text)]).await.expect(202);
    shelf.upload("guide.md", "# Office guide\n\nThe gate of the garage opens at 7.").await;
    shelf.await_processed().await;
    shelf.await_collection(&secret).await;
    for question in
        ["When does the gate open in the merger plan?", "When does the gate open in the merger papers?"]
    {
        let employee = shelf.app.visitor(app::account::Role::Employee).await;
        assert_eq!(ask(&employee, json!({ "question": question })).await.get("narrowed_to"), None);
        assert!(ask(&shelf.admin, json!({ "question": question })).await.get("narrowed_to").is_some());
    }
}
