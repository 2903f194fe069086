//! The library: who sees what of it, and how it is changed.

use app::{account::Role, document::BlockKind, error::AppError, ports::Library};
use serde_json::json;
use sqlx::PgPool;

use crate::common::{Shelf, create_collection};

#[sqlx::test(migrations = "../migrations")]
async fn a_restricted_collection_is_there_for_who_was_granted_it_alone(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let (app, admin) = (&shelf.app, &shelf.admin);
    let hidden = create_collection(admin, "Board", "restricted").await;
    let path = format!("/api/v1/collections/{hidden}");
    let reply = admin.upload(&format!("{path}/documents"), &[("plan.md", b"# Plan\n\nSell.")]).await;
    let document = reply.expect(202)["documents"][0]["id"].as_str().unwrap().to_owned();
    let _work = app.start_work();
    let progress = admin.get(&format!("/library/{hidden}/progress")).await;
    assert_eq!(progress.status, 200);

    let (granted, in_group, other) = (
        app.visitor(Role::Employee).await,
        app.visitor(Role::Employee).await,
        app.visitor(Role::Support).await,
    );
    let group = admin.post("/api/v1/groups", json!({ "name": "Board" })).await.expect(201);
    let group = group["id"].as_str().unwrap();
    let members = json!({ "users": [in_group.id()] });
    admin.put(&format!("/api/v1/groups/{group}/members"), members).await.expect(200);
    let grants = json!({ "groups": [group], "users": [granted.id()] });
    assert_eq!(admin.put(&format!("{path}/grants"), grants.clone()).await.expect(200), grants);

    let readable = [
        path.clone(),
        format!("{path}/progress"),
        format!("/library/{hidden}/progress"),
        format!("/api/v1/documents/{document}"),
        format!("/api/v1/documents/{document}/text"),
        format!("/api/v1/documents/{document}/chunks"),
        format!("/api/v1/documents/{document}/original"),
    ];
    for path in &readable {
        for reader in [&granted, &in_group] {
            assert_eq!(reader.get(path).await.status, 200, "{path}");
        }
        assert_eq!(other.get(path).await.problem(404), "not_found", "{path}");
        assert_eq!(app.nobody().get(path).await.problem(401), "sign_in_needed", "{path}");
    }
    let listed = |reply: serde_json::Value| reply["items"].as_array().unwrap().len();
    assert_eq!(listed(granted.get("/api/v1/documents").await.expect(200)), 1);
    assert_eq!(listed(other.get("/api/v1/documents").await.expect(200)), 0);
    assert_eq!(listed(granted.get("/api/v1/collections").await.expect(200)), 2);
    assert_eq!(listed(other.get("/api/v1/collections").await.expect(200)), 1);
    let filtered = format!("/api/v1/documents?collection={hidden}");
    assert_eq!(listed(other.get(&filtered).await.expect(200)), 0);

    // Taken back, it is gone at once.
    admin.put(&format!("{path}/grants"), json!({})).await.expect(200);
    for path in &readable {
        assert_eq!(granted.get(path).await.problem(404), "not_found", "{path}");
        assert_eq!(in_group.get(path).await.problem(404), "not_found", "{path}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn who_may_only_read_changes_nothing(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let document = shelf.upload("leave.md", "Five days.").await;
    let hidden = create_collection(&shelf.admin, "Board", "restricted").await;
    for role in [Role::Employee, Role::Support] {
        let visitor = shelf.app.visitor(role).await;
        let new = json!({ "name": "Mine", "visibility": "everyone" });
        assert_eq!(visitor.post("/api/v1/collections", new).await.problem(403), "forbidden");
        for (collection, status) in [(&shelf.id, 403), (&hidden, 404)] {
            let path = format!("/api/v1/collections/{collection}");
            visitor.patch(&path, json!({ "name": "Mine" })).await.problem(status);
            visitor.get(&format!("{path}/grants")).await.problem(status);
            visitor.put(&format!("{path}/grants"), json!({})).await.problem(status);
            visitor.delete(&path).await.problem(status);
        }
        let path = format!("/api/v1/documents/{document}");
        visitor.post(&format!("{path}/retry"), json!({})).await.problem(403);
        visitor.delete(&path).await.problem(403);
    }
    assert_eq!(shelf.document(&document).await["status"], "queued");
}

#[sqlx::test(migrations = "../migrations")]
async fn collections_are_made_renamed_and_described(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let admin = &shelf.admin;
    let taken = json!({ "name": " Handbook ", "visibility": "everyone" });
    assert_eq!(admin.post("/api/v1/collections", taken).await.problem(409), "conflict");
    for wrong in
        [json!({ "name": "", "visibility": "everyone" }), json!({ "name": "A", "visibility": "some" })]
    {
        assert_eq!(admin.post("/api/v1/collections", wrong).await.problem(422), "invalid");
    }
    let path = format!("/api/v1/collections/{}", shelf.id);
    let smuggled = json!({ "id": "00000000-0000-0000-0000-000000000000" });
    assert_eq!(admin.patch(&path, smuggled).await.problem(422), "invalid");
    let change = json!({ "description": "All of it.", "visibility": "restricted" });
    let changed = admin.patch(&path, change).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["description"], &changed["visibility"]),
        (&json!("Handbook"), &json!("All of it."), &json!("restricted"))
    );
    let nobody = json!({ "users": ["00000000-0000-0000-0000-000000000000"] });
    assert_eq!(admin.put(&format!("{path}/grants"), nobody).await.problem(422), "invalid");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_list_is_read_page_by_page_without_gap_or_repetition(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(shelf.upload(&format!("part{number}/page.md"), &format!("Number {number}.")).await);
    }
    let mut read = Vec::new();
    let mut next = String::new();
    loop {
        let page = shelf.admin.get(&format!("/api/v1/documents?limit=2{next}")).await.expect(200);
        read.extend(
            page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    ids.reverse();
    assert_eq!(read, ids);
    assert_eq!(shelf.admin.get("/api/v1/documents?cursor=x").await.problem(422), "invalid");
    let named = shelf.admin.get("/api/v1/documents?name=PART3/pa").await.expect(200);
    assert_eq!(named["items"].as_array().unwrap().len(), 1);
    let queued = shelf.admin.get("/api/v1/documents?status=ready").await.expect(200);
    assert_eq!(queued["items"], json!([]));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_original_comes_back_as_it_was_and_runs_nowhere(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let page = "<!doctype html><script>alert(1)</script><p>Words.";
    let id = shelf.upload("Über uns.html", page).await;
    let path = format!("/api/v1/documents/{id}/original");
    for path in [path.clone(), format!("{path}?inline=1")] {
        let reply = shelf.admin.get(&path).await;
        assert_eq!((reply.status.as_u16(), reply.text()), (200, page));
        let disposition = reply.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; "), "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''%C3%9Cber%20uns.html"), "{disposition}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("content-security-policy").unwrap().starts_with("sandbox"));
    }
    let pdf = shelf.upload("a.pdf", "%PDF-1.7\n").await;
    let reply = shelf.admin.get(&format!("/api/v1/documents/{pdf}/original?inline=1")).await;
    assert!(reply.header("content-disposition").unwrap().starts_with("inline; "));
}

#[sqlx::test(migrations = "../migrations")]
async fn text_that_is_not_there_yet_is_no_empty_text(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let id = shelf.upload("leave.md", "Five days.").await;
    assert_eq!(shelf.admin.get(&format!("/api/v1/documents/{id}/text")).await.problem(409), "conflict");
    let chunks = shelf.admin.get(&format!("/api/v1/documents/{id}/chunks")).await.expect(200);
    assert_eq!(chunks["items"], json!([]));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_guide_comes_with_the_product_and_stays_away_once_removed(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let ingest = shelf.app.state.library.ingest();
    let _work = shelf.app.start_work();
    server::ingest::guide::refresh(ingest).await.unwrap();
    server::ingest::guide::refresh(ingest).await.unwrap();
    let collections = shelf.admin.get("/api/v1/collections").await.expect(200);
    let guide = collections["items"][1].clone();
    assert_eq!((&guide["name"], &guide["is_guide"]), (&json!("Footnote guide"), &json!(true)));
    let id = guide["id"].as_str().unwrap();
    assert!(guide["documents"].as_i64().unwrap() >= 6);
    let upload =
        shelf.admin.upload(&format!("/api/v1/collections/{id}/documents"), &[("a.md", b"Words.")]).await;
    assert_eq!(upload.problem(409), "conflict");

    shelf.admin.delete(&format!("/api/v1/collections/{id}")).await.expect(204);
    server::ingest::guide::refresh(ingest).await.unwrap();
    assert_eq!(
        shelf.admin.get("/api/v1/collections").await.expect(200)["items"].as_array().unwrap().len(),
        1
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_document_is_shown_with_the_passage_that_the_reader_came_for(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let id = shelf.upload("leave.md", "# Leave\n\nFive days.\n\n## Sick\n\nTell your lead.").await;
    let _work = shelf.app.start_work();
    shelf.await_processed().await;
    let chunks = shelf.admin.get(&format!("/api/v1/documents/{id}/chunks")).await.expect(200);
    let chunk = chunks["items"].as_array().unwrap().last().unwrap().clone();
    let chunk_id = chunk["id"].as_str().unwrap().parse().unwrap();

    let library = &shelf.app.state.library;
    let (admin, id) = (shelf.admin.user(), id.parse().unwrap());
    let view = library.view_document(admin, id, Some(chunk_id), None).await.unwrap();
    let marked: Vec<_> = view
        .blocks
        .iter()
        .flat_map(|block| &block.runs)
        .filter(|run| run.marked)
        .map(|run| run.text.as_str())
        .collect();
    assert!(marked.contains(&"Tell your lead."), "{view:?}");
    assert_eq!(view.blocks[0].kind, BlockKind::Heading { level: 1 });
    assert_eq!(view.outline.len(), 2);
    assert_eq!(view.passage.unwrap().chunk_id, chunk_id);

    let stranger = uuid::Uuid::now_v7();
    let view = library.view_document(admin, id, Some(stranger), Some(7)).await.unwrap();
    assert_eq!((view.passage, view.part, view.parts), (None, 1, 1));
    let suspended = shelf.app.user(Role::Employee, None).await;
    let change = app::account::UserChange { suspended: Some(true), ..Default::default() };
    app::ports::Accounts::change_user(&shelf.app.state.accounts, admin, suspended.id, change).await.unwrap();
    let refused = library.view_document(&suspended, id, None, None).await;
    assert_eq!(refused.unwrap_err(), AppError::NotFound);
}
