//! Every page over fake ports: what who sees, and what their forms do.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod fakes;

use std::collections::BTreeMap;

use app::{
    account::User,
    shell::{Assets, routes},
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use fakes::{
    CONVERSATION, Calls, Company, GROUP, GUIDE, HANDBOOK, LEAVE, MESSAGE, PASSAGE, WRITING, admin, reader,
};
use http_body_util::BodyExt;
use tower::ServiceExt;
use uuid::Uuid;

/// The site as the server mounts it, visited by one person or by nobody.
struct Site {
    router: Router,
    visitor: Option<User>,
    calls: Calls,
}

/// A response, read to its end.
struct Page {
    status: StatusCode,
    location: Option<String>,
    html: String,
}

impl Site {
    fn visited_by(visitor: impl Into<Option<User>>) -> Self {
        Self::of(Company::default(), visitor)
    }

    fn of(company: Company, visitor: impl Into<Option<User>>) -> Self {
        let calls = company.calls.clone();
        let assets = Assets::listed_in(&BTreeMap::new());
        Self { router: fakes::site(company.ports(), assets), visitor: visitor.into(), calls }
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a browser without JavaScript does, from the page at `from`.
    async fn post(&self, from: &str, path: &str, form: &str) -> Page {
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, format!("http://footnote.example{from}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    async fn send(&self, mut request: Request<Body>) -> Page {
        if let Some(visitor) = &self.visitor {
            request.extensions_mut().insert(visitor.clone());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|at| at.to_str().unwrap().to_owned());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        // Hydration's markers between texts are nothing that anybody sees.
        let html = String::from_utf8(body.to_vec()).unwrap().replace("<!>", "");
        Page { status, location, html }
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl Page {
    #[track_caller]
    fn shows(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "{text:?} is not in:\n{}", self.html);
        self
    }

    #[track_caller]
    fn hides(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text:?} is in:\n{}", self.html);
        self
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let page = Site::visited_by(None).get("/search?q=leave").await;
    assert_eq!(page.status, StatusCode::FOUND);
    assert_eq!(page.location.as_deref(), Some("/sign-in?next=/search%3Fq%3Dleave"));
}

#[tokio::test]
async fn every_page_but_two_needs_somebody_signed_in() {
    let site = Site::visited_by(None);
    let pages = routes();
    assert!(pages.len() > 10);
    for page in pages.iter().map(leptos_axum::AxumRouteListing::path) {
        let is_open = ["/sign-in", "/set-up"].contains(&page);
        let path = page.replace(":id", &HANDBOOK.to_string()).replace("{id}", &HANDBOOK.to_string());
        let answer = site.get(&path).await;
        assert_eq!(answer.status == StatusCode::FOUND, !is_open, "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn signing_in_keeps_where_one_was_going_and_says_what_went_wrong() {
    let page = Site::visited_by(None).get("/sign-in?next=/library&error=wrong_credentials").await;
    page.shows(r#"name="next" value="/library""#)
        .shows("The e-mail address or the password is wrong.")
        .shows(r#"role="alert""#)
        .shows(r#"action="/session""#);
}

#[tokio::test]
async fn a_set_up_link_says_whom_it_is_for() {
    let site = Site::visited_by(None);
    site.get("/set-up?token=first").await.shows("Make the first account").shows(r#"name="email""#);
    site.get("/set-up?token=one-time").await.shows("ben@northwind.example").hides(r#"name="email""#);

    let over = site.get("/set-up?token=used").await;
    over.shows("This link is over");
    assert_eq!(over.status, StatusCode::NOT_FOUND);
}

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
async fn results_stand_together_by_document_with_their_words_marked() {
    let page = Site::visited_by(reader()).get("/search?q=leave&type=pdf").await;
    page.shows("3 passages in 2 documents").shows("<mark>paid leave</mark>").shows("Time off › Paid leave");
    assert_eq!(page.html.matches("class=\"result-title\"").count(), 2);
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_so_and_offers_to_look_wider() {
    let site = Site::visited_by(reader());
    site.get("/search?q=unicorn").await.shows("Nothing that you may read matches").hides("Search everything");
    site.get("/search?q=unicorn&mode=lexical").await.shows("Search everything");
}

#[tokio::test]
async fn only_who_manages_the_library_is_offered_to() {
    let here = format!("/library/{HANDBOOK}");
    let admins = Site::visited_by(admin()).get(&here).await;
    admins.shows("Drop files").shows("Who may read it").shows("Retry").shows("multipart/form-data");
    let readers = Site::visited_by(reader()).get(&here).await;
    readers.hides("Drop files").hides("Who may read it").hides("Retry").hides("multipart/form-data");
}

#[tokio::test]
async fn documents_say_how_they_stand_and_why_they_failed() {
    let here = format!("/library/{HANDBOOK}");
    let site = Site::visited_by(admin());
    site.get(&here)
        .await
        .shows("Searchable")
        .shows("Learning its meaning")
        .shows("protected by a password")
        .shows("14 left");
    site.get(&format!("{here}?status=failed&name=Sal"))
        .await
        .shows("Salaries")
        .hides(&format!("/documents/{LEAVE}"));
}

#[tokio::test]
async fn grants_are_set_as_they_are_ticked() {
    let site = Site::visited_by(admin());
    let here = format!("/library/{HANDBOOK}");
    let form = format!("id={HANDBOOK}&groups%5B%5D={GROUP}");
    site.post(&here, "/fn/set_grants", &form).await;
    site.post(&here, "/fn/set_grants", &format!("id={HANDBOOK}")).await;
    assert_eq!(site.calls(), ["set_grants 1 groups 0 users", "set_grants 0 groups 0 users"]);
}

#[tokio::test]
async fn a_new_collection_is_opened_at_once() {
    let site = Site::visited_by(admin());
    let made =
        site.post("/library", "/fn/create_collection", "name=Travel&description=&visibility=everyone").await;
    assert_eq!(made.location, Some(format!("/library/{HANDBOOK}")));
    assert_eq!(site.calls(), ["create_collection Travel everyone"]);
}

#[tokio::test]
async fn a_document_opens_at_the_passage() {
    let page = Site::visited_by(reader()).get(&format!("/documents/{LEAVE}?passage={PASSAGE}")).await;
    page.shows(r#"<span id="passage" class="landing"></span><mark>Full-time employees"#)
        .shows(&format!("/api/v1/documents/{LEAVE}/original?inline=1#page=7"))
        .shows("Original, page 7")
        .shows(&format!("/documents/{LEAVE}?view=text&amp;part=2#b3"))
        .shows("<table><tbody><tr id=\"b5\">");
}

#[tokio::test]
async fn a_document_without_a_passage_opens_at_its_beginning() {
    let page = Site::visited_by(reader()).get(&format!("/documents/{LEAVE}")).await;
    page.hides("id=\"passage\"").hides("To the passage").shows("Part 1 of 3");
}

#[tokio::test]
async fn people_and_groups_are_for_admins() {
    for path in ["/admin/users", "/admin/groups"] {
        let page = Site::visited_by(reader()).get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.shows("Not for your role");
    }
    let site = Site::visited_by(admin());
    site.get("/admin/users").await.shows("gone@northwind.example").shows("Suspended").shows("Let in again");
    site.get("/admin/groups").await.shows("Human resources").shows("1 member");
}

#[tokio::test]
async fn the_queue_says_how_it_stands_and_is_steered_by_admins() {
    assert_eq!(Site::visited_by(reader()).get("/admin/queue").await.status, StatusCode::FORBIDDEN);
    let site = Site::visited_by(admin());
    site.get("/admin/queue")
        .await
        .shows("1204 waiting")
        .shows("about 25 minutes left")
        .shows("Benefit Options")
        .shows("Try all failed again")
        .shows("Tesseract 5.3.0");
    site.post("/admin/queue", "/fn/pause_queue", "").await;
    site.get("/admin/queue").await.shows("The queue is paused.");
}

#[tokio::test]
async fn a_collection_says_which_folder_it_follows() {
    let here = format!("/library/{HANDBOOK}");
    let site = Site::visited_by(admin());
    site.get(&here).await.shows("/srv/handbook").shows("salaries.xlsx was not taken in");
    site.post(&here, "/fn/unfollow_folder", &format!("id={HANDBOOK}")).await;
    assert_eq!(site.calls(), ["unfollow_folder"]);
    Site::visited_by(reader()).get(&here).await.hides("/srv/handbook");
}

#[tokio::test]
async fn a_person_is_added_changed_and_suspended() {
    let site = Site::visited_by(admin());
    let here = "/admin/users";
    let taken = site.post(here, "/fn/create_user", "email=ben%40northwind.example&role=employee").await;
    let back = taken.location.unwrap().replace("http://footnote.example", "");
    site.get(&back).await.shows("There is an account with this e-mail address already.");

    let id = reader().id;
    site.post(here, "/fn/create_user", "email=new%40northwind.example&role=support").await;
    site.post(here, "/fn/change_user", &format!("id={id}&role=admin")).await;
    site.post(here, "/fn/change_user", &format!("id={id}&suspended=true")).await;
    assert_eq!(
        site.calls(),
        [
            "create_user new@northwind.example support",
            "change_user Some(Admin) None",
            "change_user None Some(true)"
        ]
    );
}

#[tokio::test]
async fn settings_list_tokens_and_take_a_new_password() {
    let site = Site::visited_by(reader());
    site.get("/settings").await.shows("Nightly import").shows("last used 23 Nov 2026");
    let wrong = site.post("/settings", "/fn/change_password", "current=guess&new=battery+staple").await;
    let back = wrong.location.unwrap().replace("http://footnote.example", "");
    site.get(&back).await.shows("The current password is wrong.");
    site.post("/settings", "/fn/change_password", "current=correct+horse&new=battery+staple").await;
    assert_eq!(site.calls(), ["change_password"]);
    site.get("/settings").await.shows("Your password is changed.");
    site.get("/settings").await.hides("Your password is changed.");
}

#[tokio::test]
async fn a_token_s_secret_and_a_password_link_are_shown_once_on_the_next_page() {
    let site = Site::visited_by(admin());
    let made = site.post("/settings", "/fn/create_token", "name=Import").await;
    made.hides("fn_");
    assert!(!made.location.unwrap().contains("fn_"));
    site.get("/settings").await.shows("Keep the token now").shows("fn_");
    site.get("/settings").await.hides("Keep the token now");

    site.post("/admin/users", "/fn/password_link", &format!("id={}", reader().id)).await;
    site.get("/admin/users").await.shows("Send them this link").shows("/set-up?token=");
    site.get("/admin/users").await.hides("/set-up?token=");
}

#[tokio::test]
async fn a_server_function_is_closed_to_who_is_not_signed_in() {
    let site = Site::visited_by(None);
    let refused = site.post("/", "/fn/ask", "question=How+much%3F").await;
    assert!(refused.location.unwrap().contains("__err="));
    assert!(site.calls().is_empty());
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so() {
    let page = Site::visited_by(reader()).get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.shows("Not found");
}
