//! What a person may not read takes no part in their answers, then or later.

use app::{
    account::Role,
    answer::Ask,
    ports::{Accounts, Answers},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    endpoint::fake::{Act, Endpoint, Step},
    shelf::Shelf,
    stream::EventStream,
};
use crate::common::{PASSWORD, Visitor};

const SECRET: &str = "The acquisition of Contoso closes on 12 June for 40 million dollars.";
const QUESTION: &str = "When does the acquisition of Contoso close?";

async fn ask(asker: &Visitor) -> Value {
    asker.post("/api/v1/ask", json!({ "question": QUESTION })).await.expect(200)
}

async fn restricted(shelf: &Shelf) -> Uuid {
    shelf.put_handbook().await;
    let collection = shelf.collection("restricted").await;
    shelf.put(collection, "Board minutes", SECRET).await;
    collection
}

#[sqlx::test(migrations = "../migrations")]
async fn only_who_was_granted_a_collection_is_answered_from_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let collection = restricted(&shelf).await;
    let (insider, outsider) = (shelf.employee().await, shelf.employee().await);
    shelf.grant(collection, insider.id()).await;
    assert!(ask(&insider).await["answer"].as_str().unwrap().contains("12 June"));

    let answered = ask(&outsider).await;
    assert_eq!(answered["abstained"], true);
    assert!(
        !answered.to_string().contains("Contoso closes") && !answered.to_string().contains("Board minutes")
    );
    let body = json!({ "question": QUESTION, "collections": [collection] });
    assert_eq!(outsider.post("/api/v1/ask", body).await.problem(404), "not_found");
    let body = json!({ "question": QUESTION, "collections": [Uuid::now_v7()] });
    assert_eq!(outsider.post("/api/v1/ask", body).await.problem(404), "not_found");
    let written: i64 = sqlx::query_scalar("select count(*) from message").fetch_one(&shelf.db).await.unwrap();
    assert_eq!(written, 2, "a refused question is not stored");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_is_withheld_once_its_source_may_not_be_read(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let collection = restricted(&shelf).await;
    let asker = shelf.employee().await;
    shelf.grant(collection, asker.id()).await;
    let answered = ask(&asker).await;
    let conversation = format!("/api/v1/conversations/{}", answered["conversation_id"].as_str().unwrap());
    assert_eq!(asker.get(&conversation).await.expect(200)["messages"][0]["withheld"], false);

    shelf.revoke(collection, asker.id()).await;
    let reread = asker.get(&conversation).await;
    let message = &reread.expect(200)["messages"][0];
    assert_eq!(message["withheld"], true);
    assert_eq!(message["answer"], "");
    assert_eq!(message["blocks"], json!([]));
    assert!(!reread.text().contains("12 June") && !reread.text().contains("Board minutes"));
    let events = format!("/answers/{}/events", answered["message_id"].as_str().unwrap());
    let followed = asker.get(&events).await;
    assert!(!followed.text().contains("12 June"), "{}", followed.text());

    // A follow-up isn't helped by it either.
    let next = json!({ "question": "And for how much?", "conversation_id": answered["conversation_id"] });
    let next = asker.post("/api/v1/ask", next).await.expect(200);
    assert!(!next.to_string().contains("40 million"));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_conversation_of_another_does_not_exist(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let (owner, stranger) = (shelf.employee().await, shelf.employee().await);
    let answered = ask(&owner).await;
    let conversation = answered["conversation_id"].as_str().unwrap();
    let message = answered["message_id"].as_str().unwrap();
    let path = format!("/api/v1/conversations/{conversation}");
    let body = json!({ "question": "And then?", "conversation_id": conversation });
    for reply in [
        stranger.get(&path).await,
        stranger.delete(&path).await,
        stranger.patch(&path, json!({ "title": "Mine" })).await,
        stranger.post("/api/v1/ask", body).await,
        stranger.post(&format!("/api/v1/messages/{message}/feedback"), json!({ "rating": "up" })).await,
        stranger.post(&format!("/api/v1/messages/{message}/stop"), json!({})).await,
    ] {
        assert_eq!(reply.problem(404), "not_found");
    }
    assert_eq!(stranger.get("/api/v1/conversations").await.expect(200)["items"], json!([]));
    let untouched = owner.get(&path).await.expect(200);
    assert_eq!(untouched["title"], QUESTION);
    assert_eq!(untouched["messages"].as_array().unwrap().len(), 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_deleted_document_takes_its_answers_with_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let document = shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let body = json!({ "question": "What does parking cost?" });
    let answered = asker.post("/api/v1/ask", body).await.expect(200);
    let mut connection = shelf.db.acquire().await.unwrap();
    assert_eq!(server::answer::withdraw(&mut connection, document).await.unwrap(), 1);

    let conversation = format!("/api/v1/conversations/{}", answered["conversation_id"].as_str().unwrap());
    let message = asker.get(&conversation).await.expect(200)["messages"][0].clone();
    assert_eq!(message["state"], "withdrawn");
    assert_eq!(message["answer"], "");
    assert_eq!(message["sources"], json!([]));
    for table in ["answer_event", "message_source", "message"] {
        let left: i64 =
            sqlx::query_scalar(&format!("select count(*) from {table} as t where t::text like '%$45%'"))
                .fetch_one(&shelf.db)
                .await
                .unwrap();
        assert_eq!(left, 0, "in {table}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn who_is_suspended_reads_no_further(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let answered =
        asker.post("/api/v1/ask", json!({ "question": "What does parking cost?" })).await.expect(200);
    let message = answered["message_id"].as_str().unwrap().parse().unwrap();
    // An answer that is never finished, whose reader is suspended meanwhile.
    sqlx::query("update message set state = 'writing'").execute(&shelf.db).await.unwrap();
    sqlx::query("delete from answer_event where event ->> 'event' in ('verdict', 'done')")
        .execute(&shelf.db)
        .await
        .unwrap();
    let mut events = EventStream::follow(&asker, message, 0).await;
    events.next().await.unwrap();
    sqlx::query("update account set suspended_at = now() where id = $1")
        .bind(asker.id())
        .execute(&shelf.db)
        .await
        .unwrap();
    events.rest().await;
}

/// An answer that has begun and goes on until its stream is ended, and who reads it.
async fn reading(db: PgPool, browser: bool) -> (Shelf, Visitor, Endpoint, EventStream) {
    let steps = vec![Step::Say("Employees receive 20 days [1]. ".into()), Step::Hang];
    let endpoint = Endpoint::start(vec![Act::Stream(steps)]).await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    shelf.put_handbook().await;
    let asker = match browser {
        true => shelf.app.browser(Role::Employee).await,
        false => shelf.employee().await,
    };
    let question = "How many days of paid vacation do employees receive?";
    let mut events = match browser {
        true => {
            let ask = Ask { question: question.into(), ..Ask::default() };
            let asked = shelf.app.state.answers.ask(asker.user(), ask).await.unwrap();
            EventStream::follow(&asker, asked.message_id, 0).await
        }
        false => EventStream::ask(&asker, json!({ "question": question })).await,
    };
    events.next().await.expect("it has begun");
    (shelf, asker, endpoint, events)
}

#[sqlx::test(migrations = "../migrations")]
async fn a_revoked_token_ends_the_answer_that_it_was_streaming(db: PgPool) {
    let (shelf, asker, endpoint, events) = reading(db, false).await;
    let tokens = shelf.app.state.accounts.tokens(asker.user()).await.unwrap();
    shelf.app.state.accounts.revoke_token(asker.user(), tokens[0].id).await.unwrap();
    events.rest().await;
    endpoint.wait_for_dropped(1).await;
}

#[sqlx::test(migrations = "../migrations")]
async fn signing_out_ends_the_answers_that_the_browser_followed(db: PgPool) {
    let (_shelf, asker, _endpoint, events) = reading(db, true).await;
    asker.delete("/api/v1/session").await.expect(204);
    events.rest().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn a_changed_password_ends_the_answers_of_other_sessions(db: PgPool) {
    let (shelf, asker, _endpoint, events) = reading(db, true).await;
    let new = "an entirely different passphrase".to_owned();
    shelf.app.state.accounts.change_password(asker.user(), PASSWORD.into(), new).await.unwrap();
    events.rest().await;
}
