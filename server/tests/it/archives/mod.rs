//! Archives that people upload: each file in them is a document.

mod bombs;
mod mirroring;

use std::{io::Write, time::Duration};

use serde_json::Value;
use sqlx::PgPool;

use crate::common::Shelf;

/// How long the keyword index may take to follow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A zip archive of these files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

impl Shelf {
    /// Uploads an archive and waits until nothing is left to do. Returns its document.
    async fn unpack(&self, name: &str, archive: &[u8]) -> Value {
        let reply = self.upload_all(&[(name, archive)]).await;
        let work = self.app.start_work();
        self.await_processed().await;
        work.stop().await;
        self.document(reply["documents"][0]["id"].as_str().unwrap()).await
    }

    /// Name, folder and status of every document but the archive, by name.
    async fn files_of(&self, archive: &Value) -> Vec<(String, String, String)> {
        let mut files: Vec<_> = self.members(archive).await.iter().map(described).collect();
        files.sort();
        files
    }

    async fn members(&self, archive: &Value) -> Vec<Value> {
        let list = format!("/api/v1/documents?collection={}&limit=500", self.id);
        let all = self.admin.get(&list).await.expect(200)["items"].as_array().unwrap().clone();
        all.into_iter().filter(|document| document["parent_id"] == archive["id"]).collect()
    }
}

fn described(document: &Value) -> (String, String, String) {
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    (text("filename"), text("folder"), text("status"))
}

fn file(name: &str, folder: &str, status: &str) -> (String, String, String) {
    (name.to_owned(), folder.to_owned(), status.to_owned())
}

#[sqlx::test(migrations = "../migrations")]
async fn each_file_of_an_archive_becomes_a_document_and_one_that_cannot_be_read_fails_alone(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let inner = zip(&[("sick.md", b"# Sick days\n\nTell your lead.")]);
    let archive = zip(&[
        ("hr/leave.md", b"# Leave\n\nFive days."),
        ("hr/run.exe", b"MZ\x90\0"),
        ("__MACOSX/hr/._leave.md", b"\0\0"),
        ("more.zip", &inner),
    ]);
    let archive = shelf.unpack("handbook.zip", &archive).await;
    assert_eq!((&archive["status"], &archive["title"]), (&"ready".into(), &"handbook".into()));
    assert_eq!(
        shelf.files_of(&archive).await,
        [
            file("leave.md", "handbook.zip/hr", "ready"),
            file("run.exe", "handbook.zip/hr", "failed"),
            file("sick.md", "handbook.zip/more.zip", "ready"),
        ]
    );
    assert_eq!(archive["chunks"], 2, "the archive counts what is searched of its files");
    let text = shelf.text(archive["id"].as_str().unwrap()).await;
    assert!(
        text.starts_with("hr/leave.md\nhr/run.exe\nmore.zip/sick.md\n\nhr/leave.md\n\nLeave\n\nFive days."),
        "{text}"
    );
    assert!(text.contains("hr/run.exe\n\nNot read: Programs (.exe) can't be read."), "{text}");
    assert!(text.ends_with("Sick days\n\nTell your lead."), "{text}");
    let work = shelf.app.start_work();
    let last =
        sqlx::query_scalar!(r#"select max(seq) as "seq!" from index_change"#).fetch_one(&db).await.unwrap();
    assert!(shelf.app.state.keyword.wait_for(last, PATIENCE).await);
    work.stop().await;
    let found = shelf.admin.get("/api/v1/search?q=five&mode=lexical").await.expect(200);
    assert_eq!(found["results"].as_array().unwrap().len(), 1, "no passage is found twice: {found}");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_archive_is_ready_when_its_files_are(db: PgPool) {
    let (shelf, embedder) = Shelf::held(db).await;
    let _work = shelf.app.start_work();
    let archive = zip(&[("one.md", b"Number one."), ("two.md", b"Number two.")]);
    let reply = shelf.upload_all(&[("two.zip", &archive)]).await;
    let id = reply["documents"][0]["id"].as_str().unwrap();
    embedder.await_begun(2).await;
    let during = shelf.document(id).await;
    assert_eq!((&during["status"], &during["stage"]), (&"processing".into(), &"members".into()));
    let list = shelf.admin.get("/api/v1/documents?status=ready").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 0, "{list}");
    embedder.release();
    shelf.await_processed().await;
    assert_eq!(shelf.document(id).await["status"], "ready");
}

#[sqlx::test(migrations = "../migrations")]
async fn the_same_archive_again_is_the_same_documents(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let archive = zip(&[("leave.md", b"Five days.")]);
    let first = shelf.unpack("handbook.zip", &archive).await;
    let again = shelf.unpack("copy.zip", &archive).await;
    assert_eq!(first["id"], again["id"]);
    assert_eq!(shelf.members(&first).await.len(), 1);
    // The file by itself is a document of its own: the archive may be deleted without it.
    let alone = shelf.upload("leave.md", "Five days.").await;
    assert_ne!(shelf.members(&first).await[0]["id"], *alone);
}

#[sqlx::test(migrations = "../migrations")]
async fn deleting_an_archive_removes_its_files_and_counts_them(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let _work = shelf.app.start_work();
    let archive = zip(&[("one.md", b"Number one."), ("two.md", b"Number two.")]);
    let reply = shelf.upload_all(&[("two.zip", &archive)]).await;
    shelf.await_processed().await;
    let archive = &reply["documents"][0];
    let id = archive["id"].as_str().unwrap();
    let receipt = shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
    let removed = |name: &str| receipt["removed"][name].as_i64().unwrap();
    assert_eq!((removed("versions"), removed("chunks"), removed("embeddings")), (3, 2, 2), "{receipt}");
    assert_eq!((removed("index_entries"), removed("blobs")), (2, 3), "{receipt}");
    let left =
        sqlx::query_scalar!(r#"select count(*) as "count!" from document"#).fetch_one(&db).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn one_file_of_an_archive_can_be_deleted(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let archive = zip(&[("one.md", b"Number one."), ("two.md", b"Number two.")]);
    let archive = shelf.unpack("two.zip", &archive).await;
    let _work = shelf.app.start_work();
    let one = shelf.members(&archive).await.into_iter().find(|file| file["filename"] == "one.md").unwrap();
    let id = one["id"].as_str().unwrap();
    shelf.admin.delete(&format!("/api/v1/documents/{id}")).await.expect(200);
    assert_eq!(shelf.files_of(&archive).await, [file("two.md", "two.zip", "ready")]);
}

#[sqlx::test(migrations = "../migrations")]
async fn each_message_of_a_mail_folder_becomes_a_document(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let message = |subject: &str, text: &str| {
        format!(
            "From ada@example.org Mon Mar  2 09:30:00 2026\nFrom: ada@example.org\nSubject: {subject}\n\
             Date: Mon, 2 Mar 2026 09:30:00 +0100\n\n{text}\n\n"
        )
    };
    let folder = message("Leave", "Five days.") + &message("Sickness", "Tell us first.");
    let folder = shelf.unpack("Inbox.mbox", folder.as_bytes()).await;
    assert_eq!(folder["media_type"], "application/mbox", "{folder}");
    let members = shelf.members(&folder).await;
    let names: Vec<_> = members.iter().map(|member| member["filename"].clone()).collect();
    assert_eq!(names, ["2026-03-02 09.30 Sickness.eml", "2026-03-02 09.30 Leave.eml"]);
    let text = shelf.text(members[0]["id"].as_str().unwrap()).await;
    assert!(text.starts_with("Sickness\n\nFrom: ada@example.org"), "{text}");
    assert!(text.ends_with("Tell us first."), "{text}");
}
