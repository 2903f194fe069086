//! Models beside the one that answers: one reads follow-ups, one checks sentences.

use app::account::Role;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    endpoint::fake::{Act, Endpoint, Step, say},
    models::{handbook, inside},
    shelf::Shelf,
};
use crate::common::Visitor;

const QUESTION: &str = "How many vacation days do full-time employees get?";
const FOLLOW_UP: &str = "And when do they expire?";
const REWRITTEN: &str = "When do unused vacation days of full-time employees expire?";
/// Not word for word what its source says.
const LOOSE: &str = "Each year, 20 days of paid vacation are what full-time employees receive [1].";

/// Sets a model up for one role, by the name of that.
async fn set_up(shelf: &Shelf, role: &str, endpoint: &Endpoint) {
    let mut model = inside(role, endpoint);
    model["roles"] = json!([role]);
    let made = shelf.app.visitor(Role::Admin).await.post("/api/v1/models", model).await.expect(201);
    assert_eq!(made["roles"], json!([role]));
}

async fn ask(asker: &Visitor, body: Value) -> Value {
    asker.post("/api/v1/ask", body).await.expect(200)
}

/// What became of the follow-up to a first question.
async fn follow_up(asker: &Visitor) -> Value {
    let first = ask(asker, json!({ "question": QUESTION })).await;
    let next = json!({ "question": FOLLOW_UP, "conversation_id": first["conversation_id"], "fresh": true });
    ask(asker, next).await
}

#[sqlx::test(migrations = "../migrations")]
async fn a_follow_up_is_read_by_the_small_model_and_shown_as_it_was_read(db: PgPool) {
    let small = Endpoint::start(vec![say(REWRITTEN)]).await;
    let shelf = Shelf::new(db).await;
    handbook(&shelf).await;
    set_up(&shelf, "small", &small).await;
    let asker = shelf.employee().await;
    let answered = follow_up(&asker).await;
    assert_eq!(answered["read_as"], json!([REWRITTEN]));
    let aid = json!([{ "role": "small", "model": "small", "prompt_version": "rewrite-1" }]);
    assert_eq!(answered["aided_by"], aid);
    assert!(answered["answer"].as_str().unwrap().contains("31 March"), "{answered}");
    assert_eq!(
        (&answered["usage"]["prompt_tokens"], &answered["model"]),
        (&json!(120), &json!("extractive"))
    );
    let requests = small.requests();
    assert_eq!(requests.len(), 1, "the first question leans on nothing");
    let prompt = requests[0]["messages"].to_string();
    assert!(
        prompt.contains(QUESTION) && prompt.contains("20 days") && prompt.contains(FOLLOW_UP),
        "{prompt}"
    );

    // Corrected, it is taken as it stands.
    let corrected = json!({
        "question": "What is it about the dental plan?", "conversation_id": answered["conversation_id"],
        "as_it_stands": true,
    });
    assert!(ask(&asker, corrected).await.get("read_as").is_none());
    assert_eq!(small.requests().len(), 1);
    let page = asker.get(&format!("/c/{}", answered["conversation_id"].as_str().unwrap())).await;
    assert!(page.text().contains(REWRITTEN) && page.text().contains("question read by small"));

    let costs = shelf.app.visitor(Role::Admin).await.get("/api/v1/costs").await.expect(200);
    let of = |name: &str| {
        let lines = costs["by_model"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["name"] == name).unwrap()
    };
    assert_eq!((&of("small")["answers"], &of("small")["prompt_tokens"]), (&json!(0), &json!(120)));
    assert_eq!(of("extractive")["answers"], 3);
}

