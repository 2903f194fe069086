//! The frontend: compiled, given its bindings to JavaScript, and shrunk.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::content;

/// The name of the WASM and its bindings, as cargo-leptos has it too.
pub(crate) const NAME: &str = "footnote";

const WASM_OPT: &str = "tools/site/node_modules/.bin/wasm-opt";

/// What the frontend's compiler takes for granted of browsers; wasm-opt refuses what it isn't told of.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What is done to the WASM after the compiler, which has made it small already. Weighed with brotli, as
/// it is sent: `-Oz` takes 18 % off the bytes and adds 6 % to what is sent, because it makes functions
/// that were alike different; these take 2 % off.
const PASSES: [&str; 9] = [
    "--duplicate-function-elimination",
    "--vacuum",
    "--optimize-instructions",
    "--remove-unused-names",
    "--remove-unused-brs",
    "--vacuum",
    "--precompute",
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
];

/// A folder with `footnote.js`, `footnote_bg.wasm`, and `snippets` where crates bring JavaScript.
#[derive(Debug)]
pub(crate) struct Bindings {
    pub(crate) dir: PathBuf,
}

impl Bindings {
    pub(crate) fn js(&self) -> PathBuf {
        self.dir.join(format!("{NAME}.js"))
    }

    pub(crate) fn wasm(&self) -> PathBuf {
        self.dir.join(wasm_file())
    }

    pub(crate) fn snippets(&self) -> PathBuf {
        self.dir.join("snippets")
    }
}

/// The name under which the bindings load the WASM.
pub(crate) fn wasm_file() -> String {
    format!("{NAME}_bg.wasm")
}

/// Compiles the frontend.
pub(crate) fn build(target: &Path) -> Result<PathBuf> {
    run(Command::new("cargo").args(["build", "--locked", "--package", "frontend", "--lib"]).args([
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        "wasm-release",
    ]))?;
    Ok(target.join("wasm32-unknown-unknown/wasm-release/frontend.wasm"))
}

/// Makes the bindings of a compiled frontend, and shrinks it. That takes a while, so what came of the
/// same WASM before is used again.
pub(crate) fn bind(wasm: &Path, work: &Path) -> Result<Bindings> {
    let made = work.join("bindings");
    let bindings = Bindings { dir: made.join(content::short_hash(&content::read(wasm)?)) };
    if bindings.dir.exists() {
        return Ok(bindings);
    }
    content::remove_dir(&made)?;
    let unfinished = Bindings { dir: made.join("unfinished") };
    Bindgen::new()
        .input_path(wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&unfinished.dir)
        .context("could not make the bindings")?;
    shrink(&unfinished.wasm())?;
    std::fs::rename(&unfinished.dir, &bindings.dir)
        .with_context(|| format!("could not put {} in place", bindings.dir.display()))?;
    Ok(bindings)
}

fn shrink(wasm: &Path) -> Result<()> {
    run(Command::new(WASM_OPT).args(PASSES).args(WASM_FEATURES).arg(wasm).arg("--output").arg(wasm))
}

/// Runs one of the programs that the site is built with.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status =
        command.status().with_context(|| format!("could not run {program}: run `tools/setup build`"))?;
    if !status.success() {
        bail!("{program} failed ({status})");
    }
    Ok(())
}
