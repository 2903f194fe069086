//! What answers cost is known, and bounded.

use app::account::Role;
use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    endpoint::fake::{Act, Endpoint, Step, say},
    shelf::Shelf,
    stream::EventStream,
};
use crate::common::Visitor;

const QUESTION: &str = "How many vacation days do full-time employees get?";
const ANSWER: &str = "Full-time employees receive 20 days of paid vacation each year [1].";
/// Of an answer of the fake endpoint, at a dollar a token.
const TOKENS: i64 = 150;

async fn shelf(db: PgPool, endpoint: &Endpoint) -> (Shelf, Visitor) {
    let mut settings = endpoint.settings();
    settings.extend([("FOOTNOTE_LLM_PRICE_IN", "1000000"), ("FOOTNOTE_LLM_PRICE_OUT", "1000000")]);
    let shelf = Shelf::with(db, &settings).await;
    shelf.put_handbook().await;
    let admin = shelf.app.visitor(Role::Admin).await;
    (shelf, admin)
}

async fn ask(asker: &Visitor) -> Value {
    asker.post("/api/v1/ask", json!({ "question": QUESTION, "fresh": true })).await.expect(200)
}

async fn report(admin: &Visitor) -> Value {
    admin.get("/api/v1/costs").await.expect(200)
}

