//! Builds what the browser is sent into `site` of the target folder: the WASM and its bindings, the
//! styles, and the files of `public`, named after their content and compressed ahead.
//!
//! Run at the root of the repository, `site` builds the frontend first; `site --wasm FILE` takes one
//! that is built already. Nothing is done again whose inputs are the same.

mod assemble;
mod compress;
mod content;
mod frontend;
mod report;
mod styles;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => report::failure(&err),
    }
}

fn run() -> Result<()> {
    let target = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    let wasm = match wasm_argument()? {
        Some(wasm) => wasm,
        None => frontend::build(&target)?,
    };
    build_site(&target, &wasm)?;
    report::sizes(&target.join("site"))
}

fn build_site(target: &Path, wasm: &Path) -> Result<()> {
    let site = target.join("site");
    let work = target.join("site-work");
    fs::create_dir_all(&work).with_context(|| format!("could not create {}", work.display()))?;

    let stamp = work.join("inputs");
    let inputs = content::hash_of_inputs(wasm)?;
    if site.join(assemble::ASSETS).exists() && fs::read_to_string(&stamp).is_ok_and(|built| built == inputs) {
        return Ok(());
    }
    let bindings = frontend::bind(wasm, &work)?;
    let css = styles::compile(&work)?;
    let unfinished = work.join("site");
    assemble::site(&unfinished, &bindings, &css)?;
    compress::all(&unfinished)?;
    put_in_place(&unfinished, &site)?;
    fs::write(&stamp, inputs).with_context(|| format!("could not write {}", stamp.display()))
}

/// Swaps the new site for the old, so that a server started meanwhile finds one of them whole.
fn put_in_place(new: &Path, site: &Path) -> Result<()> {
    let old = new.with_extension("old");
    content::remove_dir(&old)?;
    if site.exists() {
        fs::rename(site, &old).with_context(|| format!("could not move {} away", site.display()))?;
    }
    fs::rename(new, site).with_context(|| format!("could not put {} in place", site.display()))?;
    content::remove_dir(&old)
}

fn wasm_argument() -> Result<Option<PathBuf>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--wasm"), Some(wasm), None) => Ok(Some(wasm.into())),
        _ => bail!("usage: site [--wasm FILE]"),
    }
}
