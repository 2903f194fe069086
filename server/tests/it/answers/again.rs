//! Answers given again: to whom, how long, and never to whom they aren't for.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    endpoint::fake::{Endpoint, say},
    shelf::{HANDBOOK, Shelf},
    stream::{EventStream, names, text},
};
use crate::common::Visitor;

const QUESTION: &str = "How many vacation days do full-time employees get?";
const ANSWER: &str = "Full-time employees receive 20 days of paid vacation each year [1].";

async fn ask(asker: &Visitor, question: &str) -> Value {
    asker.post("/api/v1/ask", json!({ "question": question })).await.expect(200)
}

/// A handbook for everybody and a model that answers from it, with how often it was asked.
async fn shelf(db: PgPool) -> (Shelf, Endpoint) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let mut settings = endpoint.settings();
    settings.extend([("FOOTNOTE_LLM_PRICE_IN", "1"), ("FOOTNOTE_LLM_PRICE_OUT", "1")]);
    let shelf = Shelf::with(db, &settings).await;
    (shelf, endpoint)
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_question_gets_the_same_answer_for_nothing(db: PgPool) {
    let (shelf, endpoint) = shelf(db).await;
    shelf.put_handbook().await;
    let (ada, ben) = (shelf.employee().await, shelf.employee().await);
    let first = ask(&ada, QUESTION).await;
    assert_eq!(first["cache"], "miss");
    let again = ask(&ben, " how many vacation days do FULL-TIME employees get ?").await;
    assert_eq!(again["cache"], "exact");
    for member in ["answer", "sentences", "sources", "abstained", "model"] {
        assert_eq!(again[member], first[member], "{member}");
    }
    assert_eq!(again["usage"], json!({ "prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0 }));
    assert_eq!(endpoint.requests().len(), 1);
    let path = format!("/api/v1/conversations/{}", again["conversation_id"].as_str().unwrap());
    let message = ben.get(&path).await.expect(200)["messages"][0].clone();
    assert_eq!(message["cache"], "exact");
    assert!(message["answered_at"].is_string(), "{message}");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_given_again_comes_as_any_answer_does(db: PgPool) {
    let (shelf, _endpoint) = shelf(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;
    let events = EventStream::ask(&asker, json!({ "question": QUESTION })).await.rest().await;
    assert_eq!(names(&events), ["meta", "sources", "delta", "verdict", "done"]);
    assert_eq!((&events[0].data["cache"], text(&events).as_str()), (&json!("exact"), ANSWER));
    assert_eq!(events[3].data["sentences"][0]["support"], "supported");
}

#[sqlx::test(migrations = "../migrations")]
async fn who_asks_anew_is_answered_anew(db: PgPool) {
    let (shelf, endpoint) = shelf(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;
    let anew = asker.post("/api/v1/ask", json!({ "question": QUESTION, "fresh": true })).await.expect(200);
    assert_eq!((&anew["cache"], endpoint.requests().len()), (&json!("miss"), 2));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_question_that_means_the_same_is_known_and_one_that_looks_the_same_is_not(db: PgPool) {
    let (shelf, endpoint) = shelf(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;
    let meant = ask(&asker, "Can you tell me how many vacation days full-time employees get?").await;
    assert_eq!((&meant["cache"], endpoint.requests().len()), (&json!("semantic"), 1), "{meant}");
    assert_eq!(meant["answer"], ANSWER);
    for other in [
        "How many vacation days do full-time employees not get?",
        "How many vacation days do full-time employees get in Tokyo?",
        "How many vacation days do full-time employees get after 2 years?",
        "How many vacation days do part-time employees get?",
        "Why do full-time employees get vacation days?",
    ] {
        assert_eq!(ask(&asker, other).await["cache"], "miss", "{other}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_is_given_again_only_to_who_may_read_the_same(db: PgPool) {
    let (shelf, endpoint) = shelf(db).await;
    let secret = shelf.collection("restricted").await;
    shelf.put(secret, "Handbook of the board", HANDBOOK).await;
    let (ada, ben) = (shelf.employee().await, shelf.employee().await);
    shelf.grant(secret, ada.id()).await;
    assert_eq!(ask(&ada, QUESTION).await["answer"], ANSWER);

    let refused = ask(&ben, QUESTION).await;
    assert_eq!((&refused["cache"], &refused["sources"]), (&json!("miss"), &json!([])));
    assert!(!refused["answer"].as_str().unwrap().contains("20 days"));

    shelf.grant(secret, ben.id()).await;
    assert_eq!(ask(&ben, QUESTION).await["cache"], "exact");
    shelf.revoke(secret, ben.id()).await;
    let revoked = ask(&ben, QUESTION).await;
    assert_eq!((&revoked["cache"], &revoked["abstained"]), (&json!("miss"), &json!(true)));

    // Who may read more may get another answer.
    let more = shelf.collection("restricted").await;
    shelf.grant(more, ada.id()).await;
    assert_eq!(ask(&ada, QUESTION).await["cache"], "miss");
    assert_eq!(endpoint.requests().len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn narrowing_a_question_to_collections_asks_another(db: PgPool) {
    let (shelf, _endpoint) = shelf(db).await;
    let handbook = shelf.put_handbook().await;
    let other = shelf.collection("everyone").await;
    shelf.put(other, "Garage", "Parking costs $45 a month.").await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;
    let collection: String = sqlx::query_scalar("select collection_id::text from document where id = $1")
        .bind(handbook)
        .fetch_one(&shelf.db)
        .await
        .unwrap();
    let narrowed = json!({ "question": QUESTION, "collections": [collection] });
    assert_eq!(asker.post("/api/v1/ask", narrowed.clone()).await.expect(200)["cache"], "miss");
    assert_eq!(asker.post("/api/v1/ask", narrowed).await.expect(200)["cache"], "exact");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_changed_a_deleted_and_a_new_document_are_noticed_at_once(db: PgPool) {
    let (shelf, endpoint) = shelf(db).await;
    let document = shelf.put_handbook().await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;

    shelf.publish(document, &HANDBOOK.replace("20 days", "22 days")).await;
    assert_eq!(ask(&asker, QUESTION).await["cache"], "miss", "after a change");
    shelf.publish(document, HANDBOOK).await;
    assert_eq!(ask(&asker, QUESTION).await["cache"], "miss", "after another change");
    assert_eq!(ask(&asker, QUESTION).await["cache"], "exact");

    let news = shelf.collection("everyone").await;
    assert_eq!(ask(&asker, QUESTION).await["cache"], "miss", "there is another collection to read");
    let new = shelf.put(news, "News", "The canteen serves employees soup on Mondays.").await;
    assert_eq!(ask(&asker, QUESTION).await["cache"], "miss", "after a new document");
    assert_eq!(ask(&asker, QUESTION).await["cache"], "exact");

    let admin = shelf.app.visitor(app::account::Role::Admin).await;
    let _work = shelf.app.start_work();
    admin.delete(&format!("/api/v1/documents/{new}")).await.expect(200);
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from cached_answer join message_source using (message_id) where document_id = $1",
    )
    .bind(new)
    .fetch_one(&shelf.db)
    .await
    .unwrap();
    assert_eq!(kept, 0);
    let asked = endpoint.requests().len();
    ask(&asker, QUESTION).await;
    assert_eq!(endpoint.requests().len(), asked + 1, "after a deletion");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_restart_forgets_nothing_and_another_model_knows_nothing_of_it(db: PgPool) {
    let (shelf, endpoint) = shelf(db.clone()).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    ask(&asker, QUESTION).await;
    let named = json!({ "question": QUESTION, "model": "extractive" });
    assert_eq!(asker.post("/api/v1/ask", named.clone()).await.expect(200)["cache"], "miss");
    assert_eq!(asker.post("/api/v1/ask", named).await.expect(200)["cache"], "exact");

    let restarted = Shelf::with(db, &endpoint.settings()).await;
    restarted.app.until_ready().await;
    assert_eq!(ask(&restarted.employee().await, QUESTION).await["cache"], "exact");
    assert_eq!(endpoint.requests().len(), 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_no_good_answer_is_not_given_again(db: PgPool) {
    let doubtful = format!("{ANSWER} Lunch is free for astronauts [1].");
    let endpoint = Endpoint::start(vec![say("[no answer]"), say(&doubtful), say(ANSWER)]).await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    shelf.put_handbook().await;
    let (ada, ben) = (shelf.employee().await, shelf.employee().await);
    for what in ["the first", "after no answer", "after one with a sentence that nothing carries"] {
        assert_eq!(ask(&ada, QUESTION).await["cache"], "miss", "{what}");
    }
    let again = ask(&ben, QUESTION).await;
    assert_eq!(again["cache"], "exact");
    let rate = format!("/api/v1/messages/{}/feedback", again["message_id"].as_str().unwrap());
    ben.post(&rate, json!({ "rating": "down" })).await.expect(204);
    assert_eq!(ask(&ada, QUESTION).await["cache"], "miss", "after it was rated down");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_follow_up_is_known_by_what_it_means_here(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let (ada, ben) = (shelf.employee().await, shelf.employee().await);
    let follow = async |asker: &Visitor, first: &str| {
        let conversation = ask(asker, first).await["conversation_id"].clone();
        let next = json!({ "question": "What does it cost?", "conversation_id": conversation });
        asker.post("/api/v1/ask", next).await.expect(200)
    };
    let parking = "Is there parking at the Seattle office?";
    assert_eq!(follow(&ada, parking).await["cache"], "miss");
    assert_eq!(follow(&ben, parking).await["cache"], "exact");
    assert_ne!(follow(&ben, "What does the dental plan cover?").await["cache"], "exact");
}
