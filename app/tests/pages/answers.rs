//! Asking, answers and conversations.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::{
    fakes::{
        BUDGET, CONVERSATION, Company, GUIDE, HANDBOOK, LEAVE, MESSAGE, MODEL, PASSAGE, WRITING, admin,
        reader,
    },
    site::Site,
};

#[tokio::test]
async fn the_first_page_says_what_can_be_asked_of_what() {
    let page = Site::visited_by(reader()).get("/").await;
    page.shows("How do I book leave?").shows("Employee handbook").shows("871 documents").shows("extractive");
}

#[tokio::test]
async fn with_nothing_to_read_the_first_page_says_what_to_do_about_it() {
    let new = || Company { is_new: true, ..Company::default() };
    Site::of(new(), admin()).get("/").await.shows("Make a collection and upload documents");
    Site::of(new(), reader())
        .get("/")
        .await
        .shows("An administrator can add documents")
        .hides("For example")
        .shows("What you ask is kept here");
}

#[tokio::test]
async fn asking_leads_to_the_conversation() {
    let site = Site::visited_by(reader());
    let form = format!("question=How+much%3F&collections%5B%5D={HANDBOOK}&collections%5B%5D={GUIDE}");
    let asked = site.post("/", "/fn/ask", &form).await;
    assert_eq!(asked.status, StatusCode::FOUND);
    assert!(asked.location.unwrap().starts_with(&format!("/c/{CONVERSATION}#message-")));
    assert_eq!(site.calls(), ["ask How much? of 2 collections"]);
}

#[tokio::test]
async fn an_answer_given_again_says_so_and_can_be_asked_for_anew() {
    let site = Site::visited_by(reader());
    let page = site.get(&format!("/c/{CONVERSATION}")).await;
    page.shows("This was answered before, on 20 Nov 2026.").shows("Ask again");
    let form = format!("conversation={CONVERSATION}&fresh=true&question=How+much%3F");
    site.post("/", "/fn/ask", &form).await;
    assert_eq!(site.calls(), ["ask How much? of 0 collections anew"]);
}

