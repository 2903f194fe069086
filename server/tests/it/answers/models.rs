//! Several models: whom who asks gets, where keys go, and what never leaves.

use app::{account::Role, ports::Answers};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    endpoint::fake::{Act, Endpoint, KEY, Step, say},
    shelf::{HANDBOOK, Shelf},
    stream::{EventStream, names},
};
use crate::common::Visitor;

const QUESTION: &str = "How many vacation days do full-time employees get?";
const ANSWER: &str = "Full-time employees receive 20 days of paid vacation each year [1].";

/// How a model inside is set up at a fake endpoint.
pub(super) fn inside(name: &str, endpoint: &Endpoint) -> Value {
    json!({
        "name": name, "base_url": endpoint.base_url, "model": "fake-1", "api_key": KEY, "is_external": false,
    })
}

async fn ask(asker: &Visitor, body: Value) -> Value {
    asker.post("/api/v1/ask", body).await.expect(200)
}

/// A handbook in a collection of its own.
pub(super) async fn handbook(shelf: &Shelf) -> Uuid {
    let collection = shelf.collection("everyone").await;
    shelf.put(collection, "Employee handbook", HANDBOOK).await;
    collection
}

#[sqlx::test(migrations = "../migrations")]
async fn a_model_that_was_set_up_is_asked_by_its_name_until_it_is_removed(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let shelf = Shelf::new(db).await;
    handbook(&shelf).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    let model = admin.post("/api/v1/models", inside("Large", &endpoint)).await.expect(201);
    admin.post("/api/v1/models", inside("Large", &endpoint)).await.problem(409);
    admin.post("/api/v1/models", inside("extractive", &endpoint)).await.problem(409);
    let path = format!("/api/v1/models/{}", model["id"].as_str().unwrap());

    let named = json!({ "question": QUESTION, "model": "Large", "fresh": true });
    assert_eq!(ask(&asker, named.clone()).await["model"], "Large");
    assert_eq!(endpoint.requests()[0]["model"], "fake-1");

    let mut resting = inside("Large", &endpoint);
    resting["is_enabled"] = json!(false);
    admin.put(&path, resting).await.expect(200);
    asker.post("/api/v1/ask", named.clone()).await.problem(422);
    admin.put(&path, inside("Larger", &endpoint)).await.expect(200);
    let renamed = json!({ "question": QUESTION, "model": "Larger", "fresh": true });
    assert_eq!(ask(&asker, renamed.clone()).await["model"], "Larger");
    admin.delete(&path).await.expect(204);
    asker.post("/api/v1/ask", renamed).await.problem(422);
    assert_eq!(endpoint.requests().len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_key_is_never_told_and_goes_nowhere_but_where_it_was_entered_for(db: PgPool) {
    let (endpoint, other) =
        (Endpoint::start(vec![say(ANSWER)]).await, Endpoint::start(vec![say(ANSWER)]).await);
    let shelf = Shelf::new(db).await;
    let admin = shelf.app.visitor(Role::Admin).await;
    let made = admin.post("/api/v1/models", inside("Large", &endpoint)).await;
    assert!(!made.text().contains(KEY));
    let model = made.expect(201);
    assert_eq!(model["has_key"], true);
    let path = format!("/api/v1/models/{}", model["id"].as_str().unwrap());
    let listed = admin.get("/api/v1/models").await;
    let page = admin.get("/admin/models").await;
    assert!(!listed.text().contains(KEY) && !page.text().contains(KEY));
    let stored: Vec<u8> =
        sqlx::query_scalar("select api_key from language_model").fetch_one(&shelf.db).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains(KEY));

    let mut moved = inside("Large", &other);
    moved.as_object_mut().unwrap().remove("api_key");
    let refused = admin.put(&path, moved.clone()).await;
    assert_eq!(refused.problem(422), "invalid");
    assert_eq!(refused.json()["field"], "api_key");
    moved["base_url"] = json!(endpoint.base_url);
    moved["name"] = json!("Renamed");
    assert_eq!(admin.put(&path, moved).await.expect(200)["has_key"], true, "the key stays at its address");
    admin.put(&path, inside("Large", &other)).await.expect(200);
    let mut keyless = inside("Large", &endpoint);
    keyless["api_key"] = json!("");
    assert_eq!(admin.put(&path, keyless).await.expect(200)["has_key"], false);

    // Moved in the database behind our back, it doesn't open.
    admin.put(&path, inside("Large", &endpoint)).await.expect(200);
    sqlx::query("update language_model set base_url = $1")
        .bind(&other.base_url)
        .execute(&shelf.db)
        .await
        .unwrap();
    let unrelated = inside("Second", &endpoint);
    admin.post("/api/v1/models", unrelated).await.expect(201);
    assert!(!shelf.app.state.answers.models().contains(&"Large".to_owned()));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_address_out_of_reach_is_refused(db: PgPool) {
    let endpoint = Endpoint::start(vec![say(ANSWER)]).await;
    let shelf = Shelf::new(db.clone()).await;
    let admin = shelf.app.visitor(Role::Admin).await;
    let at = |base_url: &str, is_external: bool| json!({ "name": "m", "base_url": base_url, "model": "m", "is_external": is_external });
    for (base_url, is_external) in [
        ("http://169.254.169.254/latest", false),
        ("http://[::ffff:a9fe:a9fe]/v1", false),
        ("http://2852039166/v1", false),
        ("http://127.0.0.1:1/v1", true),
        ("https://user:pass@models.example.com/v1", true),
        ("file:///etc/passwd", false),
    ] {
        let refused = admin.post("/api/v1/models", at(base_url, is_external)).await;
        assert_eq!(refused.problem(422), "invalid", "{base_url}");
    }
    // A name is looked up only when it is connected to.
    let port = endpoint.base_url.rsplit(':').next().unwrap();
    let mut named = inside("named", &endpoint);
    named["base_url"] = json!(format!("http://localhost:{port}"));
    named["is_external"] = json!(true);
    admin.post("/api/v1/models", named).await.expect(201);
    handbook(&shelf).await;
    let asker = shelf.employee().await;
    let question = json!({ "question": QUESTION, "model": "named" });
    assert_eq!(asker.post("/api/v1/ask", question).await.problem(502), "model_failed");
    assert_eq!(endpoint.requests().len(), 0);

    admin.post("/api/v1/models", inside("local", &endpoint)).await.expect(201);
    let strict = Shelf::with(db, &[("FOOTNOTE_LOCAL_MODELS", "no")]).await;
    assert!(!strict.app.state.answers.models().contains(&"local".to_owned()));
    let admin = strict.app.visitor(Role::Admin).await;
    admin.post("/api/v1/models", at("http://10.0.0.7/v1", false)).await.problem(422);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_collection_has_a_model_of_its_own_for_who_names_none(db: PgPool) {
    let (own, large) = (Endpoint::start(vec![say(ANSWER)]).await, Endpoint::start(vec![say(ANSWER)]).await);
    let shelf = Shelf::with(db, &own.settings()).await;
    let collection = handbook(&shelf).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    let model = admin.post("/api/v1/models", inside("Large", &large)).await.expect(201);
    let rule = format!("/api/v1/collections/{collection}/model-rule");
    assert_eq!(admin.get(&rule).await.expect(200), json!({ "default_model": null, "stays_inside": false }));
    admin.put(&rule, json!({ "default_model": model["id"] })).await.expect(200);
    admin.put(&rule, json!({ "default_model": Uuid::nil() })).await.problem(422);

    let answered = ask(&asker, json!({ "question": QUESTION })).await;
    assert_eq!((&answered["model"], large.requests().len(), own.requests().len()), (&json!("Large"), 1, 0));
    assert_eq!(ask(&asker, json!({ "question": QUESTION })).await["cache"], "exact");
    let named = json!({ "question": QUESTION, "model": "fake-1" });
    assert_eq!(ask(&asker, named).await["model"], "fake-1");
}

#[sqlx::test(migrations = "../migrations")]
async fn what_must_stay_inside_never_reaches_a_model_outside(db: PgPool) {
    let (outside, within) =
        (Endpoint::start(vec![say(ANSWER)]).await, Endpoint::start(vec![say(ANSWER)]).await);
    let mut settings = outside.settings();
    settings.push(("FOOTNOTE_LLM_EXTERNAL", "yes"));
    let shelf = Shelf::with(db, &settings).await;
    let secret = handbook(&shelf).await;
    let open = shelf.collection("everyone").await;
    shelf.put(open, "Zoo", "Giraffes sleep for two hours a night.").await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    let rule = format!("/api/v1/collections/{secret}/model-rule");
    admin.put(&rule, json!({ "stays_inside": true })).await.expect(200);

    for named in [json!({ "question": QUESTION }), json!({ "question": QUESTION, "model": "fake-1" })] {
        let answered = ask(&asker, named).await;
        assert_eq!(answered["model"], "extractive");
        assert!(answered["notice"].as_str().unwrap().contains("outside"), "{answered}");
    }
    // Neither by way of the conversation that follows.
    let answered = ask(&asker, json!({ "question": QUESTION, "fresh": true })).await;
    let next = json!({
        "question": "How long do giraffes sleep?", "collections": [open],
        "conversation_id": answered["conversation_id"],
    });
    assert_eq!(ask(&asker, next).await["model"], "extractive");
    assert_eq!(outside.requests().len(), 0);

    // What may leave does.
    let elsewhere =
        json!({ "question": "How long do giraffes sleep?", "collections": [open], "fresh": true });
    asker.post("/api/v1/ask", elsewhere).await;
    assert_eq!(outside.requests().len(), 1);
    assert!(!outside.requests()[0].to_string().contains("vacation"));

    admin.post("/api/v1/models", inside("Own", &within)).await.expect(201);
    assert_eq!(ask(&asker, json!({ "question": QUESTION, "fresh": true })).await["model"], "Own");
    assert_eq!((outside.requests().len(), within.requests().len()), (1, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn another_model_stands_in_for_one_that_fails_before_its_first_word(db: PgPool) {
    let failing = Endpoint::start(vec![Act::Refuse(401, None, ""), Act::Stream(vec![Step::Break])]).await;
    let (large, small) = (Endpoint::start(vec![say(ANSWER)]).await, Endpoint::start(vec![say(ANSWER)]).await);
    let shelf = Shelf::with(db, &failing.settings()).await;
    handbook(&shelf).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    admin.post("/api/v1/models", inside("Large", &large)).await.expect(201);
    admin.post("/api/v1/models", inside("Small", &small)).await.expect(201);
    for _ in 0..2 {
        let answered = ask(&asker, json!({ "question": QUESTION })).await;
        assert_eq!((&answered["model"], &answered["cache"]), (&json!("Large"), &json!("miss")));
        assert!(answered["notice"].as_str().unwrap().contains("fake-1 is failing"), "{answered}");
    }
    let events = EventStream::ask(&asker, json!({ "question": QUESTION })).await.rest().await;
    assert_eq!(names(&events), ["meta", "sources", "delta", "verdict", "done"]);
    assert_eq!((&events[0].data["model"], &events[4].data["model"]), (&json!("fake-1"), &json!("Large")));
    let named = json!({ "question": QUESTION, "model": "fake-1" });
    asker.post("/api/v1/ask", named).await.problem(502);
    let spent = admin.get("/api/v1/costs").await.expect(200)["by_model"].clone();
    let of_large = spent.as_array().unwrap().iter().find(|line| line["name"] == "Large").unwrap();
    assert_eq!((&of_large["answers"], small.requests().len()), (&json!(3), 0));
}

#[sqlx::test(migrations = "../migrations")]
async fn nobody_stands_in_after_the_first_word(db: PgPool) {
    let begun = Step::Say("Full-time employees receive 20 days [1]. They".into());
    let failing = Endpoint::start(vec![Act::Stream(vec![begun, Step::Break])]).await;
    let large = Endpoint::start(vec![say(ANSWER)]).await;
    let shelf = Shelf::with(db, &failing.settings()).await;
    handbook(&shelf).await;
    let (admin, asker) = (shelf.app.visitor(Role::Admin).await, shelf.employee().await);
    admin.post("/api/v1/models", inside("Large", &large)).await.expect(201);
    assert_eq!(
        asker.post("/api/v1/ask", json!({ "question": QUESTION })).await.problem(502),
        "model_cut_off"
    );
    assert_eq!(large.requests().len(), 0);
}
