//! What arrives, and what is made of it at the door.

use std::sync::Arc;

use app::account::Role;
use axum::body::Body;
use http::{Method, header};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::common::{Reply, Shelf, TestEmbedder, Visitor};

async fn count(db: &PgPool, table: &str) -> i64 {
    sqlx::query_scalar(&format!("select count(*) from {table}")).fetch_one(db).await.unwrap()
}

async fn post_lines(visitor: &Visitor, collection: &str, lines: &str) -> Reply {
    let request = visitor
        .request(Method::POST, &format!("/api/v1/collections/{collection}/documents/text"))
        .header(header::CONTENT_TYPE, "application/x-ndjson");
    visitor.send(request, Body::from(lines.to_owned())).await
}

fn lines(documents: &[Value]) -> String {
    documents.iter().map(|document| format!("{document}\n")).collect()
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_bytes_again_answer_the_same_document(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let first = shelf.upload("leave.md", "# Leave\n\nFive days.").await;
    assert_eq!(shelf.upload("leave.md", "# Leave\n\nFive days.").await, first, "while it is queued");
    assert_eq!(shelf.upload("copy.md", "# Leave\n\nFive days.").await, first, "under another name");

    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.ready, 1);
    let again = shelf.upload_all(&[("leave.md", b"# Leave\n\nFive days.")]).await;
    assert_eq!(again["documents"][0], json!({ "id": first, "filename": "leave.md", "status": "ready" }));
    assert_eq!((count(&db, "document_version").await, count(&db, "job").await), (1, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn twenty_uploads_of_one_file_at_once_make_one_document(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let uploads = (0..20).map(|_| shelf.upload("leave.md", "Five days."));
    let ids = futures::future::join_all(uploads).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!((count(&db, "document").await, count(&db, "job").await), (1, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_bytes_in_another_collection_are_another_document(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let first = shelf.upload("leave.md", "Five days.").await;
    let other = crate::common::create_collection(&shelf.admin, "Other", "everyone").await;
    let path = format!("/api/v1/collections/{other}/documents");
    let reply = shelf.admin.upload(&path, &[("leave.md", b"Five days.")]).await.expect(202);
    assert_ne!(reply["documents"][0]["id"], first);
    assert_eq!(count(&db, "blob").await, 1, "the original is kept once");
}

#[sqlx::test(migrations = "../migrations")]
async fn other_bytes_under_the_same_path_are_a_new_version(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let first = shelf.upload("team/leave.md", "Five days.").await;
    let second = shelf.upload("team/leave.md", "Six days.").await;
    let elsewhere = shelf.upload("other/leave.md", "Seven days.").await;
    assert_eq!(first, second);
    assert_ne!(first, elsewhere);
    let document = shelf.document(&first).await;
    assert_eq!((&document["version"], &document["folder"]), (&json!(2), &json!("team")));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_path_that_points_elsewhere_stays_where_it_is(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let id = shelf.upload("../../etc/cron.d/evil.md", "Words.").await;
    let document = shelf.document(&id).await;
    assert_eq!((&document["folder"], &document["filename"]), (&json!("etc/cron.d"), &json!("evil.md")));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_file_that_cannot_be_read_is_kept_with_its_reason_and_the_others_are_taken(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let files: &[(&str, &[u8])] =
        &[("photo.pdf", b"\x89PNG\r\n\x1a\n...."), ("leave.md", b"Five days."), ("talk.mp3", b"ID3\x03\0\0")];
    let reply = shelf.upload_all(files).await;
    let statuses: Vec<_> =
        reply["documents"].as_array().unwrap().iter().map(|document| document["status"].clone()).collect();
    assert_eq!(statuses, ["failed", "queued", "failed"]);

    let photo = shelf.document(reply["documents"][0]["id"].as_str().unwrap()).await;
    assert_eq!(photo["error"]["code"], "wrong_type");
    assert!(photo["error"]["detail"].as_str().unwrap().contains("a picture (PNG)"), "{photo}");
    let talk = shelf.document(reply["documents"][2]["id"].as_str().unwrap()).await;
    assert_eq!(talk["error"]["code"], "unsupported_type");
    assert_eq!(count(&db, "job").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn two_files_of_one_name_in_an_upload_are_two_documents(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let files: &[(&str, &[u8])] =
        &[("a/leave.md", b"Five days."), ("a/leave.md", b"Six days."), ("a/leave.md", b"Five days.")];
    let reply = shelf.upload_all(files).await;
    let documents = reply["documents"].as_array().unwrap();
    let names: Vec<_> = documents.iter().map(|document| document["filename"].clone()).collect();
    assert_eq!(names, ["leave.md", "leave (2).md", "leave.md"]);
    assert_ne!(documents[0]["id"], documents[1]["id"]);
    assert_eq!(documents[0]["id"], documents[2]["id"], "the same bytes are the same document");
    assert_eq!(shelf.upload_all(files).await["documents"], reply["documents"], "and so are they again");
    assert_eq!((count(&db, "document").await, count(&db, "document_version").await), (2, 2));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_part_without_a_file_name_is_named_and_loses_no_other(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let path = format!("/api/v1/collections/{}/documents", shelf.id);
    let send = async |dispositions: &[&str]| {
        let parts = dispositions.iter().map(|disposition| {
            format!("--boundary\r\nContent-Disposition: form-data; {disposition}\r\n\r\nFive days.\r\n")
        });
        let body = format!("{}--boundary--\r\n", parts.collect::<String>());
        let request = shelf.admin.request(Method::POST, &path);
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=boundary");
        shelf.admin.send(request, Body::from(body)).await
    };
    let reply =
        send(&["name=file; filename=leave.md", "name=file", "name=note", "name=scan; filename=b.md"]).await;
    let reply = reply.expect(202);
    assert_eq!(reply["documents"].as_array().unwrap().len(), 1);
    let refused = reply["refused"].as_array().unwrap();
    assert_eq!((refused.len(), &refused[1]["filename"]), (2, &json!("b.md")));
    assert!(refused[0]["detail"].as_str().unwrap().starts_with("Part 2 of the upload has no file name"));
    assert!(refused[1]["detail"].as_str().unwrap().contains("in a part named “scan”"));

    let alone = send(&["name=file"]).await;
    assert_eq!(alone.problem(422), "invalid");
    assert!(alone.json()["detail"].as_str().unwrap().starts_with("Part 1 "), "{}", alone.text());
    assert_eq!(count(&db, "document").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_empty_file_is_refused_and_loses_no_other(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let path = format!("/api/v1/collections/{}/documents", shelf.id);
    assert_eq!(shelf.admin.upload(&path, &[("empty.md", b"")]).await.problem(422), "invalid");
    assert_eq!(shelf.admin.upload(&path, &[]).await.problem(422), "invalid");

    let reply = shelf.upload_all(&[("empty.md", b""), ("leave.md", b"Five days.")]).await;
    assert_eq!(reply["documents"].as_array().unwrap().len(), 1);
    assert_eq!(reply["refused"][0]["filename"], "empty.md");
    assert_eq!(count(&db, "document").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_file_over_the_limit_is_refused_by_name_and_leaves_nothing_on_disk(db: PgPool) {
    let settings = [("FOOTNOTE_UPLOAD_LIMIT_MB", "1")];
    let embedder = Arc::new(TestEmbedder::named("test"));
    let shelf = Shelf::with_settings(db.clone(), &settings, embedder).await;
    let path = format!("/api/v1/collections/{}/documents", shelf.id);
    let large = vec![b'x'; 1_000_001];
    let reply = shelf.admin.upload(&path, &[("large.txt", &large)]).await;
    assert_eq!(reply.problem(413), "too_large");
    assert!(reply.json()["detail"].as_str().unwrap().contains("“large.txt”"), "{}", reply.text());

    let reply = shelf.upload_all(&[("large.txt", &large), ("fits.txt", &large[..1_000_000])]).await;
    assert_eq!(reply["refused"][0]["code"], "too_large");
    assert_eq!(reply["documents"][0]["filename"], "fits.txt");
    assert_eq!(count(&db, "blob").await, 1);
    let incoming = shelf.app.state.config.data_dir.join("blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_collection_takes_exactly_what_it_may_hold_from_fifty_uploads_at_once(db: PgPool) {
    let settings = [("FOOTNOTE_COLLECTION_LIMIT_MB", "1")];
    let shelf = Shelf::with_settings(db.clone(), &settings, Arc::new(TestEmbedder::named("test"))).await;
    let path = format!("/api/v1/collections/{}/documents", shelf.id);
    let uploads = (0..50_u32).map(|number| {
        let mut file = number.to_string();
        file.push_str(&" ".repeat(100_000 - file.len()));
        let (admin, path) = (&shelf.admin, &path);
        async move { admin.upload(path, &[(&format!("{number}.txt"), file.as_bytes())]).await }
    });
    let replies = futures::future::join_all(uploads).await;
    let (taken, refused): (Vec<&Reply>, Vec<&Reply>) = replies.iter().partition(|reply| reply.status == 202);
    assert_eq!((taken.len(), count(&db, "document").await), (10, 10));
    assert!(refused.iter().all(|reply| reply.problem(413) == "over_quota"));
    let kept: i64 =
        sqlx::query_scalar("select sum(size_bytes)::bigint from blob").fetch_one(&db).await.unwrap();
    assert_eq!(kept, 1_000_000);

    assert_eq!(shelf.admin.upload(&path, &[("0.txt", b"Another text.")]).await.problem(413), "over_quota");
    let _work = shelf.app.start_work();
    let id = shelf.admin.get("/api/v1/documents?limit=1").await.expect(200)["items"][0]["id"].clone();
    shelf.admin.delete(&format!("/api/v1/documents/{}", id.as_str().unwrap())).await.expect(200);
    shelf.upload("new.txt", "Fits again.").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn the_form_leads_back_to_the_collection_with_counts(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let files: &[(&str, &[u8])] = &[("a.md", b"Words."), ("b.exe", b"MZ\x90\0"), ("empty.md", b"")];
    let reply = shelf.admin.upload(&format!("/library/{}/upload", shelf.id), files).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let back = format!("/library/{}?uploaded=1&refused=2", shelf.id);
    assert_eq!(reply.header("location"), Some(back.as_str()));
}

#[sqlx::test(migrations = "../migrations")]
async fn only_admins_upload_and_others_learn_no_more_than_they_may(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let hidden = crate::common::create_collection(&shelf.admin, "Hidden", "restricted").await;
    let employee = shelf.app.visitor(Role::Employee).await;
    let support = shelf.app.visitor(Role::Support).await;
    let file: &[(&str, &[u8])] = &[("a.md", b"Words.")];
    let line = lines(&[json!({ "external_id": "a", "title": "A", "text": "Words." })]);
    for visitor in [&employee, &support] {
        let open = format!("/api/v1/collections/{}/documents", shelf.id);
        assert_eq!(visitor.upload(&open, file).await.problem(403), "forbidden");
        assert_eq!(post_lines(visitor, &shelf.id, &line).await.problem(403), "forbidden");
        let closed = format!("/api/v1/collections/{hidden}/documents");
        assert_eq!(visitor.upload(&closed, file).await.problem(404), "not_found");
        assert_eq!(post_lines(visitor, &hidden, &line).await.problem(404), "not_found");
    }
    let open = format!("/api/v1/collections/{}/documents", shelf.id);
    assert_eq!(shelf.app.nobody().upload(&open, file).await.problem(401), "sign_in_needed");
    assert_eq!(count(&db, "document").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn texts_are_taken_in_by_the_callers_own_names(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let batch = [
        json!({ "external_id": "kb-1", "title": "Leave", "text": "Five days.", "url": "https://kb.example/1" }),
        json!({ "external_id": "kb-2", "title": "Travel", "text": "Five days." }),
    ];
    let reply = post_lines(&shelf.admin, &shelf.id, &lines(&batch)).await.expect(202);
    assert_eq!(reply["accepted"], 2);
    let ids: Vec<_> = reply["documents"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_ne!(ids[0], ids[1], "two names are two documents, even of one text");
    assert_eq!(reply["documents"][0]["external_id"], "kb-1");

    let again = post_lines(&shelf.admin, &shelf.id, &lines(&batch)).await.expect(202);
    assert_eq!(again["documents"], reply["documents"]);
    let mut changed = batch[0].clone();
    changed["title"] = "Annual leave".into();
    post_lines(&shelf.admin, &shelf.id, &lines(&[changed])).await.expect(202);
    let _work = shelf.app.start_work();
    assert_eq!(shelf.await_processed().await.ready, 2);
    let document = shelf.document(ids[0].as_str().unwrap()).await;
    assert_eq!((&document["version"], &document["title"]), (&json!(2), &json!("Annual leave")));
    assert_eq!(document["url"], "https://kb.example/1");
    let found = shelf.admin.get("/api/v1/documents?external_id=kb-2").await.expect(200);
    assert_eq!(found["items"][0]["id"], ids[1]);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_last_of_several_lines_of_one_name_is_what_stays(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let line = |text: &str| json!({ "external_id": "a", "title": "A", "text": text });
    let batch = lines(&[line("One."), line("Two."), line("Three.")]);
    let reply = post_lines(&shelf.admin, &shelf.id, &batch).await.expect(202);
    assert_eq!(reply["accepted"], 3);
    let _work = shelf.app.start_work();
    shelf.await_processed().await;
    assert_eq!(shelf.text(reply["documents"][0]["id"].as_str().unwrap()).await, "Three.");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_wrong_line_is_named_and_nothing_of_its_batch_is_accepted(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let good = json!({ "external_id": "a", "title": "A", "text": "Words." });
    let batch = format!("{good}\n{{\"external_id\": 7}}\n{good}\n");
    let reply = post_lines(&shelf.admin, &shelf.id, &batch).await;
    assert_eq!(reply.problem(422), "invalid");
    assert!(reply.json()["detail"].as_str().unwrap().starts_with("Line 2: "), "{}", reply.text());
    assert_eq!((count(&db, "document").await, count(&db, "blob").await), (0, 0));
}