#[tokio::test]
async fn an_admin_sees_what_answers_cost_and_sets_what_they_may() {
    let site = Site::visited_by(admin());
    let page = site.get("/admin/costs?from=2026-11-01").await;
    page.shows("large")
        .shows("$0.4175")
        .shows("Human resources")
        .shows("84 %")
        .shows("entries.csv?from=2026-11-01");
    site.post("/admin/costs", "/fn/set_budget", "scope=each_person&usd_per_day=2.5&tokens_per_day=").await;
    site.post("/admin/costs", "/fn/remove_budget", &format!("id={BUDGET}")).await;
    assert_eq!(
        site.calls(),
        ["set_budget each_person Some(2.5) None".to_owned(), format!("remove_budget {BUDGET}")]
    );
    assert_eq!(Site::visited_by(reader()).get("/admin/costs").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_admin_sets_models_up_and_says_who_answers_from_what() {
    let site = Site::visited_by(admin());
    let page = site.get("/admin/models").await;
    page.shows("Large")
        .shows("answers, checks sentences: outside, with a key")
        .shows("https://models.example/v1")
        .shows("large-2");
    let form = "settings[name]=New&settings[base_url]=https%3A%2F%2Fm.example%2Fv1&settings[model]=m&settings[api_key]=sk-1&settings[answers]=true&settings[reads]=true";
    site.post("/admin/models", "/fn/save_model", form).await;
    let keyless = format!(
        "id={MODEL}&{}&settings[without_key]=true&settings[is_inside]=true",
        form.replace("sk-1", "")
    );
    site.post("/admin/models", "/fn/save_model", &keyless).await;
    site.post("/admin/models", "/fn/remove_model", &format!("id={MODEL}")).await;
    site.get(&format!("/library/{HANDBOOK}")).await.shows("Who may answer from it").shows("Large");
    let rule = format!("id={HANDBOOK}&default_model=&stays_inside=true");
    site.post(&format!("/library/{HANDBOOK}"), "/fn/set_model_rule", &rule).await;
    assert_eq!(
        site.calls(),
        [
            "add_model New [Answer, Small] with key Some(\"sk-1\")".to_owned(),
            format!("change_model {MODEL} external false key Some(\"\")"),
            format!("remove_model {MODEL}"),
            "set_model_rule None true".to_owned(),
        ]
    );
    assert_eq!(Site::visited_by(reader()).get("/admin/models").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_refused_form_comes_back_with_the_reason() {
    let site = Site::visited_by(reader());
    let refused = site.post("/", "/fn/ask", "question=+").await;
    let back = refused.location.unwrap().replace("http://footnote.example", "");
    site.get(&back).await.shows("Ask something first.").shows(r#"role="alert""#);
}

#[tokio::test]
async fn an_answer_has_its_marks_its_sources_and_how_it_was_checked() {
    let page = Site::visited_by(reader()).get(&format!("/c/{CONVERSATION}")).await;
    let anchor = format!("source-{}-1", MESSAGE.simple());
    page.shows(&format!("href=\"#{anchor}\""))
        .shows(&format!("id=\"{anchor}\""))
        .shows(&format!("/documents/{LEAVE}?passage={PASSAGE}#passage"))
        .shows("<mark>25 days of paid leave</mark>")
        .shows("2 supported")
        .shows("1 weak")
        .shows("1 unsupported")
        .shows("1 contradicted")
        .shows("The source says: “Leave is agreed")
        .shows("very likely what was asked for")
        .shows("Also found (1)");
}

#[tokio::test]
async fn what_went_wrong_with_an_answer_is_said_in_words() {
    let page = Site::visited_by(reader()).get(&format!("/c/{CONVERSATION}")).await;
    page.shows("The model didn't answer in time.")
        .shows("Ask again")
        .shows("Nearest passages (4)")
        .shows("so none is given");
}

#[tokio::test]
async fn an_unfinished_answer_is_shown_as_far_as_it_is_and_can_be_stopped() {
    let site = Site::of(Company { is_writing: true, ..Company::default() }, reader());
    let page = site.get(&format!("/c/{CONVERSATION}")).await;
    page.shows("You get 25 days of paid leave in</p>")
        .shows(r#"aria-busy="true""#)
        .shows(r#"<noscript><meta http-equiv="refresh""#)
        .shows("Stop");

    site.post(&format!("/c/{CONVERSATION}"), "/fn/stop", &format!("message={WRITING}")).await;
    assert_eq!(site.calls(), [format!("stop {WRITING}")]);
}

#[tokio::test]
async fn an_answer_is_rated_with_a_reason() {
    let site = Site::visited_by(reader());
    let form = format!("message={MESSAGE}&reason=outdated&comment=&rating=down");
    let rated = site.post(&format!("/c/{CONVERSATION}"), "/fn/rate", &form).await;
    assert_eq!(rated.status, StatusCode::FOUND);
    assert_eq!(site.calls(), [r#"rate Down Some("outdated") None"#]);
}

#[tokio::test]
async fn a_conversation_is_renamed_and_deleted() {
    let site = Site::visited_by(reader());
    let here = format!("/c/{CONVERSATION}");
    site.post(&here, "/fn/rename_conversation", &format!("id={CONVERSATION}&title=Leave")).await;
    let deleted = site.post(&here, "/fn/delete_conversation", &format!("id={CONVERSATION}")).await;
    assert_eq!(deleted.location.as_deref(), Some("/"));
    assert_eq!(
        site.calls(),
        ["rename_conversation Leave".to_owned(), format!("delete_conversation {CONVERSATION}")]
    );
}

#[tokio::test]
async fn somebody_elses_conversation_is_not_there() {
    let site = Site::visited_by(reader());
    for path in [format!("/c/{}", Uuid::from_u128(0xdead)), "/c/no-id".to_owned()] {
        let page = site.get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.shows("Not found");
    }
}

#[tokio::test]
async fn how_a_question_was_read_is_shown_and_can_be_put_right() {
    let site = Site::visited_by(reader());
    let page = site.get(&format!("/c/{CONVERSATION}")).await;
    page.shows("Understood as “What is the speed of light in the canteen? (leave carry days)”")
        .shows("from “Canteen rules” only")
        .shows("Ask of everything")
        .shows("Not what you meant?");
}

#[tokio::test]
async fn a_doubtful_answer_can_be_handed_to_a_person_whose_reply_stands_below_it() {
    let site = Site::visited_by(reader());
    let page = site.get(&format!("/c/{CONVERSATION}")).await;
    page.shows("Ask a person").shows("A person answered:").shows("Part-time staff get leave pro rata.");
    let form = format!("message={MESSAGE}&note=For+Monday");
    site.post(&format!("/c/{CONVERSATION}"), "/fn/hand_over", &form).await;
    assert_eq!(site.calls(), [format!("hand_over {MESSAGE} Some(\"For Monday\")")]);
}

#[tokio::test]
async fn the_review_desk_shows_what_waits_and_resolves_it() {
    let site = Site::visited_by(admin());
    let page = site.get("/reviews").await;
    page.shows("Handed over by the asker")
        .shows("It is for a visitor")
        .shows("What is the speed of light in the canteen?")
        .shows("Can't be answered");
    let form = format!("id={}&outcome=rejected&note=No+idea&correction=", Uuid::from_u128(0x80));
    site.post("/reviews", "/fn/resolve_review", &form).await;
    assert_eq!(site.calls(), ["resolve_review Rejected Some(\"No idea\")"]);
    assert_eq!(Site::visited_by(reader()).get("/reviews").await.status, StatusCode::FORBIDDEN);
    Site::of(Company { is_new: true, ..Company::default() }, admin())
        .get("/reviews")
        .await
        .shows("Nothing waits");
}
