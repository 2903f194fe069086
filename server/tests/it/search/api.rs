//! `GET /api/v1/search`.

use app::account::Role;
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::{Library, NewDocument};
use crate::common::TestApp;

#[sqlx::test(migrations = "../migrations")]
async fn a_search_answers_with_passages_as_the_contract_has_them(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let library = Library::of_app(&app).await;
    let open = library.add_collection("everyone").await;
    let document = NewDocument {
        external_id: Some("leave"),
        passages: vec![(
            vec!["Leave".into(), "Days".into()],
            "Employees have 25 days of leave a year.".into(),
        )],
        ..NewDocument::english("Leave policy", "")
    };
    let document_id = library.add(open, document).await;
    library.settle().await;
    let visitor = app.visitor(Role::Employee).await;

    for mode in ["hybrid", "lexical", "semantic"] {
        let found =
            visitor.get(&format!("/api/v1/search?q=days+of+leave&mode={mode}&limit=5")).await.expect(200);
        let [passage] = found["results"].as_array().unwrap().as_slice() else { panic!("{found}") };
        assert_eq!(passage["document_id"], document_id.to_string());
        assert_eq!(passage["external_id"], "leave");
        assert_eq!(passage["title"], "Leave policy");
        assert_eq!(passage["heading_path"], serde_json::json!(["Leave", "Days"]));
        assert_eq!(passage["page"], serde_json::Value::Null);
        assert_eq!((&passage["char_start"], &passage["char_end"]), (&0.into(), &39.into()));
        assert_eq!(passage["highlights"], serde_json::json!([[18, 22], [26, 31]]));
        assert_eq!(passage["scores"]["lexical"].is_number(), mode != "semantic");
        assert_eq!(passage["scores"]["semantic"].is_number(), mode != "lexical");
        for step in ["embed", "lexical", "semantic", "fuse", "total"] {
            assert!(found["took_ms"][step].is_number(), "{found}");
        }
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn who_may_not_read_gets_no_row_and_no_count(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let library = Library::of_app(&app).await;
    let closed = library.add_collection("restricted").await;
    library.add(closed, NewDocument::english("Board", "The board has 60 days of leave.")).await;
    library.settle().await;
    let employee = app.visitor(Role::Employee).await;
    let admin = app.visitor(Role::Admin).await;

    let path = |collection: Uuid| format!("/api/v1/search?q=leave&collection={collection}");
    assert_eq!(admin.get(&path(closed)).await.expect(200)["results"].as_array().unwrap().len(), 1);
    let foreign = employee.get(&path(closed)).await.expect(200);
    let unknown = employee.get(&path(Uuid::now_v7())).await.expect(200);
    assert_eq!(foreign["results"], serde_json::json!([]));
    assert_eq!(foreign, unknown);
    app.nobody().get("/api/v1/search?q=leave").await.problem(401);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_search_that_makes_no_sense_is_refused(db: PgPool) {
    let app = TestApp::spawn(db).await;
    let employee = app.visitor(Role::Employee).await;
    for query in ["", "?q=", "?q=leave&limit=1000", "?q=leave&mode=psychic"] {
        assert_eq!(employee.get(&format!("/api/v1/search{query}")).await.problem(422), "invalid", "{query}");
    }
}
