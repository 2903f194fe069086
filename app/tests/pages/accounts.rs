//! Signing in, people, groups and settings.

use app::shell::routes;
use axum::http::StatusCode;

use crate::{
    fakes::{HANDBOOK, admin, reader},
    site::Site,
};

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
