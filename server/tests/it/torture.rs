//! Random `kill -9` of the server, of Postgres and of the parser while documents are taken in.
//!
//! A short form runs with the other tests. `make torture` runs the long one: the environment says how
//! many kills (`FOOTNOTE_TORTURE_KILLS`), how many documents (`FOOTNOTE_TORTURE_DOCUMENTS`), and
//! from which seed (`FOOTNOTE_TORTURE_SEED`). Needs the runtime parts (`tools/setup runtime`).

mod client;
mod documents;
mod victim;

use std::{collections::BTreeMap, path::Path, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};
use server::{audit, store::blobs::Blobs};

use self::{
    client::Client,
    documents::{Expected, Sent},
    victim::Victim,
};

/// How long the documents may take once nothing is killed any more.
const PATIENCE: Duration = Duration::from_secs(600);

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_every_document_is_ready_once_with_the_right_passages() {
    let kills = setting("FOOTNOTE_TORTURE_KILLS", 6);
    let documents = setting("FOOTNOTE_TORTURE_DOCUMENTS", 24);
    let seed = setting("FOOTNOTE_TORTURE_SEED", rand::random());
    eprintln!("{kills} kills during {documents} documents, seed {seed}");
    let data = tempfile::tempdir().unwrap();
    let victim = Victim::start(data.path()).await;
    let client = Client::new(victim.address());
    let collection = client.create_collection().await;

    let sent: Vec<Sent> = (0..documents).map(Sent::numbered).collect();
    let taken_in = async {
        let ids = torment(&victim, &client, &collection, &sent, kills, seed).await;
        let processed = client.await_processed(&collection);
        tokio::time::timeout(PATIENCE, processed).await.expect("documents are left");
        ids
    };
    let ids = tokio::select! {
        ids = taken_in => ids,
        () = victim.keep_running() => return,
    };

    let expected = Expected::new();
    assert_eq!(ids.len(), sent.len(), "each upload is a document of its own");
    assert_eq!(client.list(&collection).await, ids.keys().cloned().collect::<Vec<_>>());
    for (id, one) in &ids {
        let document = client.document(id).await;
        assert_eq!((&document["status"], &document["version"]), (&"ready".into(), &1.into()), "{document}");
        assert_eq!(client.passages(id).await, expected.passages(one), "{}", one.filename);
        assert_eq!(client.find(&one.word).await, [id.as_str()], "{} by its word", one.filename);
    }
    victim.stop().await;
    check_is_clean(data.path()).await;
}

/// Uploads the documents; each kill falls somewhere into the taking in of the next few.
async fn torment<'a>(
    victim: &Victim,
    client: &Client,
    collection: &str,
    sent: &'a [Sent],
    kills: u64,
    seed: u64,
) -> BTreeMap<String, &'a Sent> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut ids = BTreeMap::new();
    let few = sent.len().div_ceil(kills as usize);
    for few in sent.chunks(few) {
        let uploading = async {
            for one in few {
                ids.insert(client.upload(collection, one).await, one);
            }
        };
        let striking = async {
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..1_500))).await;
            victim.strike(chance.random_range(0..3)).await;
        };
        tokio::join!(uploading, striking);
    }
    ids
}

/// What `footnote check` looks at, after all.
async fn check_is_clean(data: &Path) {
    let (postgres, db) = victim::open_database(data).await;
    let blobs = Blobs::open(data).await.unwrap();
    let findings = audit::audit(&db, &blobs, &data.join("index")).await.unwrap();
    assert!(findings.is_empty(), "{}", findings.iter().map(ToString::to_string).collect::<String>());
    db.close().await;
    postgres.stop(server::deadline::Deadline::from_now()).await;
}
