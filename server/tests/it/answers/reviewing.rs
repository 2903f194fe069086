//! What people think of an answer, and what the review desk makes of it.

use app::account::Role;
use serde_json::json;
use sqlx::PgPool;

use super::shelf::Shelf;

#[sqlx::test(migrations = "../migrations")]
async fn a_bad_rating_puts_an_answer_on_the_desk_and_a_reviewer_resolves_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let body = json!({ "question": "What does parking cost?" });
    let answered = asker.post("/api/v1/ask", body).await.expect(200);
    let feedback = format!("/api/v1/messages/{}/feedback", answered["message_id"].as_str().unwrap());
    asker.post(&feedback, json!({ "rating": "up" })).await.expect(204);
    let support = shelf.app.visitor(Role::Support).await;
    assert_eq!(support.get("/api/v1/reviews?state=open").await.expect(200)["items"], json!([]));

    asker.post(&feedback, json!({ "rating": "down", "reason": "outdated" })).await.expect(204);
    let open = support.get("/api/v1/reviews?state=open").await.expect(200);
    let review = &open["items"][0];
    assert_eq!(review["cause"], "rated_down");
    assert_eq!(review["message"]["question"], "What does parking cost?");
    assert_eq!(review["message"]["answer"], answered["answer"]);
    assert_ne!(review["message"]["sources"], json!([]));

    asker.post(&feedback, json!({ "rating": "up" })).await.expect(204);
    assert_eq!(support.get("/api/v1/reviews?state=open").await.expect(200)["items"], json!([]));
    asker.post(&feedback, json!({ "rating": "down", "reason": "outdated" })).await.expect(204);
    let open = support.get("/api/v1/reviews?state=open").await.expect(200);
    let review = &open["items"][0];

    let resolve = format!("/api/v1/reviews/{}/resolve", review["id"].as_str().unwrap());
    let without_text = json!({ "outcome": "corrected" });
    assert_eq!(support.post(&resolve, without_text).await.problem(422), "invalid");
    let corrected = json!({ "outcome": "corrected", "correction": "It costs $50.", "note": "New since May" });
    let resolved = support.post(&resolve, corrected.clone()).await.expect(200);
    assert_eq!(resolved["state"], "corrected");
    assert_eq!(resolved["correction"], "It costs $50.");
    assert_eq!(support.post(&resolve, corrected).await.problem(409), "conflict");
    assert_eq!(support.get("/api/v1/reviews?state=open").await.expect(200)["items"], json!([]));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_desk_is_for_support_and_administrators(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let employee = shelf.employee().await;
    assert_eq!(employee.get("/api/v1/reviews").await.problem(403), "forbidden");
    let path = format!("/api/v1/reviews/{}/resolve", uuid::Uuid::now_v7());
    let resolution = json!({ "outcome": "approved" });
    assert_eq!(employee.post(&path, resolution.clone()).await.problem(403), "forbidden");
    let admin = shelf.app.visitor(Role::Admin).await;
    assert_eq!(admin.post(&path, resolution).await.problem(404), "not_found");
    assert_eq!(admin.get("/api/v1/reviews?state=nonsense").await.problem(422), "invalid");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_reviewer_sees_no_answer_from_sources_that_they_may_not_read(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let collection = shelf.collection("restricted").await;
    shelf.put(collection, "Board minutes", "The acquisition of Contoso closes on 12 June.").await;
    let asker = shelf.employee().await;
    shelf.grant(collection, asker.id()).await;
    let body = json!({ "question": "When does the acquisition of Contoso close?" });
    let answered = asker.post("/api/v1/ask", body).await.expect(200);
    let feedback = format!("/api/v1/messages/{}/feedback", answered["message_id"].as_str().unwrap());
    asker.post(&feedback, json!({ "rating": "down" })).await.expect(204);

    let support = shelf.app.visitor(Role::Support).await;
    let review = support.get("/api/v1/reviews").await.expect(200)["items"][0].clone();
    assert_eq!(review["message"]["withheld"], true);
    assert!(!review.to_string().contains("12 June"), "{review}");
    assert_eq!(review["message"]["sources"], json!([]));
    let admin = shelf.app.visitor(Role::Admin).await;
    let review = admin.get("/api/v1/reviews").await.expect(200)["items"][0].clone();
    assert_eq!(review["message"]["answer"], answered["answer"]);
    assert_eq!(review["message"]["sources"][0]["title"], "Board minutes");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_question_handed_over_is_answered_by_a_person_in_the_conversation(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let body = json!({ "question": "What is the parking fee in Tokyo?" });
    let answered = asker.post("/api/v1/ask", body).await.expect(200);
    assert_eq!(answered["abstained"], true);
    let path = format!("/api/v1/messages/{}/hand-over", answered["message_id"].as_str().unwrap());
    let stranger = shelf.employee().await;
    assert_eq!(stranger.post(&path, json!({})).await.problem(404), "not_found");
    asker.post(&path, json!({ "note": " I fly on Monday. " })).await.expect(204);

    let conversation = format!("/api/v1/conversations/{}", answered["conversation_id"].as_str().unwrap());
    let waiting = asker.get(&conversation).await.expect(200)["messages"][0]["handed_over"].clone();
    assert_eq!((&waiting["state"], &waiting["note"]), (&json!("open"), &json!(null)));

    let support = shelf.app.visitor(Role::Support).await;
    let review = support.get("/api/v1/reviews?state=open").await.expect(200)["items"][0].clone();
    assert_eq!((&review["cause"], &review["asked"]), (&json!("handed_over"), &json!("I fly on Monday.")));
    assert_eq!(review["message"]["confidence"], answered["confidence"]);
    let resolve = format!("/api/v1/reviews/{}/resolve", review["id"].as_str().unwrap());
    let reply =
        json!({ "outcome": "corrected", "correction": "500 yen an hour.", "note": "Not in the handbook." });
    support.post(&resolve, reply).await.expect(200);

    let told = asker.get(&conversation).await.expect(200)["messages"][0]["handed_over"].clone();
    assert_eq!(told["state"], "corrected");
    assert_eq!(told["correction"], "500 yen an hour.");
    assert_eq!(told["note"], "Not in the handbook.");

    // Again: the desk sees it once more.
    asker.post(&path, json!({ "note": "And at night?" })).await.expect(204);
    let review = support.get("/api/v1/reviews?state=open").await.expect(200)["items"][0].clone();
    assert_eq!((&review["asked"], &review["correction"]), (&json!("And at night?"), &json!(null)));
}

#[sqlx::test(migrations = "../migrations")]
async fn what_the_desk_notes_of_an_answer_that_nobody_handed_over_stays_there(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let answered =
        asker.post("/api/v1/ask", json!({ "question": "What does parking cost?" })).await.expect(200);
    let feedback = format!("/api/v1/messages/{}/feedback", answered["message_id"].as_str().unwrap());
    asker.post(&feedback, json!({ "rating": "down" })).await.expect(204);
    let support = shelf.app.visitor(Role::Support).await;
    let review = support.get("/api/v1/reviews").await.expect(200)["items"][0].clone();
    let resolve = format!("/api/v1/reviews/{}/resolve", review["id"].as_str().unwrap());
    support
        .post(&resolve, json!({ "outcome": "approved", "note": "The asker is mistaken." }))
        .await
        .expect(200);
    let conversation = format!("/api/v1/conversations/{}", answered["conversation_id"].as_str().unwrap());
    let message = asker.get(&conversation).await.expect(200)["messages"][0].clone();
    assert_eq!(message["handed_over"], json!(null));
}
