//! Pages that follow an answer: from the beginning, from the middle, after its end, after a crash.

use std::sync::Arc;

use app::{
    answer::{AnswerState, Ask, LiveEvent, Message},
    ports::Answers,
};
use http::Method;
use serde_json::json;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    endpoint::fake::{Act, Endpoint, Step},
    shelf::Shelf,
    stream::{EventStream, Sent},
};
use crate::common::Visitor;

const QUESTION: &str = "What does parking cost, and what does the dental plan cover?";

/// Asks as a page does, and waits for the end.
async fn ask_and_finish(shelf: &Shelf, asker: &Visitor) -> (Uuid, Vec<Sent>) {
    let ask = Ask { question: QUESTION.into(), ..Ask::default() };
    let asked = shelf.app.state.answers.ask(asker.user(), ask).await.unwrap();
    let events = EventStream::follow(asker, asked.message_id, 0).await.rest().await;
    (asked.message_id, events)
}

fn apply(message: &mut Message, events: &[Sent]) {
    for sent in events {
        let event: LiveEvent = serde_json::from_value(sent.data.clone()).unwrap();
        message.apply(sent.id.unwrap(), event);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_page_that_follows_ends_with_the_message_as_it_is_stored(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let (id, events) = ask_and_finish(&shelf, &asker).await;
    let stored = shelf.app.state.answers.message(asker.user(), id).await.unwrap();
    let mut page = Message { seq: 0, blocks: Vec::new(), ..stored.clone() };
    apply(&mut page, &events);
    assert_eq!(page, stored);
    assert!(stored.blocks.concat().contains("data-ref=\"1\""));
    assert!(stored.blocks.concat().contains("class=\"sentence supported\""));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_reader_who_reconnects_gets_only_what_it_missed(db: PgPool) {
    let gate = Arc::new(Semaphore::new(0));
    let endpoint = Endpoint::start(vec![Act::Stream(vec![
        Step::Say("Full-time employees receive 20 days [1].\n\n".into()),
        Step::Wait(gate.clone()),
        Step::Say("Unused vacation days expire on 31 March [1].".into()),
        Step::Finish,
    ])])
    .await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let ask = Ask { question: "How many vacation days are there?".into(), ..Ask::default() };
    let id = shelf.app.state.answers.ask(asker.user(), ask).await.unwrap().message_id;
    let mut page = shelf.app.state.answers.message(asker.user(), id).await.unwrap();
    assert!(page.is_open());

    let mut events = EventStream::follow(&asker, id, page.seq).await;
    while page.blocks.is_empty() {
        apply(&mut page, &[events.next().await.unwrap()]);
    }
    let seen = page.seq;
    drop(events);
    gate.add_permits(1);

    // Leaving the page did not stop the answer; the header wins over the address.
    let request = asker
        .request(Method::GET, &format!("/answers/{id}/events?after=0"))
        .header("last-event-id", seen.to_string());
    let missed = EventStream::open(&asker, request, String::new()).await.rest().await;
    assert!(
        missed.iter().all(|sent| sent.id.unwrap() > seen && sent.data.get("sources").is_none()),
        "{missed:?}"
    );
    apply(&mut page, &missed);
    assert_eq!(page, shelf.app.state.answers.message(asker.user(), id).await.unwrap());
    assert_eq!(page.state, AnswerState::Done);
    assert_eq!(page.blocks.len(), 2);

    let nothing = asker.get(&format!("/answers/{id}/events?after={}", page.seq)).await;
    assert_eq!(nothing.status, 204);
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_follows_the_answer_of_another(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let (id, _) = ask_and_finish(&shelf, &asker).await;
    let stranger = shelf.employee().await;
    assert_eq!(stranger.get(&format!("/answers/{id}/events")).await.problem(404), "not_found");
    assert_eq!(stranger.get(&format!("/answers/{}/events", Uuid::now_v7())).await.problem(404), "not_found");
    assert_eq!(shelf.app.nobody().get(&format!("/answers/{id}/events")).await.problem(401), "sign_in_needed");
}

/// As a crash leaves an answer: no verdict, no end, and a lease that nobody renews.
async fn leave_open(db: &PgPool, writer: Option<Uuid>, lease: &str) {
    sqlx::query(&format!(
        "update message set state = 'writing', answer = '', sentences = '[]', finished_at = null,
             written_by = coalesce($1, written_by), leased_until = now() + interval '{lease}'"
    ))
    .bind(writer)
    .execute(db)
    .await
    .unwrap();
    sqlx::query("delete from answer_event where event ->> 'event' in ('verdict', 'done')")
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_that_another_living_server_writes_is_left_to_it(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let (id, _) = ask_and_finish(&shelf, &asker).await;
    let other = Some(Uuid::now_v7());
    leave_open(&shelf.db, other, "1 minute").await;
    let state = || async { shelf.app.state.answers.message(asker.user(), id).await.unwrap().state };

    shelf.app.state.answers.recover().await.unwrap();
    assert_eq!(state().await, AnswerState::Writing);
    leave_open(&shelf.db, other, "-1 second").await;
    shelf.app.state.answers.recover().await.unwrap();
    assert_eq!(state().await, AnswerState::Failed, "the other server has not been heard of");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_lease_is_renewed_while_its_answer_is_written(db: PgPool) {
    let gate = Arc::new(Semaphore::new(0));
    let steps = vec![Step::Wait(gate.clone()), Step::Say("Twenty [1].".into()), Step::Finish];
    let endpoint = Endpoint::start(vec![Act::Stream(steps)]).await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let ask = Ask { question: "How many vacation days are there?".into(), ..Ask::default() };
    let id = shelf.app.state.answers.ask(asker.user(), ask).await.unwrap().message_id;
    sqlx::query("update message set leased_until = now() - interval '1 hour'")
        .execute(&shelf.db)
        .await
        .unwrap();

    // Renewed before it is looked for what was left open.
    let keeping = tokio::spawn(shelf.app.state.answers.clone().keep_leases());
    let renewed = "select leased_until > now() from message where id = $1";
    while !sqlx::query_scalar::<_, bool>(renewed).bind(id).fetch_one(&shelf.db).await.unwrap() {
        tokio::task::yield_now().await;
    }
    assert!(shelf.app.state.answers.message(asker.user(), id).await.unwrap().is_open());
    keeping.abort();
    gate.add_permits(1);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_that_a_crash_left_open_is_closed_at_the_next_start(db: PgPool) {
    let shelf = Shelf::new(db).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let (id, _) = ask_and_finish(&shelf, &asker).await;
    leave_open(&shelf.db, None, "1 minute").await;

    shelf.app.state.answers.recover().await.unwrap();
    let message = shelf.app.state.answers.message(asker.user(), id).await.unwrap();
    assert_eq!(message.state, AnswerState::Failed);
    assert!(message.answer.contains("Parking at the Seattle office costs $45"), "what was written is kept");
    let error = message.error.unwrap();
    assert_eq!(error.code, "unavailable");
    assert!(error.detail.contains("restarted"));
    let events = EventStream::follow(&asker, id, 0).await.rest().await;
    assert!(events.last().unwrap().data.get("finished").is_some());
    let ask = json!({ "question": "Is it free?", "conversation_id": null });
    asker.post("/api/v1/ask", ask).await.expect(200);
}
