//! A model that can't read much.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    endpoint::fake::{Act, Endpoint},
    shelf::Shelf,
};
use crate::common::Visitor;

const WINDOW: u32 = 2_048;
const ANSWER: &str = "Full-time employees receive 20 days of paid vacation each year [1].";

/// More about vacation than a small model can read.
async fn long_handbook(shelf: &Shelf) {
    let collection = shelf.collection("everyone").await;
    let about = |number: usize| {
        let rule = format!("Rule {number} on vacation of full-time employees is kept by their managers. ");
        format!("Full-time employees receive 20 days of paid vacation each year. {}", rule.repeat(12))
    };
    let text: Vec<String> = (0..12).map(about).collect();
    shelf.put(collection, "Employee handbook", &text.join("\n\n")).await;
}

async fn ask(asker: &Visitor, conversation: &Value) -> Value {
    let question = "How many vacation days do full-time employees get?";
    let body = json!({ "question": question, "conversation_id": conversation, "fresh": true });
    let answered = asker.post("/api/v1/ask", body).await.expect(200);
    assert_eq!((&answered["answer"], &answered["abstained"]), (&json!(ANSWER), &json!(false)));
    answered["conversation_id"].clone()
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_sent_has_room_in_a_small_window_from_the_first_question_on(db: PgPool) {
    let endpoint = Endpoint::start(vec![Act::Window(WINDOW, ANSWER)]).await;
    let mut settings = endpoint.settings();
    let window = WINDOW.to_string();
    settings.push(("FOOTNOTE_LLM_CONTEXT_TOKENS", window.as_str()));
    let shelf = Shelf::with(db, &settings).await;
    long_handbook(&shelf).await;
    let asker = shelf.employee().await;
    let mut conversation = Value::Null;
    for _ in 0..5 {
        conversation = ask(&asker, &conversation).await;
    }
    let counted = endpoint.counted();
    assert_eq!((endpoint.requests().len(), counted.len()), (5, 5), "nothing was refused");
    let room = WINDOW - WINDOW / 4;
    assert!(counted[1..].iter().all(|&tokens| room * 2 / 3 < tokens && tokens <= room), "{counted:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_window_that_nobody_named_is_learnt_from_one_refusal(db: PgPool) {
    let endpoint = Endpoint::start(vec![Act::Window(WINDOW, ANSWER)]).await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    long_handbook(&shelf).await;
    let asker = shelf.employee().await;
    for _ in 0..2 {
        ask(&asker, &Value::Null).await;
    }
    assert_eq!((endpoint.requests().len(), endpoint.counted().len()), (3, 2));
}
