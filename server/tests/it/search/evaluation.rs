//! A small guard of the search's quality, with the real model: what words alone miss, what meaning
//! alone misses, and that both together miss neither. `make eval` measures it on whole sets.

use std::collections::HashSet;

use server::eval::{Measures, Outcome, Question, QuestionSet, Run};
use sqlx::PgPool;

use super::fixture::{Library, NewDocument};
use crate::common::embedder;

/// External id, language, title, passage.
const DOCUMENTS: [(&str, &str, &str, &str); 12] = [
    (
        "leave",
        "en",
        "Paid leave",
        "Employees have twenty-five days of paid holiday a year. Days that were not taken by the end of \
         March expire.",
    ),
    (
        "sick",
        "en",
        "Illness",
        "Whoever is ill tells their manager before nine in the morning. A doctor's note is needed from \
         the third day on.",
    ),
    (
        "parental",
        "en",
        "Parental leave",
        "After the birth of a child either parent may stay at home for up to sixteen weeks at full pay.",
    ),
    (
        "expenses",
        "en",
        "Travel expenses",
        "Train tickets and hotels are booked through the portal. Receipts are handed in within thirty \
         days, or the costs are not refunded.",
    ),
    (
        "laptop",
        "en",
        "Lost devices",
        "A notebook that was stolen must be reported to the service desk within the hour, so that it can \
         be wiped from afar.",
    ),
    (
        "password",
        "en",
        "Passwords",
        "A forgotten password is reset on the sign-in page. Five wrong attempts lock the account for a \
         quarter of an hour.",
    ),
    (
        "vpn",
        "en",
        "Remote access",
        "From outside the office the internal network is reached through the tunnel client. Error \
         TC-4711 means that the certificate has expired.",
    ),
    (
        "printer",
        "en",
        "Printers",
        "Error TC-4712 on the display means that the toner is empty. Cartridges lie in the cabinet on \
         each floor.",
    ),
    (
        "notice",
        "de",
        "Kündigung",
        "Die Kündigungsfrist beträgt drei Monate zum Ende eines Quartals. In der Probezeit sind es zwei Wochen.",
    ),
    (
        "canteen",
        "de",
        "Kantine",
        "Das Mittagessen wird bezuschusst. Die Kantine ist von halb zwölf bis zwei Uhr geöffnet.",
    ),
    (
        "overtime",
        "de",
        "Arbeitszeit",
        "Überstunden werden auf einem Konto gesammelt und innerhalb von sechs Monaten durch Freizeit \
         ausgeglichen.",
    ),
    (
        "parking",
        "en",
        "Parking",
        "Spaces in the garage are given out for a year at a time. Bicycles stand in the yard behind \
         building three.",
    ),
];

/// A question, and the document that answers it.
const QUESTIONS: [(&str, &str); 14] = [
    ("How much vacation do I get?", "leave"),
    ("When do unused holidays expire?", "leave"),
    ("I have the flu, whom do I have to inform?", "sick"),
    ("From which day is a doctor's note needed?", "sick"),
    ("My wife is having a baby, how long can I be off work?", "parental"),
    ("How do I get my money back for a hotel?", "expenses"),
    ("Somebody took my computer on the train", "laptop"),
    ("I cannot log in any more", "password"),
    ("TC-4711", "vpn"),
    ("What does error TC-4712 mean?", "printer"),
    ("Frist für eine Kündigung", "notice"),
    ("Wann öffnet die Kantine?", "canteen"),
    ("Was passiert mit Überstunden?", "overtime"),
    ("Where can I leave my bike?", "parking"),
];

#[sqlx::test(migrations = "../migrations")]
async fn both_searches_together_find_what_each_alone_misses(db: PgPool) {
    let library = Library::with_embedder(db, embedder()).await;
    let collection = library.add_collection("everyone").await;
    for (id, language, title, text) in DOCUMENTS {
        let document = NewDocument::in_language(language, title, text);
        library.add(collection, NewDocument { external_id: Some(id), ..document }).await;
    }
    library.settle().await;

    let questions = QUESTIONS.iter().map(|(text, right)| Question {
        id: (*text).to_owned(),
        text: (*text).to_owned(),
        relevant: HashSet::from([(*right).to_owned()]),
    });
    let set = QuestionSet { questions: questions.collect() };
    let run = Run::of(&library.service(), library.admin, &[collection], &set).await.unwrap();

    let mean = |mode: fn(&Outcome) -> &Measures| {
        run.outcomes.iter().map(|outcome| mode(outcome).ndcg_10).sum::<f64>() / run.outcomes.len() as f64
    };
    let (words, meaning, both) = (
        mean(|outcome| &outcome.lexical),
        mean(|outcome| &outcome.semantic),
        mean(|outcome| &outcome.hybrid),
    );
    assert!(words < 0.95 && meaning < 0.99, "too easy: {words:.3} {meaning:.3}");
    assert!(both >= words && both >= meaning && both > 0.95, "{}", run.report(None));
}
