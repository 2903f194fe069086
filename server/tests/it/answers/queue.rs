//! A model that answers only so many questions at once.

use std::sync::Arc;

use app::account::Role;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::Semaphore;

use super::{
    endpoint::fake::{Act, Endpoint, Step},
    models::{handbook, inside},
    shelf::Shelf,
    stream::{EventStream, names},
};
use crate::common::Visitor;

const QUESTION: &str = "How many vacation days do full-time employees get?";

/// A model at which one question is answered for each permit.
async fn one_at_once(shelf: &Shelf) -> (Endpoint, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let answer = Step::Say("Full-time employees receive 20 days of paid vacation each year [1].".into());
    let endpoint =
        Endpoint::start(vec![Act::Stream(vec![Step::Wait(gate.clone()), answer, Step::Finish])]).await;
    let mut model = inside("Busy", &endpoint);
    model["at_once"] = json!(1);
    let admin = shelf.app.visitor(Role::Admin).await;
    let made = admin.post("/api/v1/models", model.clone()).await.expect(201);
    assert_eq!(made["at_once"], 1);
    model["at_once"] = json!(0);
    model["name"] = json!("None");
    assert_eq!(admin.post("/api/v1/models", model).await.json()["field"], "at_once");
    (endpoint, gate)
}

async fn ask(asker: &Visitor, what: &str) -> EventStream {
    EventStream::ask(asker, json!({ "question": format!("{QUESTION} {what}"), "model": "Busy" })).await
}

/// A question that waits, and its place.
async fn wait(asker: &Visitor, what: &str) -> (EventStream, Value) {
    let mut events = ask(asker, what).await;
    let place = events.wait_for("waiting").await.data["place"].clone();
    (events, place)
}

#[sqlx::test(migrations = "../migrations")]
async fn who_waits_for_a_busy_model_is_told_their_place_and_comes_in_turn(db: PgPool) {
    let shelf = Shelf::new(db).await;
    handbook(&shelf).await;
    let (endpoint, gate) = one_at_once(&shelf).await;
    let (busy, other) = (shelf.employee().await, shelf.employee().await);
    let mut first = ask(&busy, "(alpha)").await;
    first.wait_for("sources").await;
    let (second, place_of_second) = wait(&busy, "(beta)").await;
    let (third, place_of_third) = wait(&busy, "(gamma)").await;
    let (of_other, place_of_other) = wait(&other, "(delta)").await;
    assert_eq!([place_of_second, place_of_third, place_of_other], [json!(1), json!(2), json!(2)]);

    let conversations = other.get("/api/v1/conversations").await.expect(200);
    let path = format!("/api/v1/conversations/{}", conversations["items"][0]["id"].as_str().unwrap());
    assert_eq!(other.get(&path).await.expect(200)["messages"][0]["place"], 2);
    let page = other.get(&path.replace("/api/v1/conversations", "/c")).await;
    assert!(page.text().contains("1 question comes before this one"), "{}", page.text());

    gate.add_permits(4);
    assert_eq!(names(&first.rest().await), ["delta", "verdict", "done"]);
    let events = of_other.rest().await;
    assert_eq!(names(&events), ["waiting", "delta", "verdict", "done"]);
    assert_eq!(events.iter().rfind(|sent| sent.event == "waiting").unwrap().data["place"], 0);
    assert!(events.last().unwrap().data["timings_ms"]["waited"].as_f64().unwrap() > 0.0);
    for waiting in [second, third] {
        assert_eq!(names(&waiting.rest().await), ["waiting", "delta", "verdict", "done"]);
    }
    let order: Vec<bool> =
        endpoint.requests().iter().map(|request| request["messages"].to_string().contains("delta")).collect();
    assert_eq!(order, [false, false, true, false], "one of each person's in turn");
}

#[sqlx::test(migrations = "../migrations")]
async fn who_stops_waiting_makes_room(db: PgPool) {
    let shelf = Shelf::new(db).await;
    handbook(&shelf).await;
    let (endpoint, gate) = one_at_once(&shelf).await;
    let asker = shelf.employee().await;
    let mut first = ask(&asker, "(alpha)").await;
    first.wait_for("sources").await;
    let (leaving, _) = wait(&shelf.employee().await, "(beta)").await;
    let (staying, _) = wait(&shelf.employee().await, "(gamma)").await;
    drop(leaving);
    gate.add_permits(2);
    assert_eq!(names(&staying.rest().await).last(), Some(&"done"));
    assert_eq!(endpoint.requests().len(), 2, "who left was never asked for");
}
