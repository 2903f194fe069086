//! Where the tests and the benchmark find the model.

use std::env;
use std::path::PathBuf;

use minilm::{InstructionSet, Model, Options, Precision};

/// The model, from `$FOOTNOTE_RUNTIME_DIR/model` or the cache that `make test` installs it in.
pub(crate) fn load(precision: Precision, instructions: Option<InstructionSet>) -> Model {
    let folder = folder();
    Model::load(&folder, Options { precision, instructions })
        .unwrap_or_else(|error| panic!("no model to test with ({error}); `make test` installs it"))
}

pub(crate) fn folder() -> PathBuf {
    let runtime = env::var_os("FOOTNOTE_RUNTIME_DIR").map(PathBuf::from).unwrap_or_else(|| {
        let cache = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .unwrap_or_else(|| PathBuf::from(env::var_os("HOME").expect("a home folder")).join(".cache"));
        cache.join("footnote/runtime")
    });
    runtime.join("model")
}
