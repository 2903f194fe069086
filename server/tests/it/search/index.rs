//! The keyword index keeps up with Postgres, whatever happens to it.

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use server::search::KeywordIndex;
use sqlx::{PgPool, postgres::PgListener};
use tempfile::TempDir;

use super::fixture::{Library, NewDocument, query, titles};

async fn of_two(db: PgPool) -> Library {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    library.add(open, NewDocument::english("One", "The first passage.")).await;
    library.add(open, NewDocument::english("Two", "The second passage.")).await;
    library.settle().await;
    assert_eq!(library.find("passage").await.len(), 2);
    library
}

#[sqlx::test(migrations = "../migrations")]
async fn a_replaced_version_is_found_no_more(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    let document =
        library.add(open, NewDocument::english("Policy", "Twenty days of vacation, as of old.")).await;
    library.settle().await;
    library.publish(document, NewDocument::english("Policy", "Thirty days of vacation.")).await;
    library.settle().await;

    assert!(library.find("twenty").await.is_empty());
    assert_eq!(library.find("thirty").await.len(), 1);
    for mode in [app::search::SearchMode::Semantic, app::search::SearchMode::Hybrid] {
        let found = library.find_as(library.admin, &query("holiday", mode)).await;
        assert_eq!(found.len(), 1, "{mode:?}");
        assert!(found[0].text.starts_with("Thirty"));
    }
    assert_eq!(library.index.count_entries(document).await.unwrap(), 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_hidden_document_is_found_no_more_even_before_the_index_hears_of_it(db: PgPool) {
    let library = Library::new(db).await;
    let open = library.add_collection("everyone").await;
    let document = library.add(open, NewDocument::english("Policy", "Twenty days of vacation.")).await;
    library.settle().await;

    library.hide(document, false).await;
    assert!(library.find("vacation").await.is_empty());
    assert_eq!(library.index.count_entries(document).await.unwrap(), 1);

    library.hide(document, true).await;
    library.settle().await;
    assert_eq!(library.index.count_entries(document).await.unwrap(), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_crash_before_the_commit_is_made_good_from_the_last_commit_on(db: PgPool) {
    let library = of_two(db).await;
    let open = library.add_collection("everyone").await;
    let second = library.find("second").await[0].document_id;
    let stopped = library.stop().await;
    let kept = TempDir::new().unwrap();
    copy_files(&stopped.current(), kept.path());

    let library = stopped.start();
    library.hide(second, true).await;
    library.add(open, NewDocument::english("Three", "The third passage.")).await;
    library.settle().await;
    let stopped = library.stop().await;
    // The folder as a crash before the last commits would have left it.
    fs::remove_dir_all(stopped.current()).unwrap();
    fs::create_dir(stopped.current()).unwrap();
    copy_files(kept.path(), &stopped.current());
    let folder = fs::metadata(stopped.current()).unwrap().ino();

    let library = stopped.start();
    library.settle().await;
    assert_eq!(sorted_titles(&library).await, ["One", "Three"]);
    assert_eq!(library.index.count_entries(second).await.unwrap(), 0);
    let current = fs::metadata(library.index_dir.path().join("current")).unwrap();
    assert_eq!(current.ino(), folder, "it was replayed, not rebuilt");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_missing_or_damaged_index_is_rebuilt_equal_to_postgres(db: PgPool) {
    let mut library = of_two(db).await;
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 6] = [
        ("no folder", |current| fs::remove_dir_all(current).unwrap()),
        ("an empty folder", |current| {
            fs::remove_dir_all(current).unwrap();
            fs::create_dir(current).unwrap();
        }),
        ("meta.json is garbage", |current| fs::write(current.join("meta.json"), "{").unwrap()),
        ("a segment's file is gone", |current| fs::remove_file(segment_file(current)).unwrap()),
        ("a segment's file is cut", |current| {
            let file = File::options().write(true).open(segment_file(current)).unwrap();
            file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        }),
        ("a segment's byte has flipped", |current| {
            let mut bytes = fs::read(segment_file(current)).unwrap();
            bytes[0] ^= 0xff;
            fs::write(segment_file(current), bytes).unwrap();
        }),
    ];
    for (name, harm) in harms {
        let stopped = library.stop().await;
        harm(&stopped.current());
        let mut rebuilt = PgListener::connect_with(&stopped.db).await.unwrap();
        rebuilt.listen("index_rebuilt").await.unwrap();

        library = stopped.start();
        rebuilt.recv().await.unwrap();
        library.settle().await;
        assert_eq!(sorted_titles(&library).await, ["One", "Two"], "{name}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_index_made_otherwise_or_of_another_database_is_rebuilt(db: PgPool) {
    let mut library = of_two(db).await;
    for (old, new) in [(r#"\"form\":2"#, r#"\"form\":0"#), (r#"\"database\":\""#, r#"\"database\":\"9"#)] {
        let stopped = library.stop().await;
        let meta = stopped.current().join("meta.json");
        let changed = fs::read_to_string(&meta).unwrap().replace(old, new);
        assert!(changed.contains(new), "{changed}");
        fs::write(&meta, changed).unwrap();
        let mut rebuilt = PgListener::connect_with(&stopped.db).await.unwrap();
        rebuilt.listen("index_rebuilt").await.unwrap();

        library = stopped.start();
        rebuilt.recv().await.unwrap();
        library.settle().await;
        assert_eq!(sorted_titles(&library).await, ["One", "Two"]);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_index_ahead_of_a_database_put_back_to_an_earlier_day_is_rebuilt(db: PgPool) {
    let library = of_two(db).await;
    let second = library.find("second").await[0].document_id;
    let stopped = library.stop().await;
    sqlx::query("delete from index_change where seq > 1").execute(&stopped.db).await.unwrap();
    sqlx::query("delete from document where id = $1").bind(second).execute(&stopped.db).await.unwrap();
    let mut rebuilt = PgListener::connect_with(&stopped.db).await.unwrap();
    rebuilt.listen("index_rebuilt").await.unwrap();

    let library = stopped.start();
    rebuilt.recv().await.unwrap();
    library.settle().await;
    assert_eq!(*library.index.applied().borrow(), 1);
    assert_eq!(library.index.count_entries(second).await.unwrap(), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_follower_whose_connections_are_cut_goes_on(db: PgPool) {
    let library = of_two(db).await;
    let open = library.add_collection("everyone").await;
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()",
    )
    .execute(&library.db)
    .await
    .unwrap();

    library.add(open, NewDocument::english("Three", "The third passage.")).await;
    library.settle().await;
    assert_eq!(sorted_titles(&library).await, ["One", "Three", "Two"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_rebuild_can_be_had_with_the_server_running_and_without(db: PgPool) {
    let library = of_two(db).await;
    let current = library.index_dir.path().join("current");
    let before = fs::metadata(&current).unwrap().ino();
    KeywordIndex::rebuild_in(library.index_dir.path(), &library.db).await.unwrap();
    let by_server = fs::metadata(&current).unwrap().ino();
    assert_ne!(by_server, before);
    assert_eq!(sorted_titles(&library).await, ["One", "Two"]);

    let stopped = library.stop().await;
    KeywordIndex::rebuild_in(stopped.index_dir.path(), &stopped.db).await.unwrap();
    assert_ne!(fs::metadata(&current).unwrap().ino(), by_server);
    let library = stopped.start();
    library.settle().await;
    assert_eq!(sorted_titles(&library).await, ["One", "Two"]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_second_server_on_the_same_folder_is_refused(db: PgPool) {
    let library = Library::new(db).await;
    let refused = KeywordIndex::open(library.index_dir.path()).err().unwrap().to_string();
    assert!(refused.contains("in use by another process"), "{refused}");
}

async fn sorted_titles(library: &Library) -> Vec<String> {
    let mut titles: Vec<_> = titles(&library.find("passage").await).into_iter().map(str::to_owned).collect();
    titles.sort();
    titles
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The words of one of the segments.
fn segment_file(current: &Path) -> PathBuf {
    let files = fs::read_dir(current).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "idx")).unwrap()
}
