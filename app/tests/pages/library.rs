//! Searching, collections, documents and the queue.

use axum::http::StatusCode;

use crate::{
    fakes::{ARCHIVE, COMING, GROUP, HANDBOOK, LEAVE, PASSAGE, admin, reader},
    site::Site,
};

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
async fn a_search_is_narrowed_and_widened_by_links_that_say_what_they_lead_to() {
    let page = Site::visited_by(reader()).get("/search?q=leave&folder=People&language=de").await;
    page.shows("Text and Markdown <span class=\"narrowing-count\">4</span>")
        .shows("/search?q=leave&amp;type=pdf&amp;language=de&amp;folder=People")
        .shows("/search?q=leave&amp;language=en&amp;folder=People")
        // What is chosen leads back to where it was not.
        .shows("href=\"/search?q=leave&amp;folder=People\" aria-current=\"true\"")
        .shows("/search?q=leave&amp;language=de&amp;folder=People/Leave")
        .shows("from=2025-01-01&amp;to=2025-12-31")
        .shows("<details open class=\"search-more\"");
    let plain = Site::visited_by(reader()).get("/search?q=leave").await;
    plain.hides("<details open class=\"search-more\"");
}

#[tokio::test]
async fn a_misspelt_search_is_offered_in_words_that_there_are() {
    let page = Site::visited_by(reader()).get("/search?q=leve&type=pdf").await;
    page.shows("Did you mean").shows("<a href=\"/search?q=leave&amp;type=pdf\">leave</a>");
    Site::visited_by(reader()).get("/search?q=leave").await.hides("Did you mean");
}

#[tokio::test]
async fn a_day_that_is_none_is_refused_in_words() {
    let page = Site::visited_by(reader()).get("/search?q=leave&from=soon").await;
    page.shows("A day is written as in 2026-11-24.");
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
async fn a_document_leads_to_its_newer_and_older_editions() {
    let page = Site::visited_by(reader()).get(&format!("/documents/{LEAVE}")).await;
    page.shows("There is a newer edition: ")
        .shows(&format!(r#"<a href="/documents/{COMING}">Employee Handbook 2027</a>"#))
        .shows("Older edition: ")
        .shows(">Employee Handbook 2025</a>");
}

#[tokio::test]
async fn an_archive_lists_its_files_and_they_lead_back_to_it() {
    let site = Site::visited_by(reader());
    site.get(&format!("/documents/{ARCHIVE}"))
        .await
        .shows(&format!(r#"<a href="/documents/{COMING}">options.pdf</a>"#))
        .shows("Programs (.exe) can't be read.")
        .shows("secret.pdf (not read: The file is protected by a password.)");
    let file = site.get(&format!("/documents/{COMING}")).await;
    file.shows(&format!(r#"<a href="/documents/{ARCHIVE}">benefits/2026</a>"#));
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