#[sqlx::test(migrations = "../migrations")]
async fn every_answer_is_entered_with_what_it_took(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let (shelf, admin) = shelf(db, &endpoint).await;
    let asker = shelf.employee().await;
    ask(&asker).await;
    let again = json!({ "question": QUESTION });
    assert_eq!(asker.post("/api/v1/ask", again).await.expect(200)["cache"], "exact");

    let report = report(&admin).await;
    let total = &report["total"];
    assert_eq!((&total["answers"], &total["cached"]), (&json!(2), &json!(1)));
    assert_eq!((&total["prompt_tokens"], &total["completion_tokens"]), (&json!(120), &json!(30)));
    assert_eq!((&total["cost_usd"], &total["saved_usd"]), (&json!(150.0), &json!(150.0)));
    assert_eq!(report["by_model"][0]["name"], "fake-1");
    assert_eq!(report["by_user"][0]["name"], asker.user().email);
    assert_eq!(report["by_collection"][0]["cost_usd"], 150.0);
    assert_eq!(report["by_day"].as_array().unwrap().len(), 1);

    let sheet = admin.get("/api/v1/costs/entries.csv").await;
    assert_eq!(sheet.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = sheet.text().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains(",fake-1,done,120,30,150,") && lines[2].contains(",cached,0,0,"), "{lines:?}");
    admin.get("/api/v1/costs?from=2026-13-01").await.problem(422);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_failed_or_was_stopped_is_entered_as_far_as_it_came(db: PgPool) {
    let begun = || Step::Say("Full-time employees receive 20 days [1]. They".into());
    let script = vec![
        Act::Stream(vec![begun(), Step::Break]),
        Act::Refuse(401, None, ""),
        Act::Stream(vec![begun(), Step::Hang]),
    ];
    let endpoint = Endpoint::start(script).await;
    let (shelf, admin) = shelf(db, &endpoint).await;
    let asker = shelf.employee().await;
    let question = json!({ "question": QUESTION });
    asker.post("/api/v1/ask", question.clone()).await.problem(502);
    asker.post("/api/v1/ask", question.clone()).await.problem(502);
    let mut events = EventStream::ask(&asker, question).await;
    let message = events.wait_for("meta").await.data["message_id"].as_str().unwrap().to_owned();
    events.wait_for("delta").await;
    asker.post(&format!("/api/v1/messages/{message}/stop"), json!({})).await.expect(204);

    let sheet = admin.get("/api/v1/costs/entries.csv").await;
    let lines: Vec<Vec<&str>> = sheet.text().lines().skip(1).map(|line| line.split(',').collect()).collect();
    let outcomes: Vec<&str> = lines.iter().map(|line| line[3]).collect();
    assert_eq!(outcomes, ["failed", "failed", "stopped"]);
    let completion: Vec<&str> = lines.iter().map(|line| line[5]).collect();
    assert_eq!(completion, ["12", "0", "12"], "nothing where the model wasn't even reached");
}

#[sqlx::test(migrations = "../migrations")]
async fn where_a_budget_is_spent_quotations_stand_in_or_the_named_model_is_refused(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let (shelf, admin) = shelf(db, &endpoint).await;
    let asker = shelf.employee().await;
    let budget = |usd: f64| json!({ "scope": "each_person", "usd_per_day": usd });
    admin.put("/api/v1/budgets", budget(1_000_000.0)).await.expect(200);
    assert_eq!(ask(&asker).await["notice"], Value::Null);
    admin.put("/api/v1/budgets", budget(2_000.0)).await.expect(200);
    let nearly = ask(&asker).await;
    assert!(nearly["notice"].as_str().unwrap().contains("nearly spent"), "{nearly}");
    assert_eq!(nearly["model"], "fake-1");

    admin.put("/api/v1/budgets", budget(1_000.0)).await.expect(200);
    let stands_in = ask(&asker).await;
    assert_eq!(stands_in["model"], "extractive");
    assert!(stands_in["notice"].as_str().unwrap().contains("is spent for today"), "{stands_in}");
    assert!(stands_in["answer"].as_str().unwrap().contains("20 days"));
    let named = json!({ "question": QUESTION, "model": "fake-1", "fresh": true });
    let refused = asker.post("/api/v1/ask", named).await;
    assert_eq!(refused.problem(429), "budget_spent");
    assert!(refused.header("retry-after").is_some());
    // What was answered before costs nothing.
    let again = asker.post("/api/v1/ask", json!({ "question": QUESTION })).await.expect(200);
    assert_eq!((&again["cache"], &again["model"]), (&json!("exact"), &json!("fake-1")));
    assert_eq!(endpoint.requests().len(), 2);

    let budgets = admin.get("/api/v1/budgets").await.expect(200);
    assert_eq!(budgets["items"][0]["spent_tokens"], 2 * TOKENS);
    let other = shelf.employee().await;
    admin.put("/api/v1/budgets", budget(2_000.0)).await.expect(200);
    assert_eq!(ask(&other).await["model"], "fake-1", "another's budget is their own");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_groups_budget_bounds_its_members_together_and_nobody_else(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let (shelf, admin) = shelf(db, &endpoint).await;
    let (ada, ben, eve) = (shelf.employee().await, shelf.employee().await, shelf.employee().await);
    let group = admin.post("/api/v1/groups", json!({ "name": "Sales" })).await.expect(201)["id"].clone();
    let members = format!("/api/v1/groups/{}/members", group.as_str().unwrap());
    admin.put(&members, json!({ "users": [ada.id(), ben.id()] })).await.expect(200);
    ask(&ada).await;
    let budget = json!({ "scope": "group", "subject": group, "tokens_per_day": TOKENS });
    admin.put("/api/v1/budgets", budget).await.expect(200);
    let stands_in = ask(&ben).await;
    assert_eq!(stands_in["model"], "extractive");
    assert!(stands_in["notice"].as_str().unwrap().starts_with("The budget of Sales"), "{stands_in}");
    assert_eq!(ask(&eve).await["model"], "fake-1");
    for wrong in [
        json!({ "scope": "group", "tokens_per_day": 5 }),
        json!({ "scope": "everybody" }),
        json!({ "scope": "person", "subject": group, "tokens_per_day": 5 }),
        json!({ "scope": "everybody", "usd_per_day": -1 }),
    ] {
        admin.put("/api/v1/budgets", wrong).await.problem(422);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn questions_asked_at_once_cannot_race_past_a_budget(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let (shelf, admin) = shelf(db, &endpoint).await;
    // A guess is some 1,600 tokens, so there is room for three.
    admin.put("/api/v1/budgets", json!({ "scope": "everybody", "tokens_per_day": 5_000 })).await.expect(200);
    let askers = join_all((0..20).map(|_| shelf.employee())).await;
    let answered = join_all(askers.iter().map(ask)).await;
    let by_model = answered.iter().filter(|answer| answer["model"] == "fake-1").count();
    assert_eq!(by_model, endpoint.requests().len());
    let spent = report(&admin).await["total"]["prompt_tokens"].as_i64().unwrap();
    assert!((1..20).contains(&by_model) && spent <= 5_000, "{by_model} answers, {spent} tokens");
}

#[sqlx::test(migrations = "../migrations")]
async fn two_hundred_streams_of_one_person_are_four(db: PgPool) {
    let endpoint = Endpoint::start(vec![Act::Stream(vec![Step::Hang])]).await;
    let (shelf, _admin) = shelf(db, &endpoint).await;
    let asker = shelf.employee().await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(EventStream::ask(&asker, json!({ "question": QUESTION })).await);
    }
    let replies =
        join_all((0..200).map(|_| asker.post("/api/v1/ask", json!({ "question": QUESTION })))).await;
    for reply in replies {
        assert_eq!(reply.problem(429), "too_many_answers");
        assert!(reply.header("retry-after").is_some());
    }
    let flood = asker.post("/api/v1/ask", json!({ "question": "why ".repeat(250_000) })).await;
    assert!([413, 422].contains(&flood.status.as_u16()));
}
