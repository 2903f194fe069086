//! A new version of an archive: what was added, changed and removed.

use sqlx::PgPool;

use super::{file, zip};
use crate::common::Shelf;

#[sqlx::test(migrations = "../migrations")]
async fn a_new_version_of_an_archive_adds_changes_and_removes_its_files(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let before = zip(&[("a.md", b"Number a."), ("b.md", b"Number b."), ("c.md", b"Number c.")]);
    let archive = shelf.unpack("files.zip", &before).await;
    let ids = |members: Vec<serde_json::Value>| {
        let mut ids: Vec<(String, String, i64)> = members
            .iter()
            .map(|member| {
                let text = |name: &str| member[name].as_str().unwrap().to_owned();
                (text("filename"), text("id"), member["version"].as_i64().unwrap())
            })
            .collect();
        ids.sort();
        ids
    };
    let old = ids(shelf.members(&archive).await);

    let after = zip(&[("a.md", b"Number a."), ("b.md", b"Number b, changed."), ("d.md", b"Number d.")]);
    let changed = shelf.unpack("files.zip", &after).await;
    assert_eq!((&changed["id"], &changed["version"]), (&archive["id"], &2.into()));
    let new = ids(shelf.members(&archive).await);
    assert_eq!(
        shelf.files_of(&archive).await,
        [
            file("a.md", "files.zip", "ready"),
            file("b.md", "files.zip", "ready"),
            file("d.md", "files.zip", "ready"),
        ]
    );
    assert_eq!(new[0], old[0], "what stayed is left alone");
    assert_eq!((&new[1].1, new[1].2), (&old[1].1, 2), "what changed is a new version of the same document");
    let texts: Vec<String> =
        sqlx::query_scalar("select text from chunk order by text").fetch_all(&db).await.unwrap();
    assert_eq!(texts, ["Number a.", "Number b, changed.", "Number d."]);
    let purges: i64 = sqlx::query_scalar("select count(*) from job where kind = 'purge' and state = 'done'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(purges, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_version_that_cannot_be_read_leaves_the_files_of_the_one_before(db: PgPool) {
    let shelf = Shelf::new(db.clone()).await;
    let archive = shelf.unpack("files.zip", &zip(&[("a.md", b"Number a.")])).await;
    let broken = shelf.unpack("files.zip", &zip(&[("a.exe", b"MZ\x90\0")])).await;
    assert_eq!((&broken["status"], &broken["error"]["code"]), (&"failed".into(), &"unsupported_type".into()));
    assert_eq!(shelf.files_of(&archive).await, [file("a.md", "files.zip", "ready")]);
}
