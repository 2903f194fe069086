//! A disk that is full. Needs to be root, to make a small one; says so and passes where it isn't.

use std::{path::Path, process::Command};

use sqlx::PgPool;

use crate::common::Shelf;

/// A file system of 256 KB, gone when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(at).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn when_the_disk_is_full_uploads_are_refused_and_reading_goes_on(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let _work = shelf.app.start_work();
    let before = shelf.upload("leave.md", "Five days of leave.").await;
    assert_eq!(shelf.await_processed().await.ready, 1);
    let originals = shelf.app.state.config.data_dir.join("blobs");
    let Some(_disk) = SmallDisk::mount(&originals) else {
        eprintln!("skipped: a small disk can't be made here");
        return;
    };
    std::fs::create_dir(originals.join("incoming")).unwrap();
    let path = format!("/api/v1/collections/{}/documents", shelf.id);

    let large = vec![b'a'; 1_000_000];
    assert_eq!(shelf.admin.upload(&path, &[("large.txt", &large)]).await.problem(507), "storage_full");
    let found = shelf.admin.get("/api/v1/search?q=leave").await.expect(200);
    assert_eq!(found["results"][0]["document_id"], before);
    assert!(shelf.text(&before).await.contains("Five days"));
    assert_eq!(std::fs::read_dir(originals.join("incoming")).unwrap().count(), 0, "nothing is left of it");

    shelf.upload("parking.md", "Parking is free.").await;
    assert_eq!(shelf.await_processed().await.ready, 2, "what fits is taken in again");
}
