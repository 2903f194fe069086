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

/// Where npm has put PDF.js.
const PDF_JS: &str = "tools/site/node_modules/pdfjs-dist";

/// The parts of PDF.js that are served: the build for browsers of the last years, and what it loads.
const PDF_JS_BUILD: [&str; 2] = ["pdf.min.mjs", "pdf.worker.min.mjs"];
const PDF_JS_PARTS: [&str; 3] = ["cmaps", "standard_fonts", "wasm"];

/// Fills the folder `site`.
pub(crate) fn site(site: &Path, bindings: &Bindings, css: &str) -> Result<()> {
    content::remove_dir(site)?;
    let mut assets = Assets { site, paths: BTreeMap::new() };
    assets.add_public()?;
    assets.add_wasm_and_js(bindings)?;
    assets.add_css(css)?;
    assets.add_pdf_js()?;
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

    /// What draws PDF pages in the browser, with the fonts and character maps that PDFs take for
    /// granted. It looks for its parts by their own names, so its version is in the folder's.
    fn add_pdf_js(&mut self) -> Result<()> {
        let package = content::read(&Path::new(PDF_JS).join("package.json"))?;
        let package: serde_json::Value =
            serde_json::from_slice(&package).context("PDF.js' package is unreadable")?;
        let version = package["version"].as_str().context("PDF.js has no version")?;
        let folder = PathBuf::from(format!("pdfjs-{version}"));
        for file in content::files_below(Path::new(PDF_JS))? {
            let path = file.strip_prefix(PDF_JS).context("a file of PDF.js lies elsewhere")?;
            if let Some(name) = served_name(path) {
                content::write(&self.site.join(&folder).join(name), &content::read(&file)?)?;
            }
        }
        self.paths.insert("pdfjs".to_owned(), folder.to_string_lossy().into_owned());
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

/// The name under PDF.js' folder that a file of its package is served by.
fn served_name(path: &Path) -> Option<PathBuf> {
    let is_part = PDF_JS_PARTS.iter().any(|part| path.starts_with(part));
    if is_part || path == Path::new("LICENSE") {
        return Some(path.to_owned());
    }
    let build = path.strip_prefix("legacy/build").ok()?;
    PDF_JS_BUILD.iter().any(|name| build == Path::new(name)).then(|| build.to_owned())
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
