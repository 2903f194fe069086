//! Puts the site together: each file under a name that changes with its content where it is loaded by
//! our own pages, and under its own where others know it (the icon, say).
//!
//! `assets.json` tells the server which name is which: `{"footnote.css": "pkg/footnote-<hash>.css", …}`,
//! by file name for what is made here and by path for what lies in `public`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    content,
    frontend::{self, Bindings, NAME},
    styles,
};

/// The file that maps names to paths in the site.
pub(crate) const ASSETS: &str = "assets.json";

/// Fills the folder `site`.
pub(crate) fn site(site: &Path, bindings: &Bindings, css: &str) -> Result<()> {
    content::remove_dir(site)?;
    let mut assets = Assets { site, paths: BTreeMap::new() };
    assets.add_public()?;
    assets.add_wasm_and_js(bindings)?;
    assets.add_css(css)?;
    let json = serde_json::to_vec_pretty(&assets.paths).context("could not write the list of assets")?;
    content::write(&site.join(ASSETS), &json)
}

struct Assets<'a> {
    site: &'a Path,
    /// The path of each hashed file, by the name that it is known under.
    paths: BTreeMap<String, String>,
}

impl Assets<'_> {
    /// Fonts are loaded by our own styles, so their names may change; anything else in `public` is
    /// asked for by the name that it has.
    fn add_public(&mut self) -> Result<()> {
        for file in content::files_below(Path::new("public"))? {
            let path = file.strip_prefix("public").context("a file of `public` lies elsewhere")?;
            let bytes = content::read(&file)?;
            if path.extension().is_some_and(|extension| extension == "woff2") {
                let name = path.to_string_lossy().into_owned();
                self.add(&name, path, &bytes)?;
            } else {
                content::write(&self.site.join(path), &bytes)?;
            }
        }
        Ok(())
    }

    /// The bindings load the WASM, so they are named after it is.
    fn add_wasm_and_js(&mut self, bindings: &Bindings) -> Result<()> {
        let wasm = self.add(
            &format!("{NAME}.wasm"),
            &pkg(&format!("{NAME}.wasm")),
            &content::read(&bindings.wasm())?,
        )?;
        let wasm_file = wasm.rsplit('/').next().unwrap_or(&wasm);

        let js = String::from_utf8(content::read(&bindings.js())?).context("the bindings are not UTF-8")?;
        if !js.contains(&frontend::wasm_file()) {
            bail!("the bindings don't name {}", frontend::wasm_file());
        }
        let js = js.replace(&frontend::wasm_file(), wasm_file);
        let name = format!("{NAME}.js");
        self.add(&name, &pkg(&name), js.as_bytes())?;
        self.add_snippets(&bindings.snippets())
    }

    /// JavaScript that crates bring along: its folders are hashed already.
    fn add_snippets(&self, snippets: &Path) -> Result<()> {
        if !snippets.exists() {
            return Ok(());
        }
        for file in content::files_below(snippets)? {
            let path = file.strip_prefix(snippets).context("a snippet lies elsewhere")?;
            content::write(&self.site.join("pkg/snippets").join(path), &content::read(&file)?)?;
        }
        Ok(())
    }

    fn add_css(&mut self, css: &str) -> Result<()> {
        let css = self
            .paths
            .iter()
            .fold(css.to_owned(), |css, (name, path)| css.replace(&format!("/{name}"), &format!("/{path}")));
        for url in styles::urls(&css) {
            if !self.site.join(url.trim_start_matches('/')).exists() {
                bail!("the styles refer to {url}, which is not in `public`: write it as /path/from/public");
            }
        }
        let name = format!("{NAME}.css");
        self.add(&name, &pkg(&name), css.as_bytes())?;
        Ok(())
    }

    /// Writes `bytes` to `path` with their hash in its name, and notes that as `name`.
    fn add(&mut self, name: &str, path: &Path, bytes: &[u8]) -> Result<String> {
        let hashed = hashed(path, bytes);
        content::write(&self.site.join(&hashed), bytes)?;
        let hashed = hashed.to_string_lossy().into_owned();
        self.paths.insert(name.to_owned(), hashed.clone());
        Ok(hashed)
    }
}

fn pkg(name: &str) -> PathBuf {
    Path::new("pkg").join(name)
}

/// `fonts/a.woff2` becomes `fonts/a-0123456789abcdef.woff2`.
fn hashed(path: &Path, bytes: &[u8]) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.{extension}", content::short_hash(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content_alone() {
        let path = Path::new("fonts/a.b.woff2");
        let name = hashed(path, b"one");
        assert_eq!(name, Path::new("fonts/a.b-7692c3ad3540bb80.woff2"));
        assert_eq!(name, hashed(path, b"one"));
        assert_ne!(name, hashed(path, b"two"));
    }
}
