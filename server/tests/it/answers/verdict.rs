//! What the check of sentences does to an answer, with a model that says the wrong thing.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    endpoint::fake::{Endpoint, say},
    shelf::Shelf,
    stream::{EventStream, Sent, text},
};
use crate::common::Visitor;

/// What the model says is given beside the handbook's passages, whose numbers depend on the question.
struct Told {
    shelf: Shelf,
    asker: Visitor,
    events: Vec<Sent>,
}

const QUESTION: &str = "How many vacation days do full-time employees get?";

impl Told {
    async fn new(db: PgPool, said: &str) -> Self {
        let endpoint = Endpoint::start(vec![say(said)]).await;
        let shelf = Shelf::with(db, &endpoint.settings()).await;
        shelf.put_handbook().await;
        let asker = shelf.employee().await;
        let events = EventStream::ask(&asker, json!({ "question": QUESTION })).await.rest().await;
        Self { shelf, asker, events }
    }

    fn event(&self, name: &str) -> &Value {
        &self.events.iter().find(|sent| sent.event == name).unwrap().data
    }

    /// The sentence at this place of the verdict, with its words as they were sent.
    fn sentence(&self, at: usize) -> (String, &Value) {
        let checked = &self.event("verdict")["sentences"][at];
        let [start, end] = ["start", "end"].map(|at| checked[at].as_u64().unwrap() as usize);
        (text(&self.events).chars().skip(start).take(end - start).collect(), checked)
    }

    /// The number under which the passage with these words was offered.
    fn number_of(&self, words: &str) -> u64 {
        let sources = self.event("sources")["sources"].as_array().unwrap();
        let source = sources.iter().find(|source| source["quote"].as_str().unwrap().contains(words));
        source.unwrap()["ref"].as_u64().unwrap()
    }

    async fn stored(&self) -> Value {
        let conversation = self.event("meta")["conversation_id"].as_str().unwrap();
        let path = format!("/api/v1/conversations/{conversation}");
        self.asker.get(&path).await.expect(200)["messages"][0].clone()
    }
}

const TRUE: &str = "Full-time employees receive 20 days of paid vacation each year [1].";

#[sqlx::test(migrations = "../migrations")]
async fn a_sentence_that_its_source_contradicts_is_told_with_the_source_s_words(db: PgPool) {
    let wrong = "Unused vacation days expire on 30 June of the following year [1].";
    let told = Told::new(db, &format!("{TRUE} {wrong}")).await;
    let (words, checked) = told.sentence(1);
    assert_eq!(words, wrong);
    assert_eq!(checked["support"], "unsupported");
    let by = &checked["contradicted_by"];
    assert_eq!(by["ref"], 1);
    assert_eq!(by["quote"], "Unused vacation days expire on 31 March of the following year.");
    assert_eq!(told.sentence(0).1["support"], "supported");
    assert_eq!(told.sentence(0).1.get("contradicted_by"), None);

    let stored = told.stored().await;
    assert_eq!(stored["sentences"], told.event("verdict")["sentences"]);
    let shown = stored["blocks"].as_array().unwrap().iter().map(|block| block.as_str().unwrap());
    let shown = shown.collect::<String>();
    assert!(shown.contains("<del>Unused vacation days expire on 30 June"), "{shown}");
    assert!(shown.contains("The source says: “Unused vacation days expire on 31 March"), "{shown}");
    let desk = told.shelf.app.visitor(app::account::Role::Support).await;
    assert_eq!(desk.get("/api/v1/reviews").await.expect(200)["items"][0]["cause"], "unsupported");
}

#[sqlx::test(migrations = "../migrations")]
async fn denials_and_limits_are_compared_too(db: PgPool) {
    let told = Told::new(
        db,
        &format!("{TRUE} Unused vacation days do not expire on 31 March of the following year [1]."),
    )
    .await;
    assert_eq!(told.sentence(1).1["contradicted_by"]["ref"], 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_true_sentence_in_other_words_is_never_contradicted(db: PgPool) {
    let said = "Staff on full time get twenty days of paid vacation a year [1]. Ask your manager at least \
                14 days before [1]. Days that are not used by 31 March of the next year are lost [1].";
    let told = Told::new(db, said).await;
    let sentences = told.event("verdict")["sentences"].as_array().unwrap();
    assert_eq!(sentences.len(), 3);
    assert!(sentences.iter().all(|it| it.get("contradicted_by").is_none()), "{sentences:?}");
    assert_eq!(sentences[0]["support"], "supported");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_citation_of_the_wrong_passage_becomes_one_of_the_right_one(db: PgPool) {
    let told = Told::new(db, &format!("{TRUE} Parking at the Seattle office costs $45 a month [1].")).await;
    let right = told.number_of("Parking");
    assert_ne!(right, 1);
    let (words, checked) = told.sentence(1);
    assert_eq!(words, format!("Parking at the Seattle office costs $45 a month [{right}]."));
    assert_eq!(checked["refs"], json!([right]));
    assert_eq!(checked["support"], "supported");
    let corrected = told.event("verdict")["corrected"].as_array().unwrap();
    let at = text(&told.events).chars().count() - format!("[{right}].").len();
    assert_eq!(*corrected, [json!({ "at": at, "said": 1, "shown": right })]);
    let stored = told.stored().await;
    assert_eq!(stored["answer"], text(&told.events), "what was shown is what is stored");
    assert_eq!(stored["sentences"], told.event("verdict")["sentences"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_citation_that_nothing_justifies_is_left_out(db: PgPool) {
    let told = Told::new(db, &format!("{TRUE} Astronauts train in deep swimming pools [1]. {TRUE}")).await;
    let (words, checked) = told.sentence(1);
    assert_eq!(words, "Astronauts train in deep swimming pools.");
    assert_eq!((&checked["refs"], &checked["support"]), (&json!([]), &json!("unsupported")));
    assert_eq!(told.sentence(2).0, TRUE, "the offsets behind it hold");
    assert_eq!(told.event("verdict")["corrected"][0]["shown"], Value::Null);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_answer_that_comes_whole_has_its_citations_set_right(db: PgPool) {
    let said = format!("{TRUE} Parking at the Seattle office costs $45 a month [1].");
    let endpoint = Endpoint::start(vec![say(&said)]).await;
    let shelf = Shelf::with(db, &endpoint.settings()).await;
    shelf.put_handbook().await;
    let asker = shelf.employee().await;
    let answered = asker.post("/api/v1/ask", json!({ "question": QUESTION })).await.expect(200);
    let refs = &answered["sentences"][1]["refs"];
    assert_ne!(*refs, json!([1]));
    assert!(answered["answer"].as_str().unwrap().ends_with(&format!("a month {refs}.")), "{answered}");
}
