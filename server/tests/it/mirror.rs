//! A collection that is kept in step with a folder.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use serde_json::{Value, json};
use server::ingest::mirror::Mirror;
use sqlx::PgPool;
use tempfile::TempDir;

use crate::common::{Shelf, TestEmbedder};

/// A collection that follows the folder `handbook`, which holds two files.
struct Mirrored {
    shelf: Shelf,
    embedder: Arc<TestEmbedder>,
    /// `handbook` lies in it.
    place: TempDir,
}

impl Mirrored {
    async fn new(db: PgPool) -> Self {
        let place = tempfile::tempdir().unwrap();
        let allowed = place.path().to_str().unwrap().to_owned();
        let embedder = Arc::new(TestEmbedder::named("test"));
        let settings = [("FOOTNOTE_FOLLOW_DIRS", allowed.as_str())];
        let shelf = Shelf::with_settings(db, &settings, embedder.clone()).await;
        let mirrored = Self { shelf, embedder, place };
        mirrored.write("leave.md", "# Leave\n\nFive days.");
        mirrored.write("team/parking.md", "# Parking\n\nIt is free.");
        let choice = json!({ "path": mirrored.folder() });
        mirrored.shelf.admin.put(&mirrored.address(), choice).await.expect(200);
        mirrored
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join("handbook")
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn address(&self) -> String {
        format!("/api/v1/collections/{}/folder", self.shelf.id)
    }

    /// Looks at the folder as the server does every few seconds. Returns what it then says of it.
    async fn look(&self) -> Value {
        let state = &self.shelf.app.state;
        let blobs = state.library.ingest().blobs.clone();
        let mirror = Mirror { db: state.db.clone(), blobs, limit: 10_000 };
        mirror.look_at_all(&state.config.follow_dirs).await.unwrap();
        self.shelf.admin.get(&self.address()).await.expect(200)["folder"].clone()
    }

    /// Looks, and processes what was found.
    async fn mirror(&self) -> Value {
        let folder = self.look().await;
        let work = self.shelf.app.start_work();
        self.shelf.await_processed().await;
        work.stop().await;
        folder
    }

    /// Each document's path and title, and its id.
    async fn documents(&self) -> Vec<(String, String, String)> {
        let path = format!("/api/v1/documents?collection={}", self.shelf.id);
        let listed = self.shelf.admin.get(&path).await.expect(200);
        let word = |document: &Value, name: &str| document[name].as_str().unwrap().to_owned();
        let mut documents: Vec<_> = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|document| {
                let path = format!("{}/{}", word(document, "folder"), word(document, "filename"));
                (path, word(document, "title"), word(document, "id"))
            })
            .collect();
        documents.sort();
        documents
    }

    async fn paths(&self) -> Vec<String> {
        self.documents().await.into_iter().map(|(path, ..)| path).collect()
    }

    async fn id_of(&self, wanted: &str) -> String {
        self.documents().await.into_iter().find(|(path, ..)| path == wanted).unwrap().2
    }

