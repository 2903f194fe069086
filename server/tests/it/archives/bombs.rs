//! Archives that are more than they look: each ends soon, and as a whole.

use sqlx::PgPool;

use super::zip;
use crate::common::Shelf;

async fn refusal(shelf: &Shelf, archive: &[u8]) -> String {
    let archive = shelf.unpack("bomb.zip", archive).await;
    assert_eq!(archive["status"], "failed", "{archive}");
    assert_eq!(shelf.members(&archive).await.len(), 0);
    archive["error"]["code"].as_str().unwrap().to_owned()
}

#[sqlx::test(migrations = "../migrations")]
async fn an_archive_that_unpacks_to_a_thousand_times_its_size_is_refused_whole(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let bomb = zip(&[("fine.txt", b"Fine."), ("huge.txt", &vec![b'x'; 64 << 20])]);
    assert_eq!(refusal(&shelf, &bomb).await, "too_large");
}

#[sqlx::test(migrations = "../migrations")]
async fn archives_in_archives_end_at_the_third(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let mut file = zip(&[("a.txt", b"deep")]);
    for _ in 0..2 {
        file = zip(&[("in.zip", &file)]);
    }
    let archive = shelf.unpack("three.zip", &file).await;
    assert_eq!(shelf.members(&archive).await[0]["folder"], "three.zip/in.zip/in.zip");
    assert_eq!(refusal(&shelf, &zip(&[("in.zip", &file)])).await, "too_large");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_archive_of_too_many_files_over_all_its_archives_is_refused(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let hundred: Vec<(String, &[u8])> = (0..100).map(|n| (format!("{n}.txt"), b"x".as_slice())).collect();
    let hundred: Vec<(&str, &[u8])> = hundred.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let inner = zip(&hundred);
    let many: Vec<(String, &[u8])> = (0..60).map(|n| (format!("{n}.zip"), inner.as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(refusal(&shelf, &zip(&many)).await, "holds_too_much");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_archive_that_says_it_lists_a_million_files_is_refused_before_they_are_read(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let mut archive = zip(&[("a.txt", b"Fine.")]);
    let end = archive.len() - 22;
    archive[end + 8..end + 12].copy_from_slice(&[0x50, 0xc3, 0x50, 0xc3]);
    assert_eq!(refusal(&shelf, &archive).await, "too_large");
}

/// The mark of encryption, in the file's head and in the list's entry.
#[sqlx::test(migrations = "../migrations")]
async fn an_encrypted_archive_needs_a_password_and_an_encrypted_file_in_one_says_so(db: PgPool) {
    let shelf = Shelf::new(db).await;
    let mut archive = zip(&[("a.txt", b"Secret.")]);
    encrypt(&mut archive, "a.txt");
    assert_eq!(refusal(&shelf, &archive).await, "needs_password");

    let mut mixed = zip(&[("a.txt", b"Secret."), ("b.txt", b"Open.")]);
    encrypt(&mut mixed, "a.txt");
    let archive = shelf.unpack("mixed.zip", &mixed).await;
    let text = shelf.text(archive["id"].as_str().unwrap()).await;
    assert!(text.starts_with("a.txt (not read: The file is protected by a password."), "{text}");
    assert!(text.ends_with("b.txt\n\nOpen."), "{text}");
}

fn encrypt(archive: &mut [u8], name: &str) {
    let at = |archive: &[u8], mark: &[u8], name_at: usize| {
        (0..archive.len() - name_at)
            .find(|at| {
                archive[*at..].starts_with(mark) && archive[at + name_at..].starts_with(name.as_bytes())
            })
            .unwrap()
    };
    let head = at(archive, b"PK\x03\x04", 30);
    archive[head + 6] |= 1;
    let entry = at(archive, b"PK\x01\x02", 46);
    archive[entry + 8] |= 1;
}
