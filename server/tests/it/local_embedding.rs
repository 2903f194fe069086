//! The embedding model in this process.

use minilm::Precision;
use server::{
    model::{Embedder, local::LocalEmbedder},
    store::RuntimeParts,
};

/// The model that `make test` installs.
fn embedder(precision: Precision) -> LocalEmbedder {
    let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    LocalEmbedder::load(&runtime.model(), precision).unwrap()
}

#[tokio::test]
async fn passages_come_back_in_their_order_though_several_threads_embed_them() {
    let embedder = embedder(Precision::Int8);
    let texts: Vec<_> = (0..20).map(|number| format!("Clause {number} ").repeat(1 + number % 7)).collect();
    let vectors = embedder.embed_passages(texts.clone()).await.unwrap();
    for (text, vector) in texts.iter().zip(&vectors) {
        assert_eq!(vector, &embedder.embed_query(text).await.unwrap(), "{text}");
    }
}

#[tokio::test]
async fn vectors_say_which_model_made_them_and_in_which_numeric_mode() {
    for (precision, mode) in [(Precision::Int8, "int8"), (Precision::Fp32, "fp32")] {
        let embedder = embedder(precision);
        let model = embedder.model().unwrap();
        assert_eq!((model.name.as_str(), model.mode.as_str()), ("all-MiniLM-L6-v2", mode));
        assert_eq!(embedder.embed_query("leave").await.unwrap().len(), model.dimensions as usize);
    }
}

#[test]
fn a_model_that_is_not_installed_is_missed_in_words() {
    let Err(error) = LocalEmbedder::load("/nowhere".as_ref(), Precision::Int8) else {
        panic!("loaded nothing")
    };
    assert!(format!("{error:#}").starts_with("could not load the embedding model: could not read /nowhere"));
}
