//! Questions to the built-in answerer, by the API.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    shelf::Shelf,
    stream::{EventStream, names, text},
};

async fn ask(shelf: &Shelf, question: &str) -> Value {
    let asker = shelf.employee().await;
    asker.post("/api/v1/ask", json!({ "question": question })).await.expect(200)
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_quotes_the_sentence_that_answers_and_cites_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let document = shelf.put_handbook().await;

    let answered = ask(&shelf, "How many vacation days do full-time employees get?").await;
    let answer = answered["answer"].as_str().unwrap();
    assert!(
        answer.starts_with("Full-time employees receive 20 days of paid vacation each year. [1]"),
        "{answer}"
    );
    assert_eq!(answered["abstained"], false);
    assert_eq!(answered["model"], "extractive");
    assert_eq!(answered["cache"], "miss");
    assert_eq!(answered["usage"], json!({ "prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0 }));

    let source = &answered["sources"][0];
    assert_eq!(source["ref"], 1);
    assert_eq!(source["document_id"], document.to_string());
    let quote = source["quote"].as_str().unwrap();
    assert!(quote.starts_with("Full-time employees receive 20 days"));
    let [start, end] = [0, 1].map(|at| source["highlights"][0][at].as_u64().unwrap() as usize);
    let marked: String = quote.chars().skip(start).take(end - start).collect();
    assert!(
        marked.starts_with("Full-time employees receive 20 days of paid vacation each year."),
        "{marked}"
    );

    let sentence = &answered["sentences"][0];
    assert_eq!(sentence["support"], "supported");
    assert_eq!(sentence["refs"], json!([1]));
    let [start, end] = ["start", "end"].map(|at| sentence[at].as_u64().unwrap() as usize);
    let sentence: String = answer.chars().skip(start).take(end - start).collect();
    assert_eq!(sentence, "Full-time employees receive 20 days of paid vacation each year. [1]");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_events_of_a_stream_come_in_their_order(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;

    let events =
        EventStream::ask(&asker, json!({ "question": "What does parking cost?" })).await.rest().await;
    assert_eq!(names(&events), ["meta", "sources", "delta", "verdict", "done"]);
    assert!(
        text(&events).contains("Parking at the Seattle office costs $45 a month. [1]"),
        "{}",
        text(&events)
    );
    let meta = &events[0].data;
    assert_eq!(meta["model"], "extractive");
    assert_eq!(meta["cache"], "miss");
    assert!(meta["prompt_version"].is_string());
    let stored =
        asker.get(&format!("/api/v1/conversations/{}", meta["conversation_id"].as_str().unwrap())).await;
    let message = &stored.expect(200)["messages"][0];
    assert_eq!(message["answer"], text(&events));
    assert_eq!(message["id"], meta["message_id"]);
    assert_eq!(message["state"], "done");
    assert_eq!(message["sentences"], events[events.len() - 2].data["sentences"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_question_that_nothing_answers_is_not_answered_and_the_nearest_passages_are_offered(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let answered = ask(&shelf, "What is the parking fee in Tokyo?").await;
    assert_eq!(answered["abstained"], true);
    assert!(answered["answer"].as_str().unwrap().contains("don't answer this question"));
    assert_eq!(answered["sentences"], json!([]));
    assert_ne!(answered["sources"], json!([]));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_empty_library_answers_nothing(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let answered = ask(&shelf, "How many vacation days do I get?").await;
    assert_eq!(answered["abstained"], true);
    assert_eq!(answered["sources"], json!([]));
    assert_eq!(answered["answer"], "I found nothing about this in the documents you may read.");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_follow_up_is_understood_with_the_question_before(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let first =
        asker.post("/api/v1/ask", json!({ "question": "How many vacation days do employees get?" })).await;
    let conversation = first.expect(200)["conversation_id"].clone();
    let next = json!({ "question": "When do they expire?", "conversation_id": conversation });
    let answered = asker.post("/api/v1/ask", next).await.expect(200);
    assert_eq!(answered["conversation_id"], conversation);
    assert!(answered["answer"].as_str().unwrap().contains("expire on 31 March"), "{}", answered["answer"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_no_question_is_refused(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let asker = shelf.employee().await;
    for body in [
        json!({ "question": "  " }),
        json!({ "question": "x".repeat(4_001) }),
        json!({ "question": "Why?", "model": "nobody" }),
        json!({ "question": "Why?", "role": "admin" }),
        json!({ "question": 7 }),
        json!({}),
    ] {
        assert_eq!(asker.post("/api/v1/ask", body.clone()).await.problem(422), "invalid", "{body}");
    }
    let flood = asker.post("/api/v1/ask", json!({ "question": "why ".repeat(250_000) })).await;
    assert!([413, 422].contains(&flood.status.as_u16()));
    assert_eq!(asker.get("/api/v1/conversations").await.expect(200)["items"], json!([]));
    assert_eq!(
        shelf.app.nobody().post("/api/v1/ask", json!({ "question": "Why?" })).await.problem(401),
        "sign_in_needed"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_conversation_is_listed_renamed_and_deleted(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let asker = shelf.employee().await;
    let mut ids = Vec::new();
    for question in ["First?", "Second?", "Third?"] {
        let answered = asker.post("/api/v1/ask", json!({ "question": question })).await.expect(200);
        ids.push(answered["conversation_id"].as_str().unwrap().to_owned());
    }
    let page = asker.get("/api/v1/conversations?limit=2").await.expect(200);
    let titles = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(titles(&page), ["Third?", "Second?"]);
    let cursor = page["next_cursor"].as_str().unwrap().replace('+', "%2B");
    let page = asker.get(&format!("/api/v1/conversations?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(titles(&page), ["First?"]);
    assert_eq!(page["next_cursor"], Value::Null);

    let path = format!("/api/v1/conversations/{}", ids[0]);
    asker.patch(&path, json!({ "title": " Another  name " })).await.expect(204);
    assert_eq!(asker.get(&path).await.expect(200)["title"], "Another name");
    asker.delete(&path).await.expect(204);
    assert_eq!(asker.get(&path).await.problem(404), "not_found");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_question_of_two_parts_is_answered_in_both_and_says_how_it_was_read(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let question = "What does parking cost, and what does the dental plan cover?";
    let asker = shelf.employee().await;
    let answered = asker.post("/api/v1/ask", json!({ "question": question })).await.expect(200);
    assert_eq!(answered["read_as"], json!(["What does parking cost", "what does the dental plan cover?"]));
    let answer = answered["answer"].as_str().unwrap();
    assert!(answer.contains("$45") && answer.contains("two cleanings"), "{answer}");
    assert!(answered["confidence"].as_f64().unwrap() >= 0.5, "{answered}");

    let follow_up = json!({ "question": "Is it annual?", "conversation_id": answered["conversation_id"] });
    let read = asker.post("/api/v1/ask", follow_up).await.expect(200)["read_as"].clone();
    assert!(read[0].as_str().unwrap().starts_with("Is it annual? ("), "{read}");
}