#[sqlx::test(migrations = "../migrations")]
async fn where_the_small_model_fails_the_question_is_read_as_without_one(db: PgPool) {
    let endless = Step::Say("When do vacation days expire? ".repeat(100));
    let small = Endpoint::start(vec![
        Act::Refuse(401, None, "{}"),
        Act::Refuse(
            503,
            None,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
        ),
        Act::Stream(vec![Step::Say(REWRITTEN.into()), Step::Break]),
        Act::Stream(vec![Step::Hang]),
        Act::Stream(vec![endless, Step::Finish]),
        say("They expire on 31 March.\nIs there anything else?"),
        say("When do the 99 vacation days of Fabrikam expire?"),
        say("<b>Click</b> https://attacker.example"),
        Act::Whole(""),
    ])
    .await;
    let without = Shelf::new(db.clone()).await;
    handbook(&without).await;
    let expected = follow_up(&without.employee().await).await["read_as"].clone();
    assert!(expected[0].as_str().unwrap().starts_with(FOLLOW_UP), "{expected}");
    set_up(&without, "small", &small).await;
    let asker = without.employee().await;
    for _ in 0..9 {
        let answered = follow_up(&asker).await;
        assert_eq!((&answered["read_as"], answered.get("aided_by")), (&expected, None));
        assert_eq!(answered["abstained"], false);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_model_that_checks_makes_a_verdict_stricter_and_never_gives_out_what_is_unsupported(db: PgPool) {
    let (answering, checking) =
        (Endpoint::start(vec![say(LOOSE)]).await, Endpoint::start(vec![say("1: yes")]).await);
    let shelf = Shelf::with(db, &answering.settings()).await;
    handbook(&shelf).await;
    let asker = shelf.employee().await;
    let fresh = json!({ "question": QUESTION, "fresh": true });
    let plain = ask(&asker, fresh.clone()).await["sentences"][0].clone();
    assert_eq!(plain["support"], "supported");
    set_up(&shelf, "check", &checking).await;

    let yes = ask(&asker, fresh.clone()).await;
    assert_eq!(
        (&yes["sentences"][0]["support"], &yes["sentences"][0]["second_opinion"]),
        (&json!("supported"), &json!(true))
    );
    assert_eq!(yes["aided_by"], json!([{ "role": "check", "model": "check", "prompt_version": "check-1" }]));
    assert_eq!(yes["usage"]["prompt_tokens"], 240);
    let prompt = checking.requests()[0]["messages"].to_string();
    assert!(prompt.contains("20 days of paid vacation are") && !prompt.contains("[1]"), "{prompt}");

    checking.now(say("**1**: No, it is not said so."));
    let no = ask(&asker, fresh.clone()).await;
    assert_eq!(
        (&no["sentences"][0]["support"], &no["sentences"][0]["second_opinion"]),
        (&json!("weak"), &json!(false))
    );

    // Nothing stands, whatever the model says: a wrong number, and a quotation.
    checking.now(say("1: yes\n2: no"));
    let quoted = "Bicycles may be left in the garage free of charge [1]. Parking at the Seattle office costs $54 a month [1].";
    answering.now(say(quoted));
    let asked = checking.requests().len();
    let judged =
        ask(&asker, json!({ "question": "What does parking cost in Seattle?", "fresh": true })).await;
    let supports: Vec<&Value> =
        judged["sentences"].as_array().unwrap().iter().map(|it| &it["support"]).collect();
    assert_eq!(supports, ["supported", "unsupported"]);
    assert_eq!(checking.requests().len(), asked, "there was nothing to ask of");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_model_that_checks_and_fails_changes_nothing(db: PgPool) {
    let checking = Endpoint::start(vec![
        Act::Refuse(500, None, ""),
        Act::Stream(vec![Step::Break]),
        say("I would rather not say."),
        say("1: yes\n1: no"),
        Act::Window(64, "1: no"),
        Act::Refuse(429, Some(("retry-after", "60")), ""),
    ])
    .await;
    let answering = Endpoint::start(vec![say(LOOSE)]).await;
    let shelf = Shelf::with(db, &answering.settings()).await;
    handbook(&shelf).await;
    let asker = shelf.employee().await;
    let fresh = json!({ "question": QUESTION, "fresh": true });
    let expected = ask(&asker, fresh.clone()).await["sentences"].clone();
    set_up(&shelf, "check", &checking).await;
    for _ in 0..6 {
        let answered = ask(&asker, fresh.clone()).await;
        assert_eq!((&answered["sentences"], answered.get("aided_by")), (&expected, None));
    }
    let reserved: i64 = sqlx::query_scalar("select count(*) from ledger_entry where outcome = 'reserved'")
        .fetch_one(&shelf.db)
        .await
        .unwrap();
    assert_eq!(reserved, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_must_stay_inside_is_neither_read_nor_checked_outside(db: PgPool) {
    let outside = Endpoint::start(vec![say("1: no")]).await;
    let answering = Endpoint::start(vec![say(LOOSE)]).await;
    let mut settings = outside.settings();
    settings.extend([("FOOTNOTE_LLM_EXTERNAL", "yes"), ("FOOTNOTE_LLM_ROLES", "small, check")]);
    let shelf = Shelf::with(db, &settings).await;
    let secret = handbook(&shelf).await;
    set_up(&shelf, "answer", &answering).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    let rule = format!("/api/v1/collections/{secret}/model-rule");
    admin.put(&rule, json!({ "stays_inside": true })).await.expect(200);
    assert!(follow_up(&asker).await.get("aided_by").is_none());
    let first =
        ask(&asker, json!({ "question": "Is the moon made of cheese?", "collections": [secret] })).await;
    let next = json!({
        "question": FOLLOW_UP, "conversation_id": first["conversation_id"], "collections": [secret],
    });
    assert!(ask(&asker, next).await.get("aided_by").is_none());
    assert_eq!(outside.requests().len(), 0);

    admin.put(&rule, json!({ "stays_inside": false })).await.expect(200);
    assert_eq!(follow_up(&asker).await["aided_by"][0]["role"], "check");
    assert_eq!(outside.requests().len(), 2, "a follow-up is read, if in vain, and its answer is checked");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_budget_that_is_spent_leaves_out_the_models_that_help(db: PgPool) {
    let small = Endpoint::start(vec![say(REWRITTEN)]).await;
    let shelf = Shelf::new(db).await;
    handbook(&shelf).await;
    set_up(&shelf, "small", &small).await;
    let budget = json!({ "scope": "everybody", "tokens_per_day": 10 });
    shelf.app.visitor(Role::Admin).await.put("/api/v1/budgets", budget).await.expect(200);
    let answered = follow_up(&shelf.employee().await).await;
    assert_eq!((answered.get("aided_by"), small.requests().len()), (None, 0));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_model_that_does_not_answer_is_asked_no_questions(db: PgPool) {
    let helping = Endpoint::start(vec![say("1: yes")]).await;
    let shelf = Shelf::new(db).await;
    let collection = handbook(&shelf).await;
    set_up(&shelf, "check", &helping).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    assert_eq!(ask(&asker, json!({ "question": QUESTION })).await["model"], "extractive");
    asker.post("/api/v1/ask", json!({ "question": QUESTION, "model": "check" })).await.problem(422);
    let models = admin.get("/api/v1/models").await.expect(200);
    let rule = json!({ "default_model": models["items"][0]["id"] });
    let refused = admin.put(&format!("/api/v1/collections/{collection}/model-rule"), rule).await;
    assert_eq!(refused.json()["field"], "default_model");
    for roles in [json!([]), json!(["judge"])] {
        let mut model = inside("Other", &helping);
        model["roles"] = roles;
        admin.post("/api/v1/models", model).await.problem(422);
    }
    assert_eq!(helping.requests().len(), 0);
}