    fn embedded(&self) -> usize {
        self.embedder.embedded.load(Ordering::Relaxed)
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_new_changed_renamed_and_removed_in_the_folder_is_so_in_the_collection(db: PgPool) {
    let mirrored = Mirrored::new(db.clone()).await;
    let folder = mirrored.mirror().await;
    assert_eq!((&folder["files"], &folder["problem"]), (&json!(2), &json!(null)));
    assert_eq!(mirrored.paths().await, ["handbook/leave.md", "handbook/team/parking.md"]);
    let (leave, parking) =
        (mirrored.id_of("handbook/leave.md").await, mirrored.id_of("handbook/team/parking.md").await);
    let embedded = mirrored.embedded();
    mirrored.mirror().await;
    assert_eq!(mirrored.shelf.document(&leave).await["version"], 1, "nothing changed");

    mirrored.write("leave.md", "# Leave\n\nThirty days.");
    mirrored.write("new.md", "# New\n\nA new one.");
    fs::create_dir(mirrored.folder().join("facilities")).unwrap();
    fs::rename(mirrored.folder().join("team/parking.md"), mirrored.folder().join("facilities/Car park.md"))
        .unwrap();
    mirrored.mirror().await;
    let expected = ["handbook/facilities/Car park.md", "handbook/leave.md", "handbook/new.md"];
    assert_eq!(mirrored.paths().await, expected);
    assert_eq!(mirrored.id_of("handbook/facilities/Car park.md").await, parking, "it is the same document");
    assert_eq!(mirrored.shelf.document(&parking).await["version"], 1);
    assert!(mirrored.shelf.text(&leave).await.contains("Thirty days."));
    assert_eq!(mirrored.embedded() - embedded, 2, "what changed and what is new, and nothing else");

    fs::remove_file(mirrored.folder().join("leave.md")).unwrap();
    mirrored.look().await;
    mirrored.shelf.admin.get(&format!("/api/v1/documents/{leave}")).await.problem(404);
    let work = mirrored.shelf.app.start_work();
    while sqlx::query("select from document where deleted_at is not null")
        .fetch_optional(&db)
        .await
        .unwrap()
        .is_some()
    {
        tokio::task::yield_now().await;
    }
    work.stop().await;
    assert_eq!(mirrored.paths().await.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_passage_whose_text_did_not_change_is_not_embedded_again(db: PgPool) {
    let mirrored = Mirrored::new(db.clone()).await;
    let section = |name: &str, words: &str| format!("## {name}\n\n{}\n\n", format!("{words} ").repeat(80));
    let text = |middle: &str| {
        let (one, three) = (section("One", "first words here"), section("Three", "last words here"));
        format!("# Long\n\n{one}{}{three}", section("Two", middle))
    };
    mirrored.write("long.md", &text("before that"));
    mirrored.mirror().await;
    let id = mirrored.id_of("handbook/long.md").await;
    let (chunks, before) =
        (mirrored.shelf.document(&id).await["chunks"].as_u64().unwrap(), mirrored.embedded());
    assert!(chunks >= 3, "{chunks}");

    mirrored.write("long.md", &text("afterwards, then"));
    mirrored.mirror().await;
    let after = mirrored.shelf.document(&id).await;
    assert_eq!(after["version"], 2);
    let embedded = (mirrored.embedded() - before) as u64;
    assert!(embedded < chunks && embedded > 0, "{embedded} of {chunks}");
    let vectors: i64 = sqlx::query_scalar(
        "select count(*) from embedding join chunk on chunk.id = embedding.chunk_id where document_id = $1",
    )
    .bind(id.parse::<uuid::Uuid>().unwrap())
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(after["chunks"], vectors);

    // Nothing but white space between paragraphs changed: not one is embedded again.
    let before = mirrored.embedded();
    mirrored.write("long.md", &text("afterwards, then").replace("\n\n", "\n\n\n"));
    mirrored.mirror().await;
    assert_eq!(mirrored.shelf.document(&id).await["version"], 3);
    assert_eq!(mirrored.embedded(), before);
}

#[sqlx::test(migrations = "../migrations")]
async fn of_two_equal_files_one_may_go_and_the_document_takes_the_others_name(db: PgPool) {
    let mirrored = Mirrored::new(db).await;
    mirrored.write("a.md", "# Same\n\nThe same.");
    mirrored.write("b.md", "# Same\n\nThe same.");
    mirrored.mirror().await;
    let document = mirrored.id_of("handbook/a.md").await;
    assert_eq!(mirrored.paths().await.len(), 3);

    fs::remove_file(mirrored.folder().join("a.md")).unwrap();
    mirrored.mirror().await;
    assert_eq!(mirrored.id_of("handbook/b.md").await, document);

    // One that changes parts from the other.
    mirrored.write("c.md", "# Same\n\nThe same.");
    mirrored.mirror().await;
    mirrored.write("b.md", "# Other\n\nNot the same any more.");
    mirrored.mirror().await;
    mirrored.mirror().await;
    let titles: Vec<_> =
        mirrored.documents().await.into_iter().map(|(path, title, _)| (path, title)).collect();
    let expected = |path: &str, title: &str| (format!("handbook/{path}"), title.to_owned());
    assert_eq!(titles[..2], [expected("b.md", "Other"), expected("c.md", "Same")]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_title_that_was_made_of_the_files_name_follows_it(db: PgPool) {
    let mirrored = Mirrored::new(db).await;
    mirrored.write("travel.txt", "Take the train.");
    mirrored.mirror().await;
    fs::rename(mirrored.folder().join("travel.txt"), mirrored.folder().join("business trips.txt")).unwrap();
    mirrored.mirror().await;
    let documents = mirrored.documents().await;
    assert_eq!(
        (documents[0].0.as_str(), documents[0].1.as_str()),
        ("handbook/business trips.txt", "business trips")
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn a_folder_that_went_away_or_is_empty_removes_nothing(db: PgPool) {
    let mirrored = Mirrored::new(db).await;
    mirrored.mirror().await;
    let elsewhere = mirrored.place.path().join("unmounted");
    fs::rename(mirrored.folder(), &elsewhere).unwrap();
    let problem = mirrored.look().await["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("no folder at or below"), "{problem}");
    fs::create_dir(mirrored.folder()).unwrap();
    let problem = mirrored.look().await["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("empty"), "{problem}");
    assert_eq!(mirrored.paths().await.len(), 2);

    fs::remove_dir(mirrored.folder()).unwrap();
    fs::rename(&elsewhere, mirrored.folder()).unwrap();
    assert_eq!(mirrored.look().await["problem"], json!(null));
    assert_eq!(mirrored.paths().await.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn no_folder_is_read_outside_those_that_the_server_allows(db: PgPool) {
    let mirrored = Mirrored::new(db).await;
    let (secret, link) = (tempfile::tempdir().unwrap(), mirrored.place.path().join("link"));
    fs::write(secret.path().join("secret.md"), "# Secret\n\nHidden.").unwrap();
    std::os::unix::fs::symlink(secret.path(), &link).unwrap();
    let roundabout = mirrored.place.path().join("..").join(secret.path().file_name().unwrap());
    let refused = [secret.path(), &link, &roundabout, Path::new("/nowhere"), Path::new("handbook")];
    let mut answers: Vec<Value> = Vec::new();
    for path in refused {
        let reply = mirrored.shelf.admin.put(&mirrored.address(), json!({ "path": path })).await;
        assert_eq!(reply.problem(422), "invalid", "{}", path.display());
        answers.push(reply.json());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "what is there is told from what isn't by nothing: {answers:?}");

    // Nor what a link inside the folder leads to, nor a folder that has become a link.
    std::os::unix::fs::symlink(secret.path(), mirrored.folder().join("inside")).unwrap();
    let file = mirrored.folder().join("file.md");
    std::os::unix::fs::symlink(secret.path().join("secret.md"), &file).unwrap();
    mirrored.mirror().await;
    assert_eq!(mirrored.paths().await.len(), 2);
    fs::rename(mirrored.folder(), mirrored.place.path().join("moved")).unwrap();
    std::os::unix::fs::symlink(secret.path(), mirrored.folder()).unwrap();
    assert!(mirrored.look().await["problem"].is_string());
    assert_eq!(mirrored.paths().await.len(), 2);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_taken_in_stays_when_the_folder_is_followed_no_more(db: PgPool) {
    let mirrored = Mirrored::new(db).await;
    mirrored.write("large.md", &"Too many words. ".repeat(1_000));
    let problem = mirrored.mirror().await["problem"].as_str().unwrap().to_owned();
    assert!(problem.starts_with("large.md was not taken in: it is larger"), "{problem}");
    mirrored.shelf.admin.delete(&mirrored.address()).await.expect(204);
    fs::remove_file(mirrored.folder().join("leave.md")).unwrap();
    assert_eq!(mirrored.look().await, json!(null));
    assert_eq!(mirrored.paths().await.len(), 2);
}
